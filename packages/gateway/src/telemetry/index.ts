/** What a running gateway tells: lines for people and machines, numbers for Prometheus. Never what callers sent. */
export { createEventLog, type EventFields, type EventLog } from './event-log.ts';
export { meterGuard, type MeterOptions } from './metered-guard.ts';
export { type LogHealth, type MeteredLog, meterLog } from './metered-log.ts';
export {
  type CallPart,
  type CountedCall,
  createMetrics,
  type Metrics,
  type MetricsOptions,
  type Present,
} from './metrics.ts';
