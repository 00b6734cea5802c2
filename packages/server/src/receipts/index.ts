/** Entries of nodes for listing. */
export { noteArrival } from './arrivals.ts';
export { type FactLog, factLogOf, forgetErased, type Range, stepFactLog } from './forget.ts';
export { listReceipts } from './list.ts';
export { decisionTimes, markMinutes, MINUTE_MS } from './marks.ts';
export {
  type EntryAt,
  originHash,
  readEntry,
  receiptId,
  receiptRows,
  type ReceiptRows,
  receiptsFrom,
  receiptTime,
  type ReceiptsOf,
} from './receipt.ts';
export { RECEIPT_ROUTES } from './routes.ts';
export {
  FACT_COLUMNS,
  RECEIPT_COLUMNS,
  RECEIPT_SHOWN,
  type ReceiptShown,
  type ShownRow,
  shownReceipt,
} from './shown.ts';
export { pruneReceipts, PRUNE_RECEIPTS_TASK } from './prune-task.ts';
