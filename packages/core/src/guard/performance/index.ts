/** Steps 9 to 12 of the line: runs what was permitted, judges what came of it, records how it ended. */
export { joinSignals } from './joined-signal.ts';
export { performOnce } from './perform.ts';
export { settle } from './settle.ts';
