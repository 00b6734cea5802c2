/** `writ tools`. */
export { addTools } from './tools.ts';
