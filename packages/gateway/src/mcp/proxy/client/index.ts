/** What clients ask. */
export { passRequest } from './call.ts';
export { initialize } from './initialize.ts';
export { answerList, isListMethod } from './list.ts';
export { callTool } from './tool-call.ts';
