/** Waiting that a signal ends. */
import { Fault, type Timers } from '@writ/core';

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

/** What `run` resolves with; `export.unavailable` where it takes longer than `ms`, though it may still be under way then: its signal is aborted. */
export async function withDeadline<Result>(
  timers: Timers,
  ms: number,
  signal: AbortSignal,
  run: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const late = Promise.withResolvers<never>();
  const ending = new AbortController();
  const cancel = timers.after(ms, () => {
    const fault = new Fault('export.unavailable', `the destination did not answer within ${ms} ms`);
    ending.abort(fault);
    late.reject(fault);
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
