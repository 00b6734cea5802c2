/** Waits until something is there: a long poll over the log's state. */
import { systemTimers } from '@writ/core';
import type { Plane } from '../plane.ts';

/** How often the log is asked whether it grew, in milliseconds. */
const LOOK_EVERY_MS = 50;

/** What `look` finds as soon as it finds any, or nothing after `waitMs`. It looks again only where the log grew; the end of `signal` ends it. */
export async function whenChanged<Item>(
  { log }: Pick<Plane, 'log'>,
  look: () => readonly Item[],
  { waitMs, signal }: { readonly waitMs: number; readonly signal: AbortSignal },
): Promise<readonly Item[]> {
  for (let left = waitMs, size = -1; ; left -= LOOK_EVERY_MS) {
    const [now, version] = [log.reader.size(), log.state.version()];
    const mark = now + version;
    const found = mark === size ? [] : look();
    size = mark;
    if (found.length > 0 || left <= 0 || signal.aborted) return found;
    await pause(LOOK_EVERY_MS, signal);
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = (): void => {
      cancel();
      signal.removeEventListener('abort', end);
      resolve();
    };
    const cancel = systemTimers.after(ms, end);
    signal.addEventListener('abort', end, { once: true });
  });
}
