/** The thread that sends, as the process sees it that decides. */
import { Worker } from 'node:worker_threads';
import { describeFault, type EntryDetail, systemClock, type Timers } from '@writ/core';
import type { DestinationState } from '@writ/stream';
import type { FromExporter, ToExporter } from './messages.ts';
import type { ExportTask } from './open-exporter.ts';
import { stateReports } from './report-states.ts';

/** A thread that ended by itself is started again after this long, in milliseconds. */
const RESTART_MS = 30_000;
/** Longest that the end waits for the thread, in milliseconds: what was not acknowledged is sent by the next one. */
const CLOSE_MS = 5_000;

/** What the thread needs of the process. */
export interface StartExportOptions {
  /** Appends an entry about a destination; resolves once it is durable. */
  readonly append: (detail: EntryDetail) => Promise<void>;
  /** Told what an operator should know, one line each. */
  readonly report: (line: string, level?: 'info') => void;
  readonly timers: Timers;
}

/** A log that is sent beside. */
export interface RunningExport {
  /** By name of the destination; empty until the thread has told of itself. */
  states(): ReadonlyMap<string, DestinationState>;
  /** Idempotent. */
  close(): Promise<void>;
}

/** Starts the thread that does `task`. Whatever fails in it is reported, and nothing of it is thrown here. */
export function startExport(task: ExportTask, options: StartExportOptions): RunningExport {
  const { append, report, timers } = options;
  let states: ReadonlyMap<string, DestinationState> = new Map();
  let worker: Worker | undefined;
  let cancelRestart: (() => void) | undefined;
  let isClosing = false;
  const tell = stateReports(report);

  const take = (thread: Worker, message: FromExporter): void => {
    switch (message.type) {
      case 'note':
        void noted(append, message).then((answer) => thread.postMessage(answer));
        return;
      case 'states':
        states = message.states;
        tell(states);
        return;
      case 'closed':
        return;
      default:
        message satisfies never;
    }
  };
  const start = (): void => {
    const thread = startThread(task);
    worker = thread;
    thread.on('message', (message: FromExporter) => take(thread, message));
    thread.on('error', (cause) => report(`sending the log failed: ${describeFault(cause)}`));
    thread.once('exit', () => {
      if (worker === thread) worker = undefined;
      if (isClosing) return;
      states = new Map(task.destinations.map(({ name }) => [name, ended()]));
      cancelRestart = timers.after(RESTART_MS, start);
    });
  };
  start();

  let closed: Promise<void> | undefined;
  const close = async (): Promise<void> => {
    isClosing = true;
    cancelRestart?.();
    if (worker !== undefined) await endThread(worker, timers);
  };
  return { states: () => states, close: () => (closed ??= close()) };
}

/** What it told last is not so any more. */
function ended(): DestinationState {
  const at = systemClock.now();
  const error = { code: 'export.unavailable', text: 'the thread that sends ended; it is started again', at };
  return { phase: 'stopped', isBehind: false, sent: 0, failures: 1, error };
}

function startThread(task: ExportTask): Worker {
  // Unbuilt, the source itself is run; the built file has the other ending.
  const source = import.meta.url.endsWith('.ts')
    ? new URL('./worker.ts', import.meta.url)
    : new URL('./worker.js', import.meta.url);
  const thread = new Worker(source, { workerData: task });
  // A process that has nothing else to do ends; what is not sent stays in the log.
  thread.unref();
  return thread;
}

async function endThread(thread: Worker, timers: Timers): Promise<void> {
  const over = Promise.withResolvers<void>();
  thread.once('exit', () => over.resolve());
  const cancel = timers.after(CLOSE_MS, over.resolve);
  thread.postMessage({ type: 'close' } satisfies ToExporter);
  await over.promise;
  cancel();
  await thread.terminate();
}

async function noted(
  append: StartExportOptions['append'],
  { id, detail }: Extract<FromExporter, { readonly type: 'note' }>,
): Promise<ToExporter> {
  try {
    await append(detail);
    return { type: 'noted', id };
  } catch (fault) {
    return { type: 'noted', id, problem: describeFault(fault) };
  }
}
