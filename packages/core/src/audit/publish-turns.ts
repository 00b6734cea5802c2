/** Publishes the logs of a store by turns: at each tick a bounded number of them, those with something new first. */

/** Most logs published at one tick: each takes a few syncs, and a tick comes each second. */
export const PUBLISHED_PER_TICK = 64;

/** A log, as the timer sees it. */
export interface TurnTaker {
  /** Says that it lives, where it is time to. */
  beat(): void;
  /** Whether it was written to since it was last published. */
  hasNews(): boolean;
  publish(): Promise<void>;
}

/** The logs of one store. A tick that comes while an earlier one still publishes only lets them show that they live. */
export class PublishTurns {
  /** Those that wait longest come first. */
  readonly #takers = new Set<TurnTaker>();
  readonly #onFault: (fault: unknown) => void;
  #isPublishing = false;

  constructor(onFault: (fault: unknown) => void) {
    this.#onFault = onFault;
  }

  /** Adds a log; the answer takes it out again. */
  add(taker: TurnTaker): () => void {
    this.#takers.add(taker);
    return () => void this.#takers.delete(taker);
  }

  /** One tick. */
  take(): void {
    for (const taker of this.#takers) taker.beat();
    if (this.#isPublishing) return;
    this.#isPublishing = true;
    void this.#publish().finally(() => {
      this.#isPublishing = false;
    });
  }

  /** What another process left unpublished in a log where nothing happens here has its turn too, once there is room. */
  async #publish(): Promise<void> {
    const takers = [...this.#takers];
    const turns = [
      ...takers.filter((taker) => taker.hasNews()),
      ...takers.filter((taker) => !taker.hasNews()),
    ].slice(0, PUBLISHED_PER_TICK);
    for (const taker of turns) {
      if (!this.#takers.delete(taker)) continue;
      this.#takers.add(taker);
      try {
        await taker.publish();
      } catch (fault) {
        this.#onFault(fault);
      }
    }
  }
}
