/** Troubles that last: told when they begin, when they become others, once a minute, and when they are over; not once a second. */
import type { Report } from './report.ts';

/** How often what lasts is told again, in milliseconds. */
const AGAIN_MS = 60_000;

/** What fails again and again, until it does not. */
export interface Troubles {
  /** It failed. */
  failed(level: 'warn' | 'error', event: string, fields: Readonly<Record<string, string>>): void;
  /** It did not; tells so as `event` where it had failed before. */
  over(event: string, fields?: Readonly<Record<string, string>>): void;
}

/** One kind of trouble, told through `report`. */
export function createTroubles(report: Report, now: () => number): Troubles {
  let last: { readonly what: string; readonly at: number; readonly untold: number } | undefined;
  return {
    failed(level, event, fields) {
      const what = JSON.stringify([fields['code'], fields['message']]);
      const at = now();
      const isTold = last?.what === what && at >= last.at && at - last.at < AGAIN_MS;
      if (isTold && last !== undefined) {
        last = { ...last, untold: last.untold + 1 };
        return;
      }
      const more = last === undefined || last.untold === 0 ? {} : { times: last.untold + 1 };
      last = { what, at, untold: 0 };
      report(level, event, { ...fields, ...more });
    },
    over(event, fields) {
      if (last === undefined) return;
      last = undefined;
      report('info', event, fields);
    },
  };
}
