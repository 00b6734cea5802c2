/** Between messages and the guard. */
export type { Audience } from './answer.ts';
export { type Action, govern } from './govern.ts';
export { keepWaiting } from './keep-waiting.ts';
export {
  bareMeta,
  besideOf,
  joinParams,
  sendable,
  type SplitParams,
  splitParams,
  traceOf,
} from './params.ts';
