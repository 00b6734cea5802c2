/** One sequencer per log: gives entries their places, in batches. */
export { MAX_WAITING_ENTRIES, SequencerClient } from './sequencer-client.ts';
export { type LogEnd, type ProducerEnd, sequenceEntry } from './sequence.ts';
export { type PassStep, passSteps, type Step, STEPS, type StepFault } from './steps.ts';
