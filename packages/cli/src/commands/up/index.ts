/** `writ up`. */
export { addUp } from './up.ts';
