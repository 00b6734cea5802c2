/** The engine behind a seam: everything that knows which implementation of Cedar evaluates is in this folder. */
export type {
  CedarEntity,
  Effect,
  EngineRequest,
  EntityUid,
  Evaluator,
  PolicyJson,
  PolicyProblem,
} from './types.ts';
export { createEvaluator } from './evaluator.ts';
export { parsePolicyText } from './parse.ts';
export { validateEntities, validatePolicies } from './validate.ts';
export { engineVersion } from './wasm.ts';
