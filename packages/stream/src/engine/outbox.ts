/** Events that are read and not yet acknowledged: a batch, never more. */
import type { OutgoingEvent } from '../destination.ts';
import type { EventSource } from './event-source.ts';

interface Waiting {
  readonly event: OutgoingEvent;
  /** When it is first known to have waited, milliseconds since 1970. */
  readonly since: number;
}

/** The head of what is to be sent. Its bound is one batch, and the events of one entry. */
export class Outbox {
  readonly #source: EventSource;
  #waiting: Waiting[] = [];
  #next: number;

  constructor(source: EventSource, next: number) {
    this.#source = source;
    this.#next = next;
  }

  get length(): number {
    return this.#waiting.length;
  }

  /** Since when the first has waited; absent where none does. */
  get since(): number | undefined {
    return this.#waiting[0]?.since;
  }

  /** Reads entries up to `size` until `limit` events wait. Throws what the source throws; what was read stays. */
  fill(limit: number, size: number, now: number): void {
    while (this.#waiting.length < limit && this.#next < size) {
      for (const event of this.#source.events(this.#next))
        this.#waiting.push({ event, since: Math.min(now, event.time) });
      this.#next += 1;
    }
  }

  /** The first `count`. */
  first(count: number): readonly OutgoingEvent[] {
    return this.#waiting.slice(0, count).map(({ event }) => event);
  }

  /** Takes the first `count` out; answers the index of the first entry that is not gone whole. */
  take(count: number): number {
    this.#waiting.splice(0, count);
    return this.#waiting[0]?.event.index ?? this.#next;
  }

  /** Gives up everything before entry `next`. */
  jump(next: number): void {
    this.#waiting = [];
    this.#next = next;
  }
}
