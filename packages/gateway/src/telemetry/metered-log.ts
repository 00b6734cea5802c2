/** A log whose appends are measured, and whose last word is known: whether an entry could be written, and when. */
import { type Clock, isFault, type LogWriter } from '@writ/core';
import type { Metrics } from './metrics.ts';

/** Whether entries can be written, by the last that was tried. */
export interface LogHealth {
  /** When the last entry was written, on the monotonic clock; absent before the first. */
  readonly wroteNs: bigint | undefined;
  /** Code of the fault of the last append; absent where it was written. */
  readonly fault: string | undefined;
}

/** A measured writer. */
export interface MeteredLog {
  readonly writer: LogWriter;
  readonly health: () => LogHealth;
}

const NS_PER_S = 1e9;
/** Faults that are the entry's own, and say nothing of the log. */
const OWN_FAULTS: ReadonlySet<string> = new Set(['entry.invalid', 'entry.too-large']);

/** `writer`, measured. */
export function meterLog(writer: LogWriter, metrics: Metrics, clock: Pick<Clock, 'monotonicNs'>): MeteredLog {
  let wroteNs: bigint | undefined;
  let fault: string | undefined;
  return {
    health: () => ({ wroteNs, fault }),
    writer: {
      origin: writer.origin,
      async append(draft) {
        const begun = clock.monotonicNs();
        try {
          const result = await writer.append(draft);
          wroteNs = clock.monotonicNs();
          fault = undefined;
          metrics.appended(Number(wroteNs - begun) / NS_PER_S);
          return result;
        } catch (thrown) {
          const code = isFault(thrown) ? thrown.code : 'unknown';
          if (!OWN_FAULTS.has(code)) fault = code;
          metrics.appended(0, code);
          throw thrown;
        }
      },
      close: () => writer.close(),
    },
  };
}
