/**
 * Whether somebody still decides, or only agrees: rate, speed and uniformity of one person's last decisions. Pure.
 *
 * Does not see whether a decision was right, and never holds up a refusal.
 */

/** One decision of the person. */
export interface PastDecision {
  readonly answer: 'approve' | 'deny';
  /** Milliseconds since 1970: given, and able to be given since. */
  readonly at: number;
  readonly shown: number;
}

/** What follows. `slow`: the next approval waits; `reroute`: somebody else decides. */
export interface Fatigue {
  readonly level: 'rested' | 'slow' | 'reroute';
  /** Until the next approval is taken, in milliseconds; 0 where none has to wait. */
  readonly waitMs: number;
  readonly reasons: readonly ('rate' | 'speed' | 'uniformity')[];
}

/** What is looked at. */
export const FATIGUE_WINDOW_MS = 3_600_000;
/** Approvals an hour beyond which the next ones come slowly, and beyond which somebody else is asked. */
const SLOW_RATE = 30;
const REROUTE_RATE = 60;
/** Decisions whose speed is looked at, and their median below which nobody has read them, in milliseconds. */
const SPEED_SAMPLE = 8;
const UNREAD_MS = 5_000;
/** Approvals in a row without one refusal, given at less than {@link HASTY_MS}, after which somebody else is asked. */
const UNIFORM_RUN = 20;
const HASTY_MS = 10_000;
/** Least time between two approvals of somebody who is slowed, in milliseconds. */
export const SLOWED_MS = 20_000;

/** Judges `decisions`, in any order, at `now`. */
export function judgeFatigue(decisions: readonly PastDecision[], now: number): Fatigue {
  const recent = decisions
    .filter(({ at }) => at > now - FATIGUE_WINDOW_MS && at <= now)
    .toSorted((one, other) => one.at - other.at);
  const approvals = recent.filter(({ answer }) => answer === 'approve').length;
  const speeds = recent.map(({ at, shown }, index) => at - Math.max(shown, recent[index - 1]?.at ?? 0));
  const run = recent.slice(-UNIFORM_RUN);
  const isUniform =
    run.length === UNIFORM_RUN &&
    run.every(({ answer }) => answer === 'approve') &&
    median(speeds.slice(-UNIFORM_RUN)) < HASTY_MS;
  const isHasty = speeds.length >= SPEED_SAMPLE && median(speeds.slice(-SPEED_SAMPLE)) < UNREAD_MS;
  const reasons = [
    ...(approvals >= SLOW_RATE ? (['rate'] as const) : []),
    ...(isHasty ? (['speed'] as const) : []),
    ...(isUniform ? (['uniformity'] as const) : []),
  ];
  if (reasons.length === 0) return { level: 'rested', waitMs: 0, reasons };
  const [last, first] = [recent.at(-1)?.at ?? now, recent[0]?.at ?? now];
  if (approvals >= REROUTE_RATE || isUniform)
    return { level: 'reroute', waitMs: Math.max(SLOWED_MS, first + FATIGUE_WINDOW_MS - now), reasons };
  return { level: 'slow', waitMs: Math.max(0, last + SLOWED_MS - now), reasons };
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((one, other) => one - other);
  return sorted[Math.floor((sorted.length - 1) / 2)] ?? Number.POSITIVE_INFINITY;
}
