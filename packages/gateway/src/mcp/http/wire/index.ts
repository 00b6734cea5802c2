/** HTTP underneath: bodies, whole answers, event streams. */
export { EventStream } from './event-stream.ts';
export { readBody } from './read-body.ts';
export { type HttpRefusal, writeAccepted, writeAnswer, writeRefusal } from './respond.ts';
