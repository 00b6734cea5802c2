/** Work in short turns, so that decisions of the same process wait for none of it. */
import type { Clock } from '../../kernel/index.ts';

/** Longest turn, in nanoseconds: two milliseconds. What one entry or one body takes is not cut. */
const TURN_NS = 2_000_000n;
/** Most steps of a turn, where the clock does not tell. */
const MAX_STEPS = 32;

/** Lets everything else run whenever a turn was long enough. */
export class Turns {
  readonly #clock: Pick<Clock, 'monotonicNs'>;
  readonly #pause: () => Promise<void>;
  #steps = 0;
  #began: bigint;

  constructor({
    clock,
    pause,
  }: { readonly clock: Pick<Clock, 'monotonicNs'>; readonly pause: () => Promise<void> }) {
    this.#clock = clock;
    this.#pause = pause;
    this.#began = clock.monotonicNs();
  }

  /** To be called after each step. */
  async next(): Promise<void> {
    this.#steps += 1;
    if (this.#steps < MAX_STEPS && this.#clock.monotonicNs() - this.#began < TURN_NS) return;
    await this.#pause();
    this.#steps = 0;
    this.#began = this.#clock.monotonicNs();
  }
}
