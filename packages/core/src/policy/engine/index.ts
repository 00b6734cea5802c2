/** The engine behind a seam: everything that knows which implementation of Cedar evaluates is in this folder. */
export type {
  CedarEntity,
  Effect,
  EngineProblem,
  EngineRequest,
  EntityUid,
  Evaluation,
  Evaluator,
  PolicyJson,
  PolicyProblem,
} from './types.ts';
export { createEvaluator, type EvaluatedPolicy } from './evaluator.ts';
export { type ParsedPolicy, parsePolicyText } from './parse.ts';
export { type Validation, validateEntities, validatePolicies } from './validate.ts';
export { engineVersion } from './wasm.ts';
