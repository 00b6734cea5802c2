/** Lists what servers took of nodes' logs and did not list, because they were ended in between. */
import type { Task } from '../upkeep/index.ts';

const EVERY_MS = 10_000;

export const LIST_RECEIPTS_TASK: Task = {
  name: 'list_receipts',
  everyMs: EVERY_MS,
  run: async ({ mirror }, signal) => mirror?.catchUp(signal),
};
