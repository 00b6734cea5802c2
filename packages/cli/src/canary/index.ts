/** The canary of `writ doctor`. */
export { type CanaryReport, runCanary } from './run-canary.ts';
