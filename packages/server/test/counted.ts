/** Counts what happened, for tests that look at what was counted. */
export { countActivity } from '../src/activity/index.ts';
