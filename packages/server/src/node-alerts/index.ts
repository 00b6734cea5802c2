/** Alerts that nodes raise. */
export { alertOf } from './facts.ts';
export { SILENT_MS } from './states.ts';
export { CALM_MS, NODE_ALERTS_TASK, sweepNodeAlerts } from './sweep.ts';
