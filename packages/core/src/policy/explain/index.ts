/** Explaining decisions to operators. */
export { type DecisionExplanation, type Explainer, openExplainer } from './explain-decision.ts';
export { type PolicyCondition, policyConditions } from './conditions.ts';
export type { ExplainedPolicy } from './explain-policy.ts';
export type { FactRead } from './facts.ts';
