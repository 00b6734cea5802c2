/** The checks against a schema that the official build still makes. */
export type { CedarEntity, PolicyProblem } from './types.ts';
export { validateEntities, validatePolicies } from './validate.ts';
