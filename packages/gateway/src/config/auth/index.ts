/** `gateway.auth`. */
export { parseAuth } from './parse-auth.ts';
