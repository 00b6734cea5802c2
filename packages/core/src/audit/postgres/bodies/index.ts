/** Sealed bodies in a bucket beside the database. */
export { type BodyBucket, bodyName, MAX_SEALED_BODY_BYTES, requireErasable } from './body-bucket.ts';
export { BodyMover } from './body-mover.ts';
