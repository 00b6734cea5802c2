/** Entries of nodes for listing. */
export { type ReceiptsOf, receiptRows } from './receipt.ts';
export { listReceipts, RECEIPT_ROUTES, RECEIPT_SHOWN, type ReceiptShown } from './routes.ts';
