/** Alerts that nodes raise. */
export { NODE_ALERTS_TASK } from './sweep.ts';
