/** What a process that prunes bundles of a log is told, and how both sides open it. */
import type { LogOptions } from '@writ/core';
import { SAMPLE_LOG_KEYS, sampleLogIdentity, settableClock } from '@writ/core/testing';

const DAY_MS = 86_400_000;
/** How long entries are served, in milliseconds. */
export const KEEP_MS: number = 400 * DAY_MS;
/** When the run is, in days since 1970. */
export const RUN_DAY = 2_000;

/** What to do. */
export interface PruningTask {
  /** The data folder. */
  readonly path: string;
  /** The folder of archived bundles. */
  readonly archive: string;
  /** Steps that are still done before the process ends as by SIGKILL; absent: all. */
  readonly steps?: number;
}

/** The log in `path` on `day`; `run` keeps random values of two processes apart. */
export function pruningLog(path: string, run: string, day: number = RUN_DAY): LogOptions {
  const clock = settableClock(day * DAY_MS);
  return { ...sampleLogIdentity(run), ...SAMPLE_LOG_KEYS, clock, path };
}
