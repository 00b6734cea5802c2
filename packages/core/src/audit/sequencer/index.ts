/** One sequencer per store: gives the entries of its logs their places, in batches. */
export { type LogClient, MAX_WAITING_ENTRIES, MAX_WAITING_UNITS } from './log-client.ts';
export {
  type LogEnd,
  type ProducerEnd,
  raiseEnd,
  type SequencedEntry,
  sequenceEntry,
  type Witnessed,
} from './sequence.ts';
export { type PassStep, passSteps, type Step, STEPS, type StepFault } from './steps.ts';
export { StoreClient } from './store-client.ts';
export { mayWrite, noSpace, type Writable } from './writable.ts';
