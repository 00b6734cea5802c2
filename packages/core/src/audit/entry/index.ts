/** Entries: from draft to bytes and back. */
export { completeEntry, type EntryPlace, type EntryStamps } from './complete-entry.ts';
export { type DisclosedField, openCommitment } from './commitment.ts';
export { parseEntry } from './parse-entry.ts';
export { pooledRandom } from './pooled-random.ts';
export { type PrepareContext, type PreparedEntry, prepareEntry, SEAL_RANDOM_BYTES } from './prepare-entry.ts';
export type { Shape } from './shape.ts';
export { entryFields } from './shapes.ts';
