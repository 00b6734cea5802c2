/** Refused sign-ins, as entries: so many a minute and no more, so that nobody fills the record by failing. */
import type { Clock, JsonObject, SignInMethod } from '@writ/core';
import type { Actor, Changes } from './change.ts';

const WINDOW_MS = 60_000;
/** Refusals that are recorded, and answered as such, in a minute. What is good is never held up by them. */
const MOST_PER_WINDOW = 60;

/** Somebody who did not sign in: nobody knows who. */
const SOMEBODY: Actor = { kind: 'server', id: 'nobody', concerns: [] };

/** Records refusals. */
export interface Refusals {
  /** Records one; `false` where there were too many, and it was counted only. The next one that is recorded says how many those were. */
  record(method: SignInMethod, code: string, details?: JsonObject): Promise<boolean>;
}

export function createRefusals(changes: Pick<Changes, 'signIn'>, clock: Clock): Refusals {
  let windowStart = Number.NEGATIVE_INFINITY;
  let recorded = 0;
  let unrecorded = 0;
  return {
    async record(method, code, details = {}) {
      const now = clock.now();
      // A clock that was set back begins a window too.
      if (now < windowStart || now - windowStart >= WINDOW_MS) {
        windowStart = now;
        recorded = 0;
      }
      if (recorded >= MOST_PER_WINDOW) {
        unrecorded += 1;
        return false;
      }
      recorded += 1;
      const left = unrecorded;
      unrecorded = 0;
      await changes.signIn({ action: 'refuse', method, code }, SOMEBODY, {
        ...details,
        ...(left === 0 ? {} : { unrecordedBefore: left }),
      });
      return true;
    },
  };
}
