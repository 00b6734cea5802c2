/** Strict validation of policies. */
export type { TypeProblem, TypeProblemCode } from './environment.ts';
export { createValidator, type PolicyValidation, type PolicyValidator } from './validate-policy.ts';
