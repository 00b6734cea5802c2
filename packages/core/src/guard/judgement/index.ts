/** Steps 4 to 6 and 10 of the line: what may be done, and what may be delivered. */
export { requestersOf, openHold } from './approvable.ts';
export { type Asked, shadowOf } from './asked.ts';
export { judgeCaseLimits } from './case-limits.ts';
export { confinementOf, UNRESOLVED_FORBID } from './conclude.ts';
export { type Refusal, refusedDecision } from './decisions.ts';
export { judgeResult } from './deliver.ts';
export { judge } from './judge.ts';
export { knownUsage, lostReservation } from './limits.ts';
export { isOverturned, registeredFor, registerInForce, stillInForce } from './purpose.ts';
export type { CallShares } from './call-shares.ts';
export { takeShares } from './shares.ts';
export { type Facts, flooredNow, type IdentifiedAction, type Judgement } from './trip.ts';
