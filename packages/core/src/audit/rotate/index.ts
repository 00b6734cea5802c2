/** Changing the keys of a log. */
export { requireUnused } from '../store/index.ts';
export { beginSuccession, succeedLog, type Succession, successionOf } from './succeed-log.ts';
export type { Inheritance } from './inheritance.ts';
export { isStateSealed } from '../state-seal.ts';
export { resealState, type ResealOptions } from './reseal-state.ts';
