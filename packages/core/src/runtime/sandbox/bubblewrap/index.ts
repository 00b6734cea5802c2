/** Confinement by bubblewrap. */
export { groupParents } from './control-group.ts';
export { bubblewrapDriver, type BubblewrapOptions } from './driver.ts';
export { programAt } from './machine.ts';
