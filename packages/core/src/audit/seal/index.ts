/** Sealed bodies, and the seal over the state beside the log. */
export type { BodyKey, FindBodyKey } from './body-key.ts';
export { type ConcernTags, concernTags } from './concern-tags.ts';
export { ConcernIndex } from './concern-index.ts';
export { ERASED_FIELDS, isAsWritten, openBody, type StoredBody } from './open-body.ts';
export { rewrapBody } from './rewrap-body.ts';
export { createReseal, type Reseal } from './reseal.ts';
export { BodySealer, printBodyRef, type SealedBody } from './seal-body.ts';
export { StateBox } from './state-box.ts';
export { type RowValue, type SealedAt, StateSealer, StateTotals, TAG_BYTES } from './state-seal.ts';
