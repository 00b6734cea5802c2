/** The callers' side of a store's thread: one message per turn of the event loop for all logs, answers to each log in order. */
import { describeFault, Fault } from '../../kernel/index.ts';
import type { PreparedEntry } from '../entry/index.ts';
import type { LogSequencerOptions } from './log-sequencer.ts';
import { fromMessage, type FromSequencer, packEntries, type ToSequencer } from './messages.ts';
import { LogClient, MAX_WAITING_ENTRIES, MAX_WAITING_UNITS } from './log-client.ts';
import type { StoreSequencerOptions } from './store-sequencer.ts';
import { takeThread, type Thread } from './thread.ts';

/** As much as eight busy logs may have waiting; a log with nothing waiting is never refused for what others have. */
const BUSY_LOGS = 8;

/** Hands entries to a sequencer in a worker thread. */
export class StoreClient {
  readonly #thread: Thread;
  readonly #ended = Promise.withResolvers<void>();
  readonly #logs = new Map<number, LogClient>();
  #ids = 0;
  #outgoing = new Map<number, PreparedEntry[]>();
  #outgoingCount = 0;
  #waiting = { count: 0, units: 0 };
  #isFlushPlanned = false;
  #broken: Fault | undefined;

  constructor(options: StoreSequencerOptions) {
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
    this.#thread.post({ type: 'open', options } satisfies ToSequencer);
  }

  /** Opens a log; `ready` of the answer says when, or why not. */
  open(options: LogSequencerOptions): LogClient {
    this.#ids += 1;
    const id = this.#ids;
    const log = new LogClient(options.origin, {
      enqueue: (entry, flushAt) => this.#enqueue(id, entry, flushAt),
      flush: () => this.#flush(),
      post: (message) => this.#post(message(id)),
      settle: (units) => {
        this.#waiting.count -= 1;
        this.#waiting.units -= units;
      },
      hasRoom: (units) => this.#hasRoom(units),
    });
    if (this.#broken !== undefined) log.fail(this.#broken);
    this.#logs.set(id, log);
    this.#post({ type: 'open_log', id, options });
    return log;
  }

  /** Waits for everything appended, then ends the thread. Idempotent. */
  async close(): Promise<void> {
    this.#flush();
    this.#post({ type: 'close' });
    await this.#ended.promise;
  }

  #hasRoom(units: number): boolean {
    const { count, units: waiting } = this.#waiting;
    return count < BUSY_LOGS * MAX_WAITING_ENTRIES && waiting + units <= BUSY_LOGS * MAX_WAITING_UNITS;
  }

  #enqueue(id: number, entry: PreparedEntry, { units, flushAt }: { units: number; flushAt: number }): void {
    this.#waiting.count += 1;
    this.#waiting.units += units;
    const present = this.#outgoing.get(id);
    if (present === undefined) this.#outgoing.set(id, [entry]);
    else present.push(entry);
    this.#outgoingCount += 1;
    if (this.#outgoingCount >= flushAt) this.#flush();
    else if (!this.#isFlushPlanned) {
      this.#isFlushPlanned = true;
      // Not a microtask: callers that one turn of the event loop serves would each wake the thread, for a batch and a sync of their own.
      setImmediate(() => {
        this.#isFlushPlanned = false;
        this.#flush();
      });
    }
  }

  #flush(): void {
    if (this.#outgoingCount === 0) return;
    const parts = [...this.#outgoing].map(([id, entries]) => ({ id, entries: packEntries(entries) }));
    this.#outgoing = new Map();
    this.#outgoingCount = 0;
    this.#post({ type: 'append', parts });
  }

  #post(message: ToSequencer): void {
    if (this.#broken === undefined) this.#thread.post(message);
  }

  #receive(message: FromSequencer): void {
    switch (message.type) {
      case 'answered':
        for (const part of message.parts) this.#logs.get(part.id)?.answer(part);
        return;
      case 'ready':
        this.#logs.get(message.id)?.opened(message);
        return;
      case 'failed_to_open':
        this.#logs.get(message.id)?.fail(fromMessage(message.fault));
        this.#logs.delete(message.id);
        return;
      case 'unacknowledged':
        this.#logs.get(message.id)?.closeUnacknowledged(message.decisions);
        return;
      case 'log_closed':
        this.#logs.get(message.id)?.fail(new Fault('log.closed', 'the log is closed'));
        this.#logs.delete(message.id);
        return;
      case 'closed':
        this.#fail(new Fault('log.closed', 'the log is closed'));
        this.#thread.release();
        this.#ended.resolve();
        return;
      default:
        message satisfies never;
    }
  }

  #fail(fault: Fault): void {
    this.#broken ??= fault;
    for (const log of this.#logs.values()) log.fail(this.#broken);
    this.#logs.clear();
  }
}
