/** The state beside the log, held in memory and followed. */
export { type RowChange, type StateRow, StateChanges, StateRows } from './state-rows.ts';
export { StateReads } from './state-reads.ts';
export { TransactionTables } from './transaction-tables.ts';
export type { BodyChanges, PresentBodies } from './transaction-people.ts';
