/** Links that are good once. */
export { createFirstLink, createRecoveryLink, type ShownLink } from './link.ts';
export { LINK_ROUTES } from './routes.ts';
