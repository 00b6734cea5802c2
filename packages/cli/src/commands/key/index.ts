/** `writ key`. */
export { addKey } from './key.ts';
