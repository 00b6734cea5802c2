/** How often something may happen in a time, over all servers. */
export { attempt } from './throttle.ts';
