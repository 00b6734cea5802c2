/** The callers' side of the sequencer's thread: a bounded queue, one message per microtask, answers in order. */
import { describeFault, Fault } from '../../kernel/index.ts';
import type { AppendRefusal, AppendResult } from '../../model/index.ts';
import type { PreparedEntry } from '../entry/index.ts';
import {
  fromMessage,
  type FaultMessage,
  type FromSequencer,
  packEntries,
  type ToSequencer,
} from './messages.ts';
import type { SqliteSequencerOptions } from './sqlite-sequencer.ts';
import { takeThread, type Thread } from './thread.ts';

/** Entries that may wait for the disk at once; one more is refused with `guard.overloaded`. */
export const MAX_WAITING_ENTRIES = 8_192;
/** UTF-16 units of entries and bodies that may wait at once, likewise. */
export const MAX_WAITING_UNITS: number = 64 * 1024 * 1024;
/** Entries after which a message leaves without waiting for the microtask, so that the disk starts while callers still prepare. */
const EARLY_FLUSH = 64;

interface Waiting {
  readonly units: number;
  readonly resolve: (result: AppendResult) => void;
  readonly reject: (fault: Fault) => void;
}

/** Hands entries to a sequencer in a worker thread. */
export class SequencerClient {
  readonly #origin: string;
  readonly #thread: Thread;
  readonly #ready = Promise.withResolvers<readonly number[]>();
  readonly #ended = Promise.withResolvers<void>();
  /** In the order of their entries; a ring would save nothing measurable. */
  #waiting: Waiting[] = [];
  #answered = 0;
  #units = 0;
  #outgoing: PreparedEntry[] = [];
  #isFlushPlanned = false;
  #broken: Fault | undefined;
  #closeUnacknowledged: (decision: number) => PreparedEntry | undefined = () => undefined;

  constructor(options: SqliteSequencerOptions) {
    this.#origin = options.origin;
    this.#thread = takeThread({
      message: (message) => this.#receive(message as FromSequencer),
      error: (cause) =>
        this.#fail(
          new Fault('log.unavailable', `the log's thread failed: ${describeFault(cause)}`, {}, { cause }),
        ),
      exit: () => {
        this.#fail(new Fault('log.unavailable', "the log's thread has ended"));
        this.#ended.resolve();
      },
    });
    this.#post({ type: 'open', options });
    this.#ready.promise.catch(() => {});
  }

  /** Resolves once the store is open and verified, with the open decisions of ended boots. */
  get ready(): Promise<readonly number[]> {
    return this.#ready.promise;
  }

  /** Sets what closes a decision whose caller was told that it is not known to be written. */
  onUnacknowledged(outcomeOf: (decision: number) => PreparedEntry): void {
    this.#closeUnacknowledged = outcomeOf;
  }

  /** Resolves once `entry` is durable or refused. Rejects with `guard.overloaded` at the bound, before anything is queued. */
  append(entry: PreparedEntry): Promise<AppendResult> {
    return this.#enqueue(entry, EARLY_FLUSH);
  }

  /** Appends `entries` in one transaction, as far as the sequencer's bound on batches allows. */
  appendTogether(entries: readonly PreparedEntry[]): Promise<readonly AppendResult[]> {
    this.#flush();
    return Promise.all(entries.map((entry) => this.#enqueue(entry, entries.length + 1)));
  }

  #enqueue(entry: PreparedEntry, flushAt: number): Promise<AppendResult> {
    if (this.#broken !== undefined) return Promise.reject(this.#broken);
    const units = entry.head.length + (entry.body?.length ?? 0);
    const count = this.#waiting.length - this.#answered;
    if (count >= MAX_WAITING_ENTRIES || (count > 0 && this.#units + units > MAX_WAITING_UNITS)) {
      return Promise.reject(
        new Fault(
          'guard.overloaded',
          `${count} entries wait for the disk, at most ${MAX_WAITING_ENTRIES} may`,
          { count },
        ),
      );
    }
    this.#units += units;
    this.#outgoing.push(entry);
    return new Promise((resolve, reject) => {
      this.#waiting.push({ units, resolve, reject });
      if (this.#outgoing.length >= flushAt) this.#flush();
      else if (!this.#isFlushPlanned) {
        this.#isFlushPlanned = true;
        queueMicrotask(() => {
          this.#isFlushPlanned = false;
          this.#flush();
        });
      }
    });
  }

  /** Has the next entries say how far witnesses vouch for the log: entries under a cosigned checkpoint, and a time in milliseconds since 1970, 0 for none. */
  takeWitnessed(size: number, time: number): void {
    if (this.#broken === undefined) this.#post({ type: 'witnessed', witnessed: { size, time } });
  }

  /** Waits for everything appended, then ends the thread. Idempotent. */
  async close(): Promise<void> {
    this.#flush();
    if (this.#broken === undefined) this.#post({ type: 'close' });
    await this.#ended.promise;
  }

  #flush(): void {
    if (this.#outgoing.length === 0) return;
    const entries = this.#outgoing;
    this.#outgoing = [];
    if (this.#broken === undefined) this.#post({ type: 'append', entries: packEntries(entries) });
  }

  #post(message: ToSequencer): void {
    this.#thread.post(message);
  }

  #receive(message: FromSequencer): void {
    switch (message.type) {
      case 'ready':
        this.#ready.resolve(message.dead);
        return;
      case 'failed_to_open':
        this.#fail(fromMessage(message.fault));
        this.#letGo();
        return;
      case 'written':
        this.#answer(message.results);
        return;
      case 'not_written': {
        const fault = fromMessage(message.fault);
        for (let at = 0; at < message.count; at += 1) this.#next()?.reject(fault);
        return;
      }
      case 'unacknowledged':
        for (const decision of message.decisions) {
          const outcome = this.#closeUnacknowledged(decision);
          // What fails here too is closed by the next start, as `unknown`.
          if (outcome !== undefined) this.append(outcome).catch(() => {});
        }
        return;
      case 'closed':
        this.#broken = new Fault('log.closed', 'the log is closed');
        this.#letGo();
        return;
      default:
        message satisfies never;
    }
  }

  #answer(results: readonly (number | string | FaultMessage)[]): void {
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

  /** The caller whose turn it is; the front of the list is dropped in large pieces. */
  #next(): Waiting | undefined {
    const waiting = this.#waiting[this.#answered];
    if (waiting === undefined) return undefined;
    this.#answered += 1;
    this.#units -= waiting.units;
    if (this.#answered === this.#waiting.length || this.#answered > MAX_WAITING_ENTRIES) {
      this.#waiting = this.#waiting.slice(this.#answered);
      this.#answered = 0;
    }
    return waiting;
  }

  #letGo(): void {
    this.#thread.release();
    this.#ended.resolve();
  }

  #fail(fault: Fault): void {
    this.#broken ??= fault;
    this.#ready.reject(fault);
    for (let next = this.#next(); next !== undefined; next = this.#next()) next.reject(this.#broken);
  }
}
