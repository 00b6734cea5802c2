/** Work that may overlap, up to a bound. */

/** Runs what is added, at most `limit` at a time. One user, one failure: the first is thrown by the next {@link add} or by {@link settle}. */
export class Bounded {
  readonly #limit: number;
  readonly #running = new Set<Promise<void>>();
  #failure: { readonly cause: unknown } | undefined;

  constructor(limit: number) {
    this.#limit = Math.max(1, limit);
  }

  /** Begins `run` once there is room for it, and resolves when there is room for another. Throws what an earlier one threw. */
  async add(run: () => Promise<void>): Promise<void> {
    const running: Promise<void> = run()
      .catch((cause: unknown) => {
        this.#failure ??= { cause };
      })
      .finally(() => this.#running.delete(running));
    this.#running.add(running);
    while (this.#running.size >= this.#limit) await Promise.race(this.#running);
    this.#throwFailure();
  }

  /** Resolves when nothing runs any more. Throws what one of them threw. */
  async settle(): Promise<void> {
    await Promise.all(this.#running);
    this.#throwFailure();
  }

  #throwFailure(): void {
    if (this.#failure !== undefined) throw this.#failure.cause;
  }
}
