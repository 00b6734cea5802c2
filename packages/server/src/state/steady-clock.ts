/** The time that a control plane goes by: never before what its log recorded, so that a clock that is put back makes nothing good again that had expired. */
import type { Clock } from '@writ/core';

const NS_PER_MS = 1_000_000n;

/**
 * `clock`, except that its time is never before `recorded()` (milliseconds since 1970, what the log says at least), and goes on from there at its own pace: what ends
 * ends, also while the machine's clock is behind. Where `recorded` throws, what it said last counts. Does not protect against a clock that was set forward: what was recorded then is waited for.
 */
export function steadyClock(clock: Clock, recorded: () => number): Clock {
  let last = { at: Number.NEGATIVE_INFINITY, seenNs: 0n };
  return {
    monotonicNs: () => clock.monotonicNs(),
    now() {
      const at = known(recorded) ?? last.at;
      if (at !== last.at) last = { at, seenNs: clock.monotonicNs() };
      const sinceMs = Number((clock.monotonicNs() - last.seenNs) / NS_PER_MS);
      return Math.max(clock.now(), last.at, last.at + sinceMs);
    },
  };
}

/** INVARIANT: time can be told without the record: whatever rests on it asks the record itself. */
function known(recorded: () => number): number | undefined {
  try {
    return recorded();
  } catch {
    return undefined;
  }
}
