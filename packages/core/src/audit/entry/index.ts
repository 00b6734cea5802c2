/** Entries: from draft to bytes and back. */
export { completeEntry, type EntryStamps } from './complete-entry.ts';
export { type DisclosedField, openCommitment } from './commitment.ts';
export { isPlainEntry, parseEntry } from './parse-entry.ts';
export { pooledRandom } from './pooled-random.ts';
export { type PreparedEntry, prepareEntry } from './prepare-entry.ts';
