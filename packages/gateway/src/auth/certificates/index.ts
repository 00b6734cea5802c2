/** Client certificates. */
export { certificateCaller, certificateTimeProblem, thumbprintOf } from './certificate-caller.ts';
