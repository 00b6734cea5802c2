/** How destinations of the log are doing, as Prometheus reads it. */
import { Gauge, type Registry } from 'prom-client';
import type { DestinationState } from '@writ/stream';

const MS_PER_S = 1_000;

/** Takes the states of the moment. */
export type ExportMetrics = (states: ReadonlyMap<string, DestinationState>) => void;

/** Metrics of destinations in `registry`, each with its name. One that another process sends to has `writ_export_sending` 0 and nothing else here. */
export function createExportMetrics(registry: Registry): ExportMetrics {
  const registers = [registry];
  const gauge = (name: string, help: string): Gauge =>
    new Gauge({ name, help, labelNames: ['destination'], registers });
  const sending = gauge('writ_export_sending', 'Whether this process sends to the destination.');
  const entries = gauge('writ_export_lag_entries', 'Entries of the log that the destination has not got.');
  const seconds = gauge('writ_export_lag_seconds', 'Age of the oldest of them.');
  const behind = gauge('writ_export_behind', 'Whether the log says that the destination is behind.');
  const stopped = gauge(
    'writ_export_stopped',
    'Whether it takes nothing from us until somebody mends something.',
  );
  // Counted where it is sent, in another thread: here they are read, and start again with it.
  const sent = gauge('writ_export_sent_events', 'Events acknowledged since sending began.');
  const failures = gauge('writ_export_failures', 'Attempts that failed since sending began.');
  const all = [sending, entries, seconds, behind, stopped, sent, failures];
  return (states) => {
    for (const one of all) one.reset();
    for (const [destination, state] of states) {
      const labels = { destination };
      sending.set(labels, state.phase === 'standby' ? 0 : 1);
      if (state.phase === 'standby') continue;
      // What is not known is not shown: 0 would say that all is well.
      if (state.lagEntries !== undefined) entries.set(labels, state.lagEntries);
      if (state.lagMs !== undefined) seconds.set(labels, state.lagMs / MS_PER_S);
      behind.set(labels, state.isBehind ? 1 : 0);
      stopped.set(labels, state.phase === 'stopped' ? 1 : 0);
      sent.set(labels, state.sent);
      failures.set(labels, state.failures);
    }
  };
}
