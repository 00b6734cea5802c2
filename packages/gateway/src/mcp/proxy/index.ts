/** The proxy between one client, or one principal, and its servers. */
export { LISTEN } from './client/index.ts';
export { PrincipalTasks, TaskDesk } from './tasks/index.ts';
export { type Origin, ProxySession } from './session.ts';
