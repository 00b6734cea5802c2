/** `writ token`. */
export { addToken } from './token.ts';
