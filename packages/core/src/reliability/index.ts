/** L2: limits — what a call counts for, what stands to it, and shares of it on many nodes. */
export { type CompiledLimit, compileLimits } from './compiled-limit.ts';
export {
  judgeLimits,
  limitCheck,
  type LimitJudgement,
  type LimitQuestion,
  type PassedLimit,
  requireLimitFacts,
} from './judge-limits.ts';
