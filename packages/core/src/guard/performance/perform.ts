/** Step 9 of the line: runs the action once, under a signal that kill, deadline and the caller can abort. */
import { Fault, isFault, type JsonValue } from '../../kernel/index.ts';
import { joinSignals } from './joined-signal.ts';
import type { Line } from '../line.ts';
import { confinementOf, type IdentifiedAction, type Judgement, stillInForce } from '../judgement/index.ts';
import type { Perform } from '../types.ts';

/** What carries further requests that nobody judges: a tunnel. */
const CONNECTION = 'network/egress';

/** How a performance ended. `aborted`: nobody knows whether it took effect. */
export type PerformanceEnd = (
  | { readonly status: 'returned'; readonly result: JsonValue }
  | { readonly status: 'threw'; readonly error: unknown }
  | { readonly status: 'aborted'; readonly code: string; readonly reason: string }
) & {
  /** How long it took, in milliseconds rounded up; absent where no limit asks. */
  readonly elapsedMs?: number;
};

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
  const cutOff = Promise.withResolvers<PerformanceEnd>();
  const ending = joinSignals(action.signal === undefined ? [] : [action.signal], (reason) =>
    cutOff.resolve(abortedEnd(reason)),
  );
  const watched = line.killWatch.watch(request, ending);
  const unwatch = watchPurpose(line, { request, action }, judgement, ending.abort);
  const deadlineMs = Math.min(line.timings.performMs, judgement.deadlineMs ?? line.timings.performMs);
  const cancelDeadline = line.timers.after(deadlineMs, () =>
    ending.abort(new Fault('guard.timeout', `the action ran longer than ${deadlineMs} ms`)),
  );
  const elapsed = judgement.reservations === undefined ? undefined : stopwatch(line);
  const confinement = confinementOf(judgement.decision.obligations);
  const performing = start(perform, {
    args: judgement.args,
    digest: judgement.performedDigest,
    receipt,
    ...(confinement === undefined ? {} : { confinement }),
    ...(judgement.isMinimised === true ? { isMinimised: true } : {}),
    ...(judgement.ask === undefined ? {} : { ask: judgement.ask }),
    signal: ending.signal,
  });
  const end = Promise.race([performing, cutOff.promise]).finally(() => {
    cancelDeadline();
    watched.done();
    unwatch?.();
    ending.release();
  });
  return elapsed === undefined ? end : end.then((one) => ({ ...one, elapsedMs: elapsed() }));
}

/** A connection ends with the purpose that its bytes flow for; a program that runs is judged by what it does. */
function watchPurpose(
  line: Line,
  { request, action }: Pick<IdentifiedAction, 'request' | 'action'>,
  { purpose }: Judgement,
  abort: (reason: unknown) => void,
): (() => void) | undefined {
  if (request.method !== CONNECTION || action.delivers?.length !== 0) return undefined;
  const stands = stillInForce(line, request, purpose);
  return stands === undefined ? undefined : line.flowWatch.watch({ stands, abort });
}

function stopwatch({ clock }: Line): () => number {
  const started = clock.monotonicNs();
  return () => Math.ceil(Number(clock.monotonicNs() - started) / 1e6);
}

async function start(perform: Perform, performance: Parameters<Perform>[0]): Promise<PerformanceEnd> {
  try {
    return { status: 'returned', result: await perform(performance) };
  } catch (error) {
    return { status: 'threw', error };
  }
}

function abortedEnd(reason: unknown): PerformanceEnd {
  if (!isFault(reason)) return { status: 'aborted', code: 'guard.cancelled', reason: 'the caller gave up' };
  const { code } = reason.data;
  return { status: 'aborted', code: typeof code === 'string' ? code : reason.code, reason: reason.message };
}
