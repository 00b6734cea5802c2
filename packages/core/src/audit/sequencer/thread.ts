/** Threads for sequencers, used again for the next log: starting one costs as much as thousands of entries, and processes that open logs one after another should not pay it each time. */
import { Worker } from 'node:worker_threads';

/** Idle threads kept; each holds a few megabytes and does not keep the process alive. */
const MAX_IDLE_THREADS = 2;
const idle = new Set<Worker>();

/** What a user of a thread is told. */
export interface ThreadListeners {
  readonly message: (message: unknown) => void;
  readonly error: (cause: unknown) => void;
  readonly exit: () => void;
}

/** A thread in use. */
export interface Thread {
  post(message: unknown): void;
  /** Gives the thread back; it must serve no log any more. Idempotent. */
  release(): void;
}

/** A thread that waits for a log to serve. It keeps the process alive until it is released. */
export function takeThread(listeners: ThreadListeners): Thread {
  const worker = takeIdle() ?? startWorker();
  worker.on('message', listeners.message);
  worker.on('error', listeners.error);
  worker.on('exit', listeners.exit);
  let released = false;
  return {
    post: (message) => worker.postMessage(message),
    release() {
      if (released) return;
      released = true;
      // One by one: the worker has listeners of its own among its events.
      worker.off('error', listeners.error);
      worker.off('exit', listeners.exit);
      worker.off('message', listeners.message);
      keep(worker);
    },
  };
}

function takeIdle(): Worker | undefined {
  const [worker] = idle;
  if (worker === undefined) return undefined;
  idle.delete(worker);
  worker.ref();
  return worker;
}

function startWorker(): Worker {
  // Unbuilt, the source itself is run; the built file has the other ending.
  const source = import.meta.url.endsWith('.ts')
    ? new URL('./worker.ts', import.meta.url)
    : new URL('./worker.js', import.meta.url);
  const worker = new Worker(source);
  worker.once('exit', () => idle.delete(worker));
  return worker;
}

function keep(worker: Worker): void {
  if (idle.size >= MAX_IDLE_THREADS) {
    void worker.terminate();
    return;
  }
  worker.unref();
  idle.add(worker);
}
