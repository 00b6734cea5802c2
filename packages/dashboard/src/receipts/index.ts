/** Receipts, as several pages show them. */
export { type LiveDecision, type LiveReceipt, reasonOf, tookSaid } from './receipt.ts';
