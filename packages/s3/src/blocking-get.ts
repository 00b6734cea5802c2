/** Reads of objects that block: the client is in a thread of its own, and the asking thread sleeps until the answer is there. */
import { MessageChannel, receiveMessageOnPort, Worker } from 'node:worker_threads';
import { Fault } from '@writ/core';
import type { GetAnswer, GetQuestion, GetThreadOptions } from './get-messages.ts';
import type { S3Options } from './options.ts';

/** Longer than a call takes with all its attempts, in milliseconds: the thread answers by itself before. */
const SPARE_MS = 5_000;

interface Thread {
  readonly worker: Worker;
  readonly ask: (question: GetQuestion) => void;
  readonly take: () => GetAnswer | undefined;
  readonly answered: Int32Array;
}

/** A reader of one bucket. The thread starts with the first read and does not keep the process alive. */
export class BlockingGet {
  readonly #options: S3Options;
  readonly #waitMs: number;
  #thread: Thread | undefined;
  #isClosed = false;

  /** `timeoutMs` is what one call takes at most. */
  constructor(options: S3Options, timeoutMs: number) {
    this.#options = options;
    this.#waitMs = timeoutMs + SPARE_MS;
  }

  /** Throws `log.unavailable` where the store does not answer, `log.closed` after {@link close}, `config.invalid` where credentials come from a function, which cannot go into a thread. */
  get(name: string, maximum: number): Uint8Array | undefined {
    if (this.#isClosed) throw new Fault('log.closed', 'the bucket is closed');
    this.#thread ??= startThread(this.#options);
    const { ask, take, answered } = this.#thread;
    const before = Atomics.load(answered, 0);
    ask({ name, maximum });
    Atomics.wait(answered, 0, before, this.#waitMs);
    const answer = take();
    if (answer !== undefined && 'bytes' in answer) return answer.bytes;
    // A late answer would be taken for that of the next question.
    if (answer === undefined) this.#end();
    throw new Fault(
      'log.unavailable',
      answer?.failure ?? `\`${name}\` was not read within ${this.#waitMs} ms`,
    );
  }

  /** Idempotent. */
  close(): void {
    this.#isClosed = true;
    this.#end();
  }

  #end(): void {
    const thread = this.#thread;
    this.#thread = undefined;
    void thread?.worker.terminate();
  }
}

function startThread({ credentials, now: _now, objectLock: _lock, ...options }: S3Options): Thread {
  if (typeof credentials === 'function') {
    const hint = 'hand the credentials over themselves, and open the bucket again when they change';
    throw new Fault('config.invalid', 'reads that block need credentials, not a function', { hint });
  }
  const { port1, port2 } = new MessageChannel();
  const answered = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
  // Unbuilt, the source itself is run; the built file has the other ending.
  const source = import.meta.url.endsWith('.ts')
    ? new URL('./get-thread.ts', import.meta.url)
    : new URL('./get-thread.js', import.meta.url);
  const workerData: GetThreadOptions = { options: { ...options, credentials }, port: port2, answered };
  const worker = new Worker(source, { workerData, transferList: [port2] });
  // One that failed is found out by the wait; it must not end the process.
  worker.on('error', () => {});
  worker.unref();
  port1.unref();
  return {
    worker,
    answered,
    ask: (question) => port1.postMessage(question),
    take: () => receiveMessageOnPort(port1)?.message as GetAnswer | undefined,
  };
}
