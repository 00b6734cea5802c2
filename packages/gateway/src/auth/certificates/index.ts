/** Client certificates. */
export { certificateCaller, thumbprintOf, type VerifiedCertificate } from './certificate-caller.ts';
