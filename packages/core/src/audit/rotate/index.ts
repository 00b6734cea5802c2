/** Changing the keys of a log. */
export { isStateSealed, resealState, type ResealOptions } from './reseal-state.ts';
