/** One sequencer per log: gives entries their places, in batches. */
export { MAX_WAITING_ENTRIES, MAX_WAITING_UNITS, SequencerClient } from './sequencer-client.ts';
export { type LogEnd, type ProducerEnd, type SequencedEntry, sequenceEntry } from './sequence.ts';
export { type PassStep, passSteps, type Step, STEPS, type StepFault } from './steps.ts';
