/** Times of OpenTelemetry: seconds and nanoseconds since 1970. */
import type { Entry } from '@writ/core';

export type Instant = [seconds: number, nanoseconds: number];

const MS_PER_S = 1_000;
const NS_PER_MS = 1_000_000;
const NS_PER_S = 1_000_000_000;

/** `ms` since 1970. */
export function instantOf(ms: number): Instant {
  return [Math.floor(ms / MS_PER_S), (ms % MS_PER_S) * NS_PER_MS];
}

/** `instant` and `ns` nanoseconds, not negative. */
export function later([seconds, nanoseconds]: Instant, ns: number): Instant {
  const sum = nanoseconds + ns;
  return [seconds + Math.floor(sum / NS_PER_S), sum % NS_PER_S];
}

/** Nanoseconds from `decision` to `outcome`: by the clock that only goes forward where one process wrote both, by their times otherwise. Not negative. */
export function durationNs(decision: Entry, outcome: Entry): number {
  const isOneProcess = decision.producer.boot === outcome.producer.boot;
  const ns = isOneProcess
    ? Number(BigInt(outcome.monotonicNs) - BigInt(decision.monotonicNs))
    : (outcome.time - decision.time) * NS_PER_MS;
  return Math.max(0, ns);
}
