/** Times of day and days of the week as Cedar conditions over `context.time`. */
import { type PackRule, WEEKDAYS } from '../form/index.ts';
import { allOf, list } from './text.ts';

/** A Monday. Days are counted from it. */
const FIRST_MONDAY = '2024-01-01';
/** Cedar has no division, so a day is a weekday where taking off some whole blocks of weeks leaves one of the first block. */
const BLOCK_WEEKS = 64;
/** With 64 weeks each these last from 2024 to June 2064; on no day outside does a rule with weekdays hold. */
const BLOCKS = 33;
const WEEK_DAYS = 7;

/** The condition that the time is within the rule's hours, `from` included and `to` not. */
export function withinHours({ from, to, zone, days }: PackRule & { readonly verb: 'hours' }): string {
  const local = zone === 0 ? 'context.time' : `context.time.offset(duration("${zone}m"))`;
  const time = [
    ...(from === 0 ? [] : [`${local}.toTime() >= duration("${from}m")`]),
    ...(to === 1440 ? [] : [`${local}.toTime() < duration("${to}m")`]),
  ];
  const parts =
    days.length === 0 || new Set(days).size === WEEK_DAYS ? time : [...time, ...onDays(local, days)];
  return allOf(parts) ?? 'true';
}

function onDays(local: string, days: readonly string[]): readonly string[] {
  const since = `${local}.durationSince(datetime("${FIRST_MONDAY}")).toDays()`;
  const blocks = Array.from({ length: BLOCKS }, (_, block) =>
    block === 0 ? since : `${since} - ${block * BLOCK_WEEKS * WEEK_DAYS}`,
  );
  const numbers = WEEKDAYS.flatMap((day, index) => (days.includes(day) ? [index] : []));
  const wanted = Array.from({ length: BLOCK_WEEKS }, (_, week) =>
    numbers.map((day) => String(week * WEEK_DAYS + day)),
  ).flat();
  return [`${local} >= datetime("${FIRST_MONDAY}")`, `${list(blocks)}.containsAny(${list(wanted)})`];
}
