/** Expressions as closures. */
export { constantOf } from './constant.ts';
export { type Environment, EvaluationFailure, type Test } from './environment.ts';
export { compileExpression, compileTest } from './expression.ts';
export { pathOf } from './path.ts';
export { type Look, SharedParts } from './shared.ts';
