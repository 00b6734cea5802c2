/** Changing the keys of a log. */
export { beginSuccession, succeedLog, type Succession, successionOf } from './succeed-log.ts';
export { isStateSealed, resealState, type ResealOptions } from './reseal-state.ts';
