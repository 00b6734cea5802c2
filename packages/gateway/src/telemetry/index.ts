/** What a running gateway tells: lines for people and machines, numbers for Prometheus. Never what callers sent. */
export { createEventLog, type EventLog } from './event-log.ts';
export { meterGuard } from './metered-guard.ts';
export { type LogHealth, type MeteredLog, meterLog } from './metered-log.ts';
export { createMetrics, type Metrics } from './metrics.ts';
export { watchCases } from './case-metrics.ts';
