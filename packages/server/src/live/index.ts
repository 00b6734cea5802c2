/** Receipts as they come. */
export { LIVE_ROUTES } from './routes.ts';
