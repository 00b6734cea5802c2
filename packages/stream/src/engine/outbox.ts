/** The head of what is to be sent: where it begins, and since when it waits. Events are made for one sending and kept for none, so that what is erased while they wait is not sent. */
import { isFault } from '@writ/core';
import type { OutgoingEvent } from '../destination.ts';
import type { EventSource } from './event-source.ts';

/** What waits. INVARIANT: no event is sent that was made for a sending before. Its bound is one batch, and the events of one entry. */
export class Outbox {
  readonly #source: EventSource;
  /** Index of the first entry that is not gone whole. */
  #next: number;
  /** Events of it that are gone. */
  #gone = 0;
  /** When it is first known to have waited, milliseconds since 1970. */
  #since: number | undefined;
  #read: readonly OutgoingEvent[] = [];
  /** Index behind the last entry that was read. */
  #end: number;

  constructor(source: EventSource, next: number) {
    this.#source = source;
    this.#next = next;
    this.#end = next;
  }

  /** Since when the first entry has waited, in a log of `size` entries; absent where none does. Never later than `now`: neither a producer's clock nor ours makes it younger. */
  since(size: number, now: number): number | undefined {
    if (this.#next >= size) return undefined;
    this.#since = Math.min(now, this.#since ?? this.#written(now));
    return this.#since;
  }

  /** One that cannot be read waits from now on: who sends says why, and the log that it is behind. */
  #written(now: number): number {
    try {
      return this.#source.time(this.#next);
    } catch (fault) {
      if (isFault(fault)) return now;
      throw fault;
    }
  }

  /** Events of entries up to `size`, made anew: at most `limit`, and those before an entry that cannot be read. None where what was left of the last entries is no more. Throws what the source throws of the first. */
  read(limit: number, size: number): readonly OutgoingEvent[] {
    const read: OutgoingEvent[] = [];
    let index = this.#next;
    for (; read.length < limit && index < size; index += 1) {
      const events = this.#eventsOf(index, read.length > 0);
      if (events === undefined) break;
      read.push(...(index === this.#next ? events.slice(this.#gone) : events));
    }
    this.#read = read;
    this.#end = index;
    return read.slice(0, limit);
  }

  /** `undefined` where it cannot be read and others go before it: that is told once its turn comes. */
  #eventsOf(index: number, hasOthers: boolean): readonly OutgoingEvent[] | undefined {
    try {
      return this.#source.events(index);
    } catch (fault) {
      if (hasOthers) return undefined;
      throw fault;
    }
  }

  /** The first `count` of what was read are gone; answers the index of the first entry that is not gone whole. */
  take(count: number): number {
    const first = this.#read[count];
    const next = first?.index ?? this.#end;
    const taken = this.#read.slice(0, count).filter(({ index }) => index === next).length;
    if (next !== this.#next) this.jump(next);
    this.#gone += taken;
    this.#read = [];
    return next;
  }

  /** Gives up everything before entry `next`. */
  jump(next: number): void {
    this.#next = next;
    this.#gone = 0;
    this.#since = undefined;
    this.#read = [];
  }
}
