/** `writ case`. */
export { addCase } from './case.ts';
