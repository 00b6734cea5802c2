/** One logical event stream of a legacy session: it outlives the connection it is read on (MCP 2025-11-25, "Resumability and Redelivery"). */
import type { JsonObject } from '@writ/core';
import type { EventStream } from '../wire/index.ts';

/** Events kept for a client that comes back. */
const MAX_EVENTS = 256;
/** Characters of them, about. */
const MAX_CHARACTERS = 1024 * 1024;
/** What a client is asked to wait before it comes back, in milliseconds. */
const RETRY_MS = 1_000;

interface Kept {
  readonly sequence: number;
  readonly message: JsonObject;
  readonly characters: number;
  readonly isLast: boolean;
}

/** The events of one stream, and the connection that reads them now. */
export class EventLog {
  /** Unique in the session; begins every event's id. */
  readonly id: string;
  readonly #canResume: boolean;
  #kept: Kept[] = [];
  #characters = 0;
  #sequence = 0;
  #sink: EventStream | undefined;
  #isEnded = false;

  /** `canResume`: the client reads an event without data as a place to resume from. */
  constructor(id: string, canResume: boolean) {
    this.id = id;
    this.#canResume = canResume;
  }

  /** Whether its last event was written, whoever has read it. */
  get isEnded(): boolean {
    return this.#isEnded;
  }

  get isConnected(): boolean {
    return this.#sink !== undefined && !this.#sink.isClosed;
  }

  get canResume(): boolean {
    return this.#canResume;
  }

  get isFull(): boolean {
    return this.#sink?.isFull ?? false;
  }

  async drained(): Promise<void> {
    await this.#sink?.drained();
  }

  /** Reads on `sink` from now on, beginning after event `after`; absent begins with what comes next. `false` where events after it are gone. */
  connect(sink: EventStream, after?: number): boolean {
    const missed = after === undefined ? [] : this.#kept.filter(({ sequence }) => sequence > after);
    const isWhole = after === undefined || after + missed.length === this.#sequence;
    if (!isWhole) return false;
    this.#sink = sink;
    if (this.#canResume)
      sink.write({ id: this.#idOf(this.#sequence - missed.length), retryMs: RETRY_MS }, true);
    for (const { sequence, message, isLast } of missed) {
      if (isLast) sink.end({ id: this.#idOf(sequence), message });
      else sink.write({ id: this.#idOf(sequence), message }, true);
    }
    if (this.#isEnded) sink.end();
    return true;
  }

  /** Writes one event, now or to whoever comes back for it. `false` where it was dropped. */
  write(message: JsonObject, isVital: boolean): boolean {
    if (this.#isEnded) return false;
    const isWritten = this.isConnected;
    if (!this.#canResume) return this.#sink?.write({ message }, isVital) ?? false;
    if (!isVital && !isWritten && this.#kept.length >= MAX_EVENTS) return false;
    const id = this.#keep(message, false);
    // Whoever does not keep up misses what is no answer and no question, and may come back for it.
    this.#sink?.write({ id, message }, isVital);
    return true;
  }

  /** Writes the last event. */
  end(message?: JsonObject): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    if (message === undefined) this.#sink?.end();
    else if (this.#canResume) this.#sink?.end({ id: this.#keep(message, true), message });
    else this.#sink?.end({ message });
  }

  /** Lets the client go until it comes back; `retryMs` is when. */
  pause(retryMs: number | undefined): void {
    if (!this.#canResume || this.#sink === undefined) return;
    if (retryMs !== undefined) this.#sink.write({ id: this.#idOf(this.#sequence), retryMs }, true);
    this.#sink.end();
    this.#sink = undefined;
  }

  #keep(message: JsonObject, isLast: boolean): string {
    this.#sequence += 1;
    const characters = JSON.stringify(message).length;
    this.#kept.push({ sequence: this.#sequence, message, characters, isLast });
    this.#characters += characters;
    while (this.#kept.length > 1 && (this.#kept.length > MAX_EVENTS || this.#characters > MAX_CHARACTERS)) {
      this.#characters -= this.#kept.shift()?.characters ?? 0;
    }
    return this.#idOf(this.#sequence);
  }

  #idOf(sequence: number): string {
    return `${this.id}-${sequence}`;
  }
}

/** The stream and the event that an id names; `undefined` for a text that is none. */
export function parseEventId(
  text: string,
): { readonly stream: string; readonly sequence: number } | undefined {
  const match = /^([a-z0-9]{1,32})-([0-9]{1,15})$/.exec(text);
  return match?.[1] === undefined ? undefined : { stream: match[1], sequence: Number(match[2]) };
}
