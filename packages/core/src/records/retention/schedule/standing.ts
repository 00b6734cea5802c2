/** Whether retention runs as it should. */
import type { RetentionProgress } from '../progress/index.ts';

const DAY_MS = 86_400_000;
/** How often it runs, in milliseconds. */
export const RUN_EVERY_MS: number = DAY_MS;
/** How long after a run that did not come to its end the next is tried, in milliseconds. */
export const RETRY_MS = 3_600_000;
/** Without a run that came to its end for so long, in milliseconds, somebody is to look. */
export const LATE_MS: number = 3 * DAY_MS;

/** How retention stands. `failing`: the last run did not come to its end because of `problem`. `late`: none came to its end for {@link LATE_MS}. */
export type RetentionStanding =
  | { readonly status: 'running'; readonly ranAt: number }
  | { readonly status: 'late'; readonly ranAt: number }
  | { readonly status: 'failing'; readonly ranAt: number; readonly problem: string };

/** How it stands at `now` in a log that is there since `since`; all in milliseconds since 1970. `ranAt` is 0 where it never ran. */
export function retentionStanding(
  progress: RetentionProgress | undefined,
  { now, since }: { readonly now: number; readonly since: number },
): RetentionStanding {
  const { ranAt = 0, problem } = progress ?? {};
  if (problem !== undefined) return { status: 'failing', ranAt, problem };
  return { status: Math.abs(now - Math.max(ranAt, since)) > LATE_MS ? 'late' : 'running', ranAt };
}

/** Whether it is time for a run. A clock that was set back makes it time as well. */
export function isDue(progress: RetentionProgress | undefined, now: number): boolean {
  const { ranAt = 0, triedAt = 0 } = progress ?? {};
  return Math.abs(now - ranAt) >= RUN_EVERY_MS && Math.abs(now - triedAt) >= RETRY_MS;
}
