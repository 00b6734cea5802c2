/** Between messages and the guard. */
export { answerOf, brokenAnswer, type Audience } from './answer.ts';
export { type Action, govern, type Send } from './govern.ts';
export { keepWaiting, type KeepWaiting } from './keep-waiting.ts';
export { joinParams, splitParams, type SplitParams, traceOf } from './params.ts';
