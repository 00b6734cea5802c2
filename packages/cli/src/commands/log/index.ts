/** `writ log`. */
export { addLog } from './log.ts';
