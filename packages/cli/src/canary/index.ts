/** The canary of `writ doctor`. */
export { runCanary } from './run-canary.ts';
