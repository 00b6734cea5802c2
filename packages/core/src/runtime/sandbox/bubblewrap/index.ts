/** Confinement by bubblewrap. */
export { bubblewrapDriver, type BubblewrapOptions } from './driver.ts';
export { programAt } from './machine.ts';
