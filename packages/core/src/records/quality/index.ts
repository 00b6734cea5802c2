/** Whether personal data is right, and who has to hear that it was not. */
export {
  FORMS,
  MAX_CHECKS,
  parseQualityChecks,
  type QualityCheck,
  readQualityChecks,
} from './quality-check.ts';
export { type Recipient, recipientsOf } from './recipients.ts';
export { MAX_FAILING, type QualityFinding, runQualityChecks } from './run-checks.ts';
