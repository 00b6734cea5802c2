/** Changing the keys of a log. */
export { requireUnused } from '../store/index.ts';
export { beginSuccession, endSuccession, succeedLog, type Succession, successionOf } from './succeed-log.ts';
export { type FormerLog, openFormerLogs } from './former-logs.ts';
export { type Ended, handOn, type Predecessor, predecessorOf } from './hand-on.ts';
export { type Inheritance, inheritanceOf } from './inheritance.ts';
export { isStateSealed } from '../state-seal.ts';
export {
  bodiesByKey,
  type BodyKeysOptions,
  rewrapBodies,
  type RewrapBodiesOptions,
} from './rewrap-bodies.ts';
export { resealState, type ResealOptions } from './reseal-state.ts';
