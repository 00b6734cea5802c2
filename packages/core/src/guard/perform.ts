/** Step 9 of the line: runs the action once, under a signal that kill, deadline and the caller can abort. */
import { Fault, isFault, type JsonValue } from '../kernel/index.ts';
import type { Line } from './line.ts';
import type { IdentifiedAction, Judgement } from './judgement/index.ts';
import type { Perform } from './types.ts';

/** How a performance ended. `aborted`: nobody knows whether it took effect. */
export type PerformanceEnd =
  | { readonly status: 'returned'; readonly result: JsonValue }
  | { readonly status: 'threw'; readonly error: unknown }
  | { readonly status: 'aborted'; readonly code: string; readonly reason: string };

/**
 * Calls `perform` before anything else can run: the epochs were compared just before, and the event loop has not turned since.
 * Never rejects.
 */
export function performOnce(
  line: Line,
  { request, action }: IdentifiedAction,
  judgement: Judgement,
  receipt: string,
  perform: Perform,
): Promise<PerformanceEnd> {
  const watched = line.killWatch.watch(request);
  const deadline = new AbortController();
  const signal = AbortSignal.any([
    watched.signal,
    deadline.signal,
    ...(action.signal === undefined ? [] : [action.signal]),
  ]);
  const performing = start(perform, {
    args: judgement.args,
    digest: judgement.performedDigest,
    receipt,
    signal,
  });
  const cancelDeadline = line.timers.after(line.timings.performMs, () =>
    deadline.abort(new Fault('guard.timeout', `the action ran longer than ${line.timings.performMs} ms`)),
  );
  const abort = abortOf(signal);
  return Promise.race([performing, abort.ended]).finally(() => {
    cancelDeadline();
    watched.done();
    abort.forget();
  });
}

async function start(perform: Perform, performance: Parameters<Perform>[0]): Promise<PerformanceEnd> {
  try {
    return { status: 'returned', result: await perform(performance) };
  } catch (error) {
    return { status: 'threw', error };
  }
}

/** The end by `signal`. INVARIANT: whoever asks also forgets: a signal of others that is still listened to is kept, and all that it holds. */
function abortOf(signal: AbortSignal): { readonly ended: Promise<PerformanceEnd>; forget(): void } {
  const { promise, resolve } = Promise.withResolvers<PerformanceEnd>();
  const end = (): void => resolve(abortedEnd(signal.reason));
  if (signal.aborted) end();
  else signal.addEventListener('abort', end, { once: true });
  return { ended: promise, forget: () => signal.removeEventListener('abort', end) };
}

function abortedEnd(reason: unknown): PerformanceEnd {
  if (!isFault(reason)) return { status: 'aborted', code: 'guard.cancelled', reason: 'the caller gave up' };
  const { code } = reason.data;
  return { status: 'aborted', code: typeof code === 'string' ? code : reason.code, reason: reason.message };
}
