/** Verification of whole logs and of receipts. */
export { type CheckResult, MAX_PROBLEMS, summarise } from './engine/index.ts';
export { type FieldShown, openFields } from './open-fields.ts';
export { createPlaceCheck } from './place-check.ts';
export { type Problem, PROBLEM_CODES, type ProblemCode } from './problem.ts';
export { plainSha256 } from './sha256.ts';
export type { LogSource } from './source.ts';
export type { Disclosed, Trust } from './trust.ts';
export type { CheckEntry, LogReport, Witnessed } from './report.ts';
export { verifyLog, type VerifyLogOptions } from './verify-log.ts';
export { type ReceiptReport, verifyReceipt } from './verify-receipt.ts';
