/** Shell commands of hosts, run confined (decisions 29 and 30). */
export { createConfiner } from './create-confiner.ts';
