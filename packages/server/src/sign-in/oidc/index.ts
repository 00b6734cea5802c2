/** Identity providers. */
export { OIDC_ROUTES } from './routes.ts';
