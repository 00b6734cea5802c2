/** Aiming a request under construction at the scopes and conditions of policies. */
export type { Aiming } from './aiming.ts';
export { aimCondition, linksOf } from './condition.ts';
export { aimAction, aimEntityScope, setAction } from './scope.ts';
