/** A sign of life on standard error for what takes longer than two seconds. */
import { type Clock, systemClock } from '@writ/core';
import { remark } from './print.ts';

/** Time between two signs, in milliseconds. */
const EVERY_MS = 2_000;

/** Tells `count` of `what` every two seconds, where a person looks at standard error. */
export function createProgress(
  what: string,
  isSeen: boolean = process.stderr.isTTY,
  clock: Clock = systemClock,
): (count: number) => void {
  let last = clock.now();
  return (count) => {
    const now = clock.now();
    if (!isSeen || now - last < EVERY_MS) return;
    last = now;
    remark(`writ: ${count} ${what} …`);
  };
}
