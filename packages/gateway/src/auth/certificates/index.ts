/** Client certificates. */
export { certificateCaller, thumbprintOf } from './certificate-caller.ts';
