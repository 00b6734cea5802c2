/** Alerts that nodes raise. */
export { SILENT_MS } from './states.ts';
export { CALM_MS, NODE_ALERTS_TASK, sweepNodeAlerts } from './sweep.ts';
