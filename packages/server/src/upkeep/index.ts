/** What a server does by itself at intervals. */
export { prune, PRUNE_TASK } from './prune.ts';
export { type RunningTasks, startTasks, type Task, type TaskPorts } from './task.ts';
