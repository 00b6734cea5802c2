/** Everything that a server does by itself. */
import { ROLLOUT_TASK } from './bundles/index.ts';
import { PRUNE_TASK, type Task } from './upkeep/index.ts';

export const TASKS: readonly Task[] = [PRUNE_TASK, ROLLOUT_TASK];
