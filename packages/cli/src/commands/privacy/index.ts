/** `writ privacy`. */
export { addPrivacy } from './privacy.ts';
