/** Counts, sizes and times in `writ.yaml`, each within its bounds. */
export { readCount } from './quantities.ts';
export {
  count,
  KIB,
  type LimitFields,
  MIB,
  MINUTE,
  DAY,
  readLimits,
  SECOND,
  size,
  time,
} from './read-limits.ts';
