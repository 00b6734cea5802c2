/** `writ server`. */
export { addServer } from './server.ts';
