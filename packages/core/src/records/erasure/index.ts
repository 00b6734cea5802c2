/** Erasure of a person, and the legal holds that defer it. */
export { type DeferredErasure, deferredErasures } from './deferred.ts';
export { type EraseOptions, eraseSubject, type ErasureReport, type KeepingHold } from './erase-subject.ts';
export { type HoldTarget, type PlacedHold, placedHolds, placeHold, releaseHold } from './legal-holds.ts';
export { cutFrom, MAX_IDENTIFIERS, personNames, type PersonNames } from './person/index.ts';
