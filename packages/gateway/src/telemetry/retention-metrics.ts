/** How retention stands, as Prometheus reads it. */
import type { RetentionStanding } from '@writ/core/records';
import { Gauge, type Registry } from 'prom-client';

const MS_PER_S = 1_000;

/** What is measured of retention. */
export interface RetentionPresent {
  readonly standing: RetentionStanding;
  /** Bodies destroyed by this process. */
  readonly destroyed: number;
}

/** Metrics of retention in `registry`; alert on `writ_retention_well` 0. */
export function createRetentionMetrics(registry: Registry): (present: RetentionPresent) => void {
  const registers = [registry];
  const gauge = (name: string, help: string): Gauge => new Gauge({ name, help, registers });
  const well = gauge(
    'writ_retention_well',
    'Whether retention came to its end within three days, and did not fail last.',
  );
  const last = gauge(
    'writ_retention_last_run_timestamp_seconds',
    'When retention last came to its end, in any process of the data folder; 0 for never.',
  );
  const destroyed = gauge(
    'writ_retention_destroyed_bodies',
    'Bodies past their time that this process destroyed.',
  );
  return (present) => {
    well.set(present.standing.status === 'running' ? 1 : 0);
    last.set(present.standing.ranAt / MS_PER_S);
    destroyed.set(present.destroyed);
  };
}
