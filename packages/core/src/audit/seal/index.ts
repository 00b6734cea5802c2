/** Sealed bodies. */
export type { BodyKey } from './body-key.ts';
export { ConcernIndex } from './concern-index.ts';
export { BodySealer, openBody, printBodyRef, type SealedBody } from './seal-body.ts';
