/** What has to end, in the reverse of the order in which it began. */

/** A stack of ends. Each is called once, whatever the others do; the first fault is thrown after the last. */
export class Ending {
  readonly #ends: (() => unknown)[] = [];
  readonly #hurried = Promise.withResolvers<void>();
  #ended: Promise<void> | undefined;

  /** Resolves once somebody does not want to wait. */
  get hurried(): Promise<void> {
    return this.#hurried.promise;
  }

  hurry(): void {
    this.#hurried.resolve();
  }

  add(end: () => unknown): void {
    this.#ends.push(end);
  }

  /** Ends everything. Idempotent. */
  all(): Promise<void> {
    this.#ended ??= this.#run();
    return this.#ended;
  }

  async #run(): Promise<void> {
    const faults: unknown[] = [];
    for (let end = this.#ends.pop(); end !== undefined; end = this.#ends.pop()) {
      try {
        await end();
      } catch (fault) {
        faults.push(fault);
      }
    }
    if (faults.length > 0) throw faults[0];
  }
}
