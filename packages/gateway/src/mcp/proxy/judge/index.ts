/** Between messages and the guard. */
export { type Action, govern } from './govern.ts';
export { keepWaiting } from './keep-waiting.ts';
export { joinParams, splitParams, traceOf } from './params.ts';
