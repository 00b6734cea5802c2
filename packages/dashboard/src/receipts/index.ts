/** Receipts, as several pages show them. */
export { instantOf, instantText } from './instant.ts';
export { SessionLink } from './session-link.tsx';
export { type LiveDecision, type LiveReceipt, reasonOf } from './receipt.ts';
