/** What nodes recorded, counted. */
export { SUMMARY_ROUTES } from './routes.ts';
