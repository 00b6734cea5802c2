/** Tasks: calls whose results are asked for later. */
export { PrincipalTasks, TaskDesk, type TaskSlot } from './desk.ts';
export {
  createdTask,
  declaresTasks,
  hasTasks,
  isTaskMethod,
  lacksTasks,
  type TaskMethod,
  TASKS_EXTENSION,
} from './extension.ts';
export type { OwnTask, RemoteTask } from './own-task.ts';
export { SessionTasks } from './session-tasks.ts';
