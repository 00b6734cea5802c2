/** Waiting for people, between two trips along the line. */
import { waitForAnswers } from '../runtime/index.ts';
import { openHold } from './judgement/index.ts';
import type { Line } from './line.ts';

/** Waits for people up to the configured hold; true where the action should be judged again. */
export async function isAnswered(
  line: Line,
  reference: string,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  const end = await waitForAnswers({
    state: line.state,
    timers: line.timers,
    hold: Number(reference.slice(reference.lastIndexOf('#') + 1)),
    waitMs: line.timings.holdMs,
    pollMs: line.timings.pollMs,
    ...(signal === undefined ? {} : { signal }),
    settle: (hold) => {
      if (hold.status !== 'waiting') return true;
      const open = openHold(line, hold.digest, hold.policyHash);
      return open?.approval.lifts.size === hold.forbids.length ? true : undefined;
    },
  });
  return end.status === 'settled' || end.status === 'gone';
}
