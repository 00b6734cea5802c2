/** Waiting for people, between two trips along the line. */
import { waitForAnswers } from '../runtime/index.ts';
import { openHold } from './judgement/index.ts';
import type { Line } from './line.ts';
import type { Enforced, InterceptedAction } from './types.ts';

/**
 * Tells the face, waits for people up to the configured hold; true where the action should be judged again. Never rejects: where nobody can tell
 * whether there is an answer, the action stays held, and its caller has the reference.
 */
export async function isAnswered(
  line: Line,
  hold: NonNullable<Enforced['hold']>,
  { onWaiting, signal }: InterceptedAction,
): Promise<boolean> {
  try {
    onWaiting?.(hold);
    const end = await waitForAnswers({
      state: line.state,
      timers: line.timers,
      hold: Number(hold.reference.slice(hold.reference.lastIndexOf('#') + 1)),
      waitMs: line.timings.holdMs,
      pollMs: line.timings.pollMs,
      ...(signal === undefined ? {} : { signal }),
      settle: ({ status, digest, policyHash, forbids }) => {
        if (status !== 'waiting') return true;
        const open = openHold(line, digest, policyHash);
        return open?.approval.lifts.size === forbids.length ? true : undefined;
      },
    });
    return end.status === 'settled' || end.status === 'gone';
  } catch {
    return false;
  }
}
