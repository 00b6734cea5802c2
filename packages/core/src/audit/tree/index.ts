/** The tree of a log: how it hashes, and the key that signs its heads. */
export { type CheckpointKey, createCheckpointKey, requireHead, rolledBack } from './checkpoint-key.ts';
export { createTextHasher, type TextHasher } from './text-hasher.ts';
