/** Cases: tests of policy sets. */
export { type ParsedCases, parseCases } from './parse-cases.ts';
export type { PolicyCase } from './policy-case.ts';
export {
  type CaseLimits,
  type CaseReport,
  type CaseResult,
  type JudgeCaseLimits,
  type LimitedOutcome,
  type PolicyCoverage,
  runCases,
} from './run-cases.ts';
