/** What clients ask. */
export { passRequest } from './call.ts';
export { handshake, isHandshake } from './handshake.ts';
export { LISTEN, listen } from './listen.ts';
export { answerList, isListMethod } from './list.ts';
export { answerTask } from './task-method.ts';
export { callTool } from './tool-call.ts';
