/** The compiler: policies to closures, an index over their scopes, entities held for many requests. */
export { type Authorization, authorize } from './authorize.ts';
export { type CedarRequest, type CompiledSet, compileSet, type SetEvaluation } from './compiled-set.ts';
export { type Evaluated, evaluateExpression } from './evaluate-expression.ts';
export { createEntityStore, type EntityStore } from './store.ts';
export { ENGINE_VERSION } from './version.ts';
export { conjunctsOf, tracePolicy, valueOf } from './trace.ts';
