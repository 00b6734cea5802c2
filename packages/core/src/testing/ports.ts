/** Clocks, randomness and timers that a test decides. */
import type { Clock, Random } from '../kernel/index.ts';
import type { Timers } from '../runtime/index.ts';

/** A clock that stands still until it is moved. */
export interface FakeClock extends Clock {
  /** Moves both times on by `milliseconds`; the wall clock alone where it is negative. */
  advance(milliseconds: number): void;
}

/** A clock at `now`, milliseconds since 1970 (default: the start of 2026). */
export function fakeClock(now = 1_767_225_600_000): FakeClock {
  let wall = now;
  let monotonic = 0n;
  return {
    now: () => wall,
    monotonicNs: () => monotonic,
    advance(milliseconds) {
      wall += milliseconds;
      if (milliseconds > 0) monotonic += BigInt(Math.round(milliseconds * 1e6));
    },
  };
}

/** Bytes that look random and are the same in every run; never for keys that matter. */
export function fakeRandom(seed = 1): Random {
  let state = seed >>> 0 || 1;
  return {
    bytes(length) {
      const bytes = new Uint8Array(length);
      for (let index = 0; index < length; index += 1) {
        // xorshift32 (Marsaglia 2003).
        state ^= state << 13;
        state >>>= 0;
        state ^= state >>> 17;
        state ^= state << 5;
        state >>>= 0;
        bytes[index] = state & 255;
      }
      return bytes;
    },
  };
}

/** Timers that fire when a test says so. */
export interface FakeTimers extends Timers {
  /** Fires, in order of their time, all timers due within `milliseconds`, and those that these start. */
  advance(milliseconds: number): void;
  /** Timers waiting. */
  readonly pending: number;
}

/** Timers over `clock`, which they move. */
export function fakeTimers(clock: FakeClock): FakeTimers {
  // As real timers do, these go by the clock that only goes forward.
  const now = (): number => Number(clock.monotonicNs()) / 1e6;
  const waiting = new Set<{ readonly at: number; readonly callback: () => void }>();
  return {
    get pending() {
      return waiting.size;
    },
    after(delayMs, callback) {
      const timer = { at: now() + delayMs, callback };
      waiting.add(timer);
      return () => void waiting.delete(timer);
    },
    advance(milliseconds) {
      const end = now() + milliseconds;
      for (;;) {
        const [next] = [...waiting].filter(({ at }) => at <= end).sort((left, right) => left.at - right.at);
        if (next === undefined) break;
        waiting.delete(next);
        if (next.at > now()) clock.advance(next.at - now());
        next.callback();
      }
      if (end > now()) clock.advance(end - now());
    },
  };
}
