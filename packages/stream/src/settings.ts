/** What a configuration says of one destination, parsed: durations in milliseconds, paths absolute, no secret in it. */
import type { Disclosable } from '@writ/export';
import type { TargetSettings } from './destinations/index.ts';

/** One destination. */
export interface DestinationSettings {
  /** `[a-z0-9][a-z0-9-]{0,31}`, unique in the configuration: it names the cursor, so a new name begins anew. */
  readonly name: string;
  readonly target: TargetSettings;
  /** What of sealed bodies is sent; nothing unless named. */
  readonly disclose: readonly Disclosable[];
  /** Where a destination without a cursor begins: at the first entry, or with what is appended from now on. */
  readonly from: 'start' | 'now';
  /** Most events in one sending, 1 to 1,000 (default 50). */
  readonly batchSize: number;
  /** Longest an event waits for others to be sent with, in milliseconds (default 30,000). */
  readonly flushMs: number;
  /** Longest one sending takes, in milliseconds (default 30,000). */
  readonly timeoutMs: number;
  /** Age of the oldest unsent entry from which the log itself says that the destination is behind, in milliseconds (default 900,000). */
  readonly alertAfterMs: number;
  /** Most entries that wait (default 10,000,000). */
  readonly maxBacklog: number;
  /** What happens past `maxBacklog`: all are kept and an alert is recorded, or all that waits is given up and the gap recorded. */
  readonly whenBehind: 'keep' | 'skip';
  /** What happens to an event that the destination will never take: sending stops there, or goes on after the gap is recorded. */
  readonly whenRejected: 'stop' | 'skip';
}

/** What stands where a configuration says nothing. */
export const DEFAULT_DESTINATION: Omit<DestinationSettings, 'name' | 'target'> = {
  disclose: [],
  from: 'now',
  batchSize: 50,
  flushMs: 30_000,
  timeoutMs: 30_000,
  alertAfterMs: 900_000,
  maxBacklog: 10_000_000,
  whenBehind: 'keep',
  whenRejected: 'stop',
};
