/** Waiting for people, between two trips along the line. */
import { isFault } from '../kernel/index.ts';
import { waitForAnswers } from '../runtime/index.ts';
import { flooredNow, openHold } from './judgement/index.ts';
import type { Line } from './line.ts';
import type { Enforced, InterceptedAction } from './types.ts';

/** Longest wait in milliseconds: what timers can count. */
const MAX_WAIT_MS = 2 ** 31 - 1;

/**
 * How a wait ended. `answered`: the action should be judged again. `left`: its caller is gone, and was the last of this guard who waited there.
 * `unanswered`: the action stays held, and its caller has the reference.
 */
export type WaitOutcome = 'answered' | 'unanswered' | 'left';

/** Where a reference points to in this log. */
export function holdIndex({ reference }: NonNullable<Enforced['hold']>): number {
  return Number(reference.slice(reference.lastIndexOf('#') + 1));
}

/**
 * Tells the face, and waits for people: up to the configured hold, or to the end of it. Never rejects: where nobody can tell whether there is an
 * answer, there is none.
 */
export async function waitForPeople(
  line: Line,
  hold: NonNullable<Enforced['hold']>,
  { onWaiting, signal, wait }: InterceptedAction,
): Promise<WaitOutcome> {
  const index = holdIndex(hold);
  const { waiters } = line;
  waiters.set(index, (waiters.get(index) ?? 0) + 1);
  let status: 'settled' | 'gone' | 'timeout' | 'aborted' = 'timeout';
  try {
    onWaiting?.(hold);
    const left = hold.expires - flooredNow(line.clock, line.state.timeFloor());
    const end = await waitForAnswers({
      state: line.state,
      timers: line.timers,
      hold: index,
      waitMs: wait === 'to_expiry' ? Math.min(Math.max(left, 0), MAX_WAIT_MS) : line.timings.holdMs,
      pollMs: line.timings.pollMs,
      ...(signal === undefined ? {} : { signal }),
      settle: ({ status: now, digest, policyHash, forbids }) => {
        // Under another policy no answer to this hold counts any more: it is judged, and held where it still must be, anew.
        if (now !== 'waiting' || policyHash !== line.policy.current().policyHash) return true;
        const open = openHold(line, digest, policyHash);
        return open?.approval.lifts.size === forbids.length ? true : undefined;
      },
    });
    ({ status } = end);
  } catch {
    status = signal?.aborted === true ? 'aborted' : 'timeout';
  }
  const others = (waiters.get(index) ?? 1) - 1;
  if (others > 0) waiters.set(index, others);
  else waiters.delete(index);
  if (status === 'settled' || status === 'gone') return 'answered';
  return status === 'aborted' && others === 0 && !isClosing(signal) ? 'left' : 'unanswered';
}

/** A guard that closes goes away itself; its callers may come back to another. */
function isClosing(signal: AbortSignal | undefined): boolean {
  const reason: unknown = signal?.reason;
  return isFault(reason) && reason.code === 'guard.closed';
}
