/** Looks whether identity providers answer. */
import type { Task } from '../upkeep/index.ts';

const EVERY_MS = 30_000;

export const OUTAGES_TASK: Task = {
  name: 'identity-providers',
  everyMs: EVERY_MS,
  run: ({ outages }) => outages.look(),
};
