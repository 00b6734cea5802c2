/** Copies of the logs of nodes. */
export { heldBundle, type HeldBundle, heldEntry } from './held.ts';
export { type Ingested, ingestedOf } from './ingested.ts';
export { LIST_RECEIPTS_TASK } from './list-task.ts';
export { createPlaneMirror } from './plane-mirror.ts';
export { MIRROR_ROUTES } from './routes.ts';
export { createTableMirrorStore } from './table-store.ts';
export { tableTarget } from './table-target.ts';
