/** Strict validation of policies. */
export type { TypeProblem, TypeProblemCode } from './environment.ts';
export { createValidator } from './validate-policy.ts';
