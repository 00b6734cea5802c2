/** Reconciling the log with what tool servers wrote about the same calls. */
export { type AccessLog, type AccessRecord } from './access-record.ts';
export { readCombined } from './combined.ts';
export { readJsonLines } from './json-lines.ts';
export { readOtlpSpans } from './otlp.ts';
export { reconcile, type Reconciliation } from './reconcile.ts';
export { readRecordedCalls, type RecordedCall } from './recorded-calls.ts';
