/** State of the control plane: objects over the log's records, and the one way to change them. */
export { type Actor, type Change, type Changes, createChanges } from './change.ts';
export { createRefusals, type Refusals } from './refusals.ts';
export { steadyClock } from './steady-clock.ts';
export { type Collection, collectionIn, type CollectionOf, type Stored } from './collection.ts';
export { changesOf, HISTORY, historyAfter, type PastChange } from './history.ts';
