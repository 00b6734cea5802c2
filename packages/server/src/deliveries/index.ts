/** Telling channels what happened. */
import type { Task } from '../upkeep/index.ts';
import { deliver } from './deliver.ts';

export { deliver, MAX_ATTEMPTS } from './deliver.ts';
export { send } from './send.ts';

/** Tells channels each second. */
export const DELIVERY_TASK: Task = { name: 'deliveries', everyMs: 1_000, run: deliver };
