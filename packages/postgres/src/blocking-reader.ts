/** Reads that block: the session is in a thread of its own, and the asking thread sleeps until the answer is there. */
import { MessageChannel, receiveMessageOnPort, Worker } from 'node:worker_threads';
import { Fault } from '@writ/core';
import type { SqlRow, SqlValue } from '@writ/core/postgres';
import type { ReadAnswer, ReadQuestion, ReadThreadOptions } from './read-messages.ts';

/** Longest that a read blocks, in milliseconds, the first with its connection included. */
const READ_MS = 15_000;

interface Thread {
  readonly worker: Worker;
  readonly ask: (question: ReadQuestion) => void;
  readonly take: () => ReadAnswer | undefined;
  /** Counts answers. */
  readonly answered: Int32Array;
}

/** A reader of the server at `url`. The thread starts with the first read and does not keep the process alive. */
export class BlockingReader {
  readonly #url: string;
  #thread: Thread | undefined;
  #isClosed = false;

  constructor(url: string) {
    this.#url = url;
  }

  /** Throws `log.unavailable` where the server does not answer in time, or answers with a failure; `log.closed` after {@link close}. */
  read(text: string, values: readonly SqlValue[]): readonly SqlRow[] {
    if (this.#isClosed) throw new Fault('log.closed', 'the database is closed');
    this.#thread ??= this.#start();
    const { ask, take, answered } = this.#thread;
    const before = Atomics.load(answered, 0);
    ask({ text, values });
    Atomics.wait(answered, 0, before, READ_MS);
    const answer = take();
    if (answer !== undefined && 'rows' in answer) return answer.rows;
    // A late answer would be taken for that of the next question.
    if (answer === undefined) void this.#end();
    const reason = answer?.failure ?? `no answer within ${READ_MS} ms`;
    throw new Fault('log.unavailable', `the log cannot be read: ${reason}`);
  }

  /** Idempotent. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#end();
  }

  #start(): Thread {
    const thread = startThread(this.#url);
    // One that failed says why with the next read, by which there is another; it must not end the process.
    thread.worker.on('error', () => {
      if (this.#thread === thread) this.#thread = undefined;
    });
    return thread;
  }

  async #end(): Promise<void> {
    const thread = this.#thread;
    this.#thread = undefined;
    await thread?.worker.terminate();
  }
}

function startThread(url: string): Thread {
  const { port1, port2 } = new MessageChannel();
  const answered = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
  // Unbuilt, the source itself is run; the built file has the other ending.
  const source = import.meta.url.endsWith('.ts')
    ? new URL('./read-thread.ts', import.meta.url)
    : new URL('./read-thread.js', import.meta.url);
  const options: ReadThreadOptions = { url, port: port2, answered };
  const worker = new Worker(source, { workerData: options, transferList: [port2] });
  worker.unref();
  port1.unref();
  return {
    worker,
    answered,
    ask: (question) => port1.postMessage(question),
    take: () => receiveMessageOnPort(port1)?.message as ReadAnswer | undefined,
  };
}
