/** Time spent on the line by step: the guard's own monotonic clock, in whole microseconds. It decides nothing. */
import type { Clock } from '../kernel/index.ts';

const NS_PER_US = 1_000;

/** Counts time to steps, one after another; a step that comes again goes on. Begins with {@link go}. */
export class Laps<Step extends string> {
  readonly #clock: Pick<Clock, 'monotonicNs'>;
  readonly #ns: Partial<Record<Step, number>> = {};
  #since = 0;

  constructor(clock: Pick<Clock, 'monotonicNs'>) {
    this.#clock = clock;
  }

  /** The next lap begins now; the time since the last is of no step. */
  go(): this {
    this.#since = this.#now();
    return this;
  }

  /** The time since the last word is of `step`. */
  lap(step: Step): void {
    const now = this.#now();
    this.#ns[step] = (this.#ns[step] ?? 0) + (now - this.#since);
    this.#since = now;
  }

  /** Whole microseconds by step; of those alone that there were. */
  spentUs(): Partial<Record<Step, number>> {
    const spent: Partial<Record<Step, number>> = {};
    for (const step in this.#ns) spent[step] = Math.max(0, Math.floor((this.#ns[step] ?? 0) / NS_PER_US));
    return spent;
  }

  /** As a number, which is exact for a hundred days of a machine, and within a few nanoseconds afterwards. */
  #now(): number {
    return Number(this.#clock.monotonicNs());
  }
}
