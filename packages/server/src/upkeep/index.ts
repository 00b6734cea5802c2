/** What a server does by itself at intervals. */
export { prune, PRUNE_TASK } from './prune.ts';
export { startTasks, type Task } from './task.ts';
