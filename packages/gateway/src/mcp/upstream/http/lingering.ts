/** Streams whose answer has come and that their server keeps open: it gets a moment to end them, then they are ended. */
import type { Timers } from '@writ/core';

/** How long it gets at least, in milliseconds. */
export const LINGER_MS = 1_000;
/** Streams that may linger; with one more, the first of them is ended. */
const MAX_LINGERING = 64;

/** What can be ended. */
interface Abortable {
  abort(): void;
}

/** The streams that linger. One timer serves them all. */
export class Lingering {
  readonly #timers: Timers;
  readonly #all = new Map<Abortable, number>();
  #round = 0;
  #isArmed = false;

  constructor(timers: Timers) {
    this.#timers = timers;
  }

  add(stream: Abortable): void {
    this.#all.set(stream, this.#round);
    const [first] = this.#all.keys();
    if (this.#all.size > MAX_LINGERING && first !== undefined) this.#end(first);
    this.#arm();
  }

  /** It has ended by itself. */
  delete(stream: Abortable): void {
    this.#all.delete(stream);
  }

  /** Ends all. */
  clear(): void {
    for (const stream of Array.from(this.#all.keys())) this.#end(stream);
  }

  #arm(): void {
    if (this.#isArmed) return;
    this.#isArmed = true;
    this.#timers.after(LINGER_MS, () => {
      this.#isArmed = false;
      for (const [stream, round] of Array.from(this.#all)) if (round < this.#round) this.#end(stream);
      this.#round += 1;
      if (this.#all.size > 0) this.#arm();
    });
  }

  #end(stream: Abortable): void {
    this.#all.delete(stream);
    stream.abort();
  }
}
