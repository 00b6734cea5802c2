/** `writ daemon`. */
export { addDaemon } from './daemon.ts';
export { daemonCommand } from './command.ts';
