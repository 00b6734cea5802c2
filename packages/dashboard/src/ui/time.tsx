/** Instants: how long ago, and exactly when on hover and in print. */
import { type ReactNode, useSyncExternalStore } from 'react';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
/** Nearer than this it is now. */
const NOW_MS = 5 * SECOND;

/** How far `at` is from `now`, as it is said: `3 min ago`, `in 2 h`. Both in milliseconds since 1970. */
export function relative(at: number, now: number): string {
  const distance = now - at;
  const size = Math.abs(distance);
  if (size < NOW_MS) return 'now';
  const said = distanceSaid(size);
  return distance > 0 ? `${said} ago` : `in ${said}`;
}

/** A length of time in its greatest unit, rounded down: `12 s`. */
export function distanceSaid(milliseconds: number): string {
  if (milliseconds < MINUTE) return `${Math.floor(milliseconds / SECOND)} s`;
  if (milliseconds < HOUR) return `${Math.floor(milliseconds / MINUTE)} min`;
  if (milliseconds < 2 * DAY) return `${Math.floor(milliseconds / HOUR)} h`;
  return `${Math.floor(milliseconds / DAY)} days`;
}

/** `2026-11-22 11:30:05.123 UTC`; what no calendar has is said so. */
export function exactUtc(at: number): string {
  const date = new Date(at);
  if (Number.isNaN(date.getTime())) return 'no instant';
  return `${date.toISOString().replace('T', ' ').replace('Z', '')} UTC`;
}

/** Ticks once a second for whoever shows a time; one timer for all of them. */
const listeners = new Set<() => void>();
let timer: ReturnType<typeof setInterval> | undefined;
let current = Date.now();
function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  timer ??= setInterval(() => {
    current = Date.now();
    for (const one of listeners) one();
  }, SECOND);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
}

/** An instant, in milliseconds since 1970. */
export function Time({ at }: { readonly at: number }): ReactNode {
  // Drawn again only when its words change.
  const said = useSyncExternalStore(subscribe, () =>
    relative(at, Math.max(current, timer === undefined ? Date.now() : current)),
  );
  const exact = exactUtc(at);
  return (
    <time dateTime={exact} title={exact} className="whitespace-nowrap">
      {said}
    </time>
  );
}
