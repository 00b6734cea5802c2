/** Whether the log takes entries: by the last one that was written, or by one written for this. */
import { type Clock, describeFault, type Timers } from '@writ/core';
import type { LogHealth } from '../../telemetry/index.ts';
import type { Check } from './types.ts';

/** What the check stands on. */
export interface LogCheckOptions {
  readonly health: () => LogHealth;
  /** Appends an entry that says nothing but that the node lives. */
  readonly beat: () => Promise<unknown>;
  /** Whether the space for outcomes is kept free; without it nothing is permitted. */
  readonly hasReserve: () => boolean;
  readonly clock: Pick<Clock, 'monotonicNs'>;
  readonly timers: Timers;
}

/** An entry written this long ago still speaks for the log, in milliseconds; one is written for the check at most this often. */
export const FRESH_MS = 15_000;
/** An append that takes longer counts as failed, in milliseconds; probes commonly wait a few seconds. */
const BEAT_MS = 2_000;
const NS_PER_MS = 1_000_000n;

/** The check. One entry is under way at a time, however many ask. */
export function createLogCheck(options: LogCheckOptions): () => Promise<Check> {
  const { health, beat, hasReserve, clock, timers } = options;
  let beating: Promise<string | undefined> | undefined;
  const write = async (): Promise<string | undefined> => {
    try {
      await beat();
      return undefined;
    } catch (fault) {
      return describeFault(fault);
    } finally {
      beating = undefined;
    }
  };
  const isFresh = (): boolean => {
    const { wroteNs, fault } = health();
    if (fault !== undefined || wroteNs === undefined) return false;
    return clock.monotonicNs() - wroteNs < BigInt(FRESH_MS) * NS_PER_MS;
  };
  return async () => {
    const check = (ok: boolean, reason: string): Check => ({ name: 'log', ok, reason });
    if (!isFresh() || !hasReserve()) {
      beating ??= write();
      const late = Promise.withResolvers<string>();
      const cancel = timers.after(BEAT_MS, () =>
        late.resolve(`an entry was not written within ${BEAT_MS} ms`),
      );
      const problem = await Promise.race([beating, late.promise]);
      cancel();
      if (problem !== undefined) return check(false, problem);
    }
    if (!hasReserve())
      return check(false, 'the disk is full: no space is kept for outcomes, so nothing is permitted');
    return check(true, 'entries are written');
  };
}
