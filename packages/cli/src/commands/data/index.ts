/** `writ data`. */
export { addData } from './data.ts';
