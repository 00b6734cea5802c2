/** Verification of whole logs and of receipts. */
export { MAX_PROBLEMS, type Problem, PROBLEM_CODES, type ProblemCode } from './problem.ts';
export type { LogSource } from './source.ts';
export type { Trust } from './trust.ts';
export type { CheckEntry } from './replay.ts';
export { type LogReport, verifyLog, type VerifyLogOptions, type Witnessed } from './verify-log.ts';
export { type ReceiptReport, verifyReceipt } from './verify-receipt.ts';
