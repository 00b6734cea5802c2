/** What one entry says, and what proves it. */
export { receiptIn } from './found.ts';
export { EVIDENCE_ROUTES } from './routes.ts';
