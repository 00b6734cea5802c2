/** The callers' side of one log: a bounded queue, answers in order. */
import { Fault } from '../../kernel/index.ts';
import type { AppendRefusal, AppendResult } from '../../model/index.ts';
import type { PreparedEntry } from '../entry/index.ts';
import {
  type AnswerPart,
  type FaultMessage,
  fromMessage,
  type OpenedLog,
  type ToSequencer,
} from './messages.ts';

/** Entries of one log that may wait for the disk at once; one more is refused with `guard.overloaded`. */
export const MAX_WAITING_ENTRIES = 8_192;
/** UTF-16 units of entries and bodies of one log that may wait at once, likewise. */
export const MAX_WAITING_UNITS: number = 64 * 1024 * 1024;
/** Entries after which a message leaves without waiting for the end of the turn, so that the disk starts while callers still prepare. */
const EARLY_FLUSH = 64;

interface Waiting {
  readonly units: number;
  readonly resolve: (result: AppendResult) => void;
  readonly reject: (fault: Fault) => void;
}

/** What a log's client needs of its store's. */
export interface StoreLink {
  /** Sends the entry soon, and at once where `flushAt` entries are to be sent. */
  enqueue(entry: PreparedEntry, how: { readonly units: number; readonly flushAt: number }): void;
  /** Sends what is to be sent. */
  flush(): void;
  post(message: (id: number) => ToSequencer): void;
  /** An entry of so many units waits no longer. */
  settle(units: number): void;
  /** Whether the store takes an entry of so many units from a log that has others waiting. */
  hasRoom(units: number): boolean;
}

/** Hands entries of one log to its store. */
export class LogClient {
  readonly #origin: string;
  readonly #link: StoreLink;
  readonly #ready = Promise.withResolvers<OpenedLog>();
  readonly #ended = Promise.withResolvers<void>();
  /** In the order of their entries; a ring would save nothing measurable. */
  #waiting: Waiting[] = [];
  #answered = 0;
  /** The answer to the entry that came last: those to all before it are given by then. */
  #last: Promise<unknown> = Promise.resolve();
  #units = 0;
  #broken: Fault | undefined;
  #outcomeOf: (decision: number) => PreparedEntry | undefined = () => undefined;

  constructor(origin: string, link: StoreLink) {
    this.#origin = origin;
    this.#link = link;
    this.#ready.promise.catch(() => {});
  }

  /** Resolves once the log is open and verified, with the open decisions of ended boots. */
  get ready(): Promise<OpenedLog> {
    return this.#ready.promise;
  }

  /** Sets what closes a decision whose caller was told that it is not known to be written. */
  onUnacknowledged(outcomeOf: (decision: number) => PreparedEntry): void {
    this.#outcomeOf = outcomeOf;
  }

  /** Resolves once `entry` is durable or refused. Rejects with `guard.overloaded` at the bound, before anything is queued. */
  append(entry: PreparedEntry): Promise<AppendResult> {
    return this.#enqueue(entry, EARLY_FLUSH);
  }

  /** Appends `entries` in one transaction, as far as the sequencer's bound on batches allows. */
  appendTogether(entries: readonly PreparedEntry[]): Promise<readonly AppendResult[]> {
    this.#link.flush();
    return Promise.all(entries.map((entry) => this.#enqueue(entry, entries.length + 1)));
  }

  /** Waits for the answers to everything that was appended. Throws why the log takes no more. */
  async settled(): Promise<void> {
    await this.#last.catch(() => {});
    if (this.#broken !== undefined) throw this.#broken;
  }

  /** Has the next entries say how far witnesses vouch for the log: entries under a cosigned checkpoint, and a time in milliseconds since 1970, 0 for none. */
  takeWitnessed(size: number, time: number): void {
    if (this.#broken !== undefined) return;
    this.#link.post((id) => ({ type: 'witnessed', id, witnessed: { size, time } }));
  }

  /** Waits for everything appended, then ends the log. Idempotent. */
  async close(): Promise<void> {
    this.#link.flush();
    if (this.#broken === undefined) this.#link.post((id) => ({ type: 'close_log', id }));
    await this.#ended.promise;
  }

  /** The store has opened the log. */
  opened(opened: OpenedLog): void {
    this.#ready.resolve(opened);
  }

  /** The log takes no more: what waits is told why. The first reason stands. */
  fail(fault: Fault): void {
    this.#broken ??= fault;
    this.#ready.reject(this.#broken);
    for (let next = this.#next(); next !== undefined; next = this.#next()) next.reject(this.#broken);
    this.#ended.resolve();
  }

  /** Closes decisions that were written although their callers were told otherwise. */
  closeUnacknowledged(decisions: readonly number[]): void {
    for (const decision of decisions) {
      const outcome = this.#outcomeOf(decision);
      // What fails here too is closed by the next start, as `unknown`.
      if (outcome !== undefined) this.append(outcome).catch(() => {});
    }
  }

  /** Answers the callers that have waited longest. */
  answer({ results = [], notWritten }: AnswerPart): void {
    if (notWritten !== undefined) {
      const fault = fromMessage(notWritten.fault);
      for (let at = 0; at < notWritten.count; at += 1) this.#next()?.reject(fault);
      return;
    }
    for (let at = 0; at < results.length; at += 2) {
      const waiting = this.#next();
      const index = results[at] as number;
      const rest = results[at + 1];
      if (index >= 0) {
        const receipt = `${this.#origin}#${index}`;
        waiting?.resolve({ status: 'committed', index, receipt, timeFloor: rest as number });
      } else if (typeof rest === 'string')
        waiting?.resolve({ status: 'refused', refusal: rest as AppendRefusal });
      else waiting?.reject(fromMessage(rest as FaultMessage));
    }
  }

  #enqueue(entry: PreparedEntry, flushAt: number): Promise<AppendResult> {
    if (this.#broken !== undefined) return Promise.reject(this.#broken);
    const units = entry.head.length + (entry.body?.length ?? 0);
    const count = this.#waiting.length - this.#answered;
    const isFull = count >= MAX_WAITING_ENTRIES || this.#units + units > MAX_WAITING_UNITS;
    if (count > 0 && (isFull || !this.#link.hasRoom(units))) {
      return Promise.reject(
        new Fault(
          'guard.overloaded',
          `${count} entries wait for the disk, at most ${MAX_WAITING_ENTRIES} may`,
          { count },
        ),
      );
    }
    this.#units += units;
    const answer = new Promise<AppendResult>((resolve, reject) => {
      this.#waiting.push({ units, resolve, reject });
      this.#link.enqueue(entry, { units, flushAt });
    });
    this.#last = answer;
    return answer;
  }

  /** The caller whose turn it is; the front of the list is dropped in large pieces. */
  #next(): Waiting | undefined {
    const waiting = this.#waiting[this.#answered];
    if (waiting === undefined) return undefined;
    this.#answered += 1;
    this.#units -= waiting.units;
    this.#link.settle(waiting.units);
    if (this.#answered === this.#waiting.length || this.#answered > MAX_WAITING_ENTRIES) {
      this.#waiting = this.#waiting.slice(this.#answered);
      this.#answered = 0;
    }
    return waiting;
  }
}
