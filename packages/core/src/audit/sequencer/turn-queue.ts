/** Entries that wait for the disk, log by log: a batch takes from each in turn, so that a busy log does not keep the others waiting. */
import type { PreparedEntry } from '../entry/index.ts';

/** Grows with what its users put in; they bound it. */
export class TurnQueue {
  readonly #waiting = new Map<number, PreparedEntry[]>();

  get isEmpty(): boolean {
    return this.#waiting.size === 0;
  }

  add(log: number, entries: readonly PreparedEntry[]): void {
    const present = this.#waiting.get(log);
    if (present === undefined) this.#waiting.set(log, [...entries]);
    else for (const entry of entries) present.push(entry);
  }

  /** Whether entries of `log` wait. */
  has(log: number): boolean {
    return this.#waiting.has(log);
  }

  /**
   * At most `most` entries: of each log the first that wait, in their order, as many of each as there is room for. Logs that wait longest come first, and a log of
   * which something is left goes behind them.
   */
  take(most: number): ReadonlyMap<number, readonly PreparedEntry[]> {
    const batch = new Map<number, readonly PreparedEntry[]>();
    let room = most;
    let logs = this.#waiting.size;
    for (const [log, entries] of this.#waiting) {
      if (room === 0) break;
      // What others do not need of their share is left to those behind them.
      const taken = entries.splice(0, Math.ceil(room / logs));
      batch.set(log, taken);
      room -= taken.length;
      logs -= 1;
    }
    for (const log of batch.keys()) {
      const left = this.#waiting.get(log) ?? [];
      this.#waiting.delete(log);
      if (left.length > 0) this.#waiting.set(log, left);
    }
    return batch;
  }
}
