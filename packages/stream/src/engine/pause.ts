/** Waiting that a signal ends. */
import { Fault, type Timers } from '@writ/core';

/** How long one that is out of time has for its last word, in milliseconds. */
const LAST_WORD_MS = 1_000;

/** Resolves after `ms`, or once `signal` is aborted. */
export async function pause(timers: Timers, ms: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  const over = Promise.withResolvers<void>();
  const end = (): void => over.resolve();
  const cancel = timers.after(ms, end);
  signal.addEventListener('abort', end, { once: true });
  await over.promise;
  signal.removeEventListener('abort', end);
  cancel();
}

/**
 * What `run` resolves with. Past `ms` its signal is aborted with `export.unavailable` as the reason, and what it says then still counts: how much was taken until then, or why
 * no more. One that says nothing is given up a moment later, though it may still be under way.
 */
export async function withDeadline<Result>(
  timers: Timers,
  ms: number,
  signal: AbortSignal,
  run: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const late = Promise.withResolvers<never>();
  const ending = new AbortController();
  let cancel = timers.after(ms, () => {
    const fault = new Fault('export.unavailable', `the destination did not answer within ${ms} ms`, {
      timeoutMs: ms,
    });
    cancel = timers.after(LAST_WORD_MS, () => late.reject(fault));
    ending.abort(fault);
  });
  const abort = (): void => {
    ending.abort(signal.reason);
    late.reject(new Fault('export.unavailable', 'sending was ended'));
  };
  if (signal.aborted) abort();
  signal.addEventListener('abort', abort, { once: true });
  try {
    return await Promise.race([run(ending.signal), late.promise]);
  } finally {
    cancel();
    signal.removeEventListener('abort', abort);
    late.promise.catch(() => {});
  }
}
