/** One sequencer per log: gives entries their places, in batches. */
export { type CheckpointKey, createCheckpointKey, requireHead } from './checkpoint-key.ts';
export { MAX_WAITING_ENTRIES, SequencerClient } from './sequencer-client.ts';
export { type LogEnd, type ProducerEnd, sequenceEntry, type SequencedEntry } from './sequence.ts';
export { type PassStep, passSteps, type Step, STEPS, type StepFault } from './steps.ts';
export { createTextHasher, type TextHasher } from './text-hasher.ts';
