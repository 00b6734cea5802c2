/** Receipts, as several pages show them. */
export { SessionLink } from './session-link.tsx';
export { type LiveDecision, type LiveReceipt, reasonOf } from './receipt.ts';
