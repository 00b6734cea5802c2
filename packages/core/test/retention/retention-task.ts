/** What a process that runs retention over a log is told, and how both sides open it. */
import type { LogOptions } from '@writ/core';
import { SAMPLE_LOG_KEYS, sampleLogIdentity, settableClock } from '@writ/core/testing';

export const DAY_MS = 86_400_000;
/** Bodies past their time: two transactions of one batch. */
export const BODIES = 130;
/** When the run is, in days since 1970. */
const RUN_DAY = 2_000;
export const ARCHIVE_KEY: { readonly id: string; readonly bytes: Uint8Array } = {
  id: 'archive-1',
  bytes: new Uint8Array(32).fill(3),
};

/** What to do. */
export interface RetentionTask {
  /** The data folder. */
  readonly path: string;
  /** The folder of the archives. */
  readonly archive: string;
  /** Steps that are still done before the process ends as by SIGKILL; absent: all. */
  readonly steps?: number;
}

/** The log in `path`, on the day of the run or on `day`; `run` keeps random values of two processes apart. */
export function retentionLog(path: string, run: string, day: number = RUN_DAY): LogOptions {
  const clock = settableClock(day * DAY_MS);
  return { ...sampleLogIdentity(run), ...SAMPLE_LOG_KEYS, clock, path };
}
