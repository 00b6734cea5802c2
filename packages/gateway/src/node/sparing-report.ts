/** Says a failure that comes again and again once in a while: what is tried each second would fill the log of whoever runs the gateway. */
import { type Clock, describeFault, isFault } from '@writ/core';

/** From one line about a kind of failure to the next, in milliseconds. */
export const REPORT_EVERY_MS = 600_000;
const NS_PER_MS = 1_000_000n;

/** Answers what is told of failures to publish. Each kind, by its code, has a line at once and then one every ten minutes, with how often it happened in between. */
export function publishReports(
  report: (line: string) => void,
  clock: Pick<Clock, 'monotonicNs'>,
): (fault: unknown) => void {
  const kinds = new Map<string, { readonly saidNs: bigint; readonly silent: number }>();
  return (fault) => {
    const text = describeFault(fault);
    // Messages name objects, which differ: of each code there are few lines.
    const kind = isFault(fault) ? fault.code : 'other';
    const now = clock.monotonicNs();
    const before = kinds.get(kind);
    if (before !== undefined && now - before.saidNs < BigInt(REPORT_EVERY_MS) * NS_PER_MS) {
      kinds.set(kind, { ...before, silent: before.silent + 1 });
      return;
    }
    kinds.set(kind, { saidNs: now, silent: 0 });
    const more = before === undefined || before.silent === 0 ? '' : `; ${before.silent} more like it since`;
    report(`the log could not be published and will be tried again: ${text}${more}`);
  };
}
