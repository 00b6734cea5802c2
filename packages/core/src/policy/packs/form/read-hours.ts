/** Reads a rule about times of day. */
import { didYouMean } from '../../language/index.ts';
import type { IssueList } from '../issues.ts';
import { type PackRule, type ToolPatterns, WEEKDAYS, type Weekday } from './document.ts';
import type { Fields } from './fields.ts';

const CLOCK = /^([01][0-9]|2[0-4]):([0-5][0-9])$/;
const ZONE = /^(?:UTC|([+-])(0[0-9]|1[0-4]):([0-5][0-9]))$/;
/** Minutes of a day. */
const DAY_MINUTES = 1440;

type HoursPart = Pick<PackRule & { verb: 'hours' }, 'verb' | 'tools' | 'from' | 'to' | 'zone' | 'days'>;

/** The rule, or `undefined` after a problem. A zone is a fixed offset: the rules of summer time are not known to a policy. */
export function readHours(fields: Fields, tools: ToolPatterns, issues: IssueList): HoursPart | undefined {
  const from = minutesOf(fields, 'from');
  const to = minutesOf(fields, 'to');
  for (const name of ['from', 'to', 'zone']) {
    if (!fields.has(name)) issues.refuse(fields.place, `the rule has no \`${name}\``);
  }
  const zone = fields.text('zone', ZONE, '`UTC` or an offset such as `+01:00`; names of zones are not known');
  const days = fields.texts('days').flatMap(({ text, place }): readonly Weekday[] => {
    const day = WEEKDAYS.find((one) => one === text);
    if (day !== undefined) return [day];
    issues.refuse(place, `\`${text}\` is not one of ${WEEKDAYS.join(', ')}`, didYouMean(text, WEEKDAYS));
    return [];
  });
  if (from === undefined || to === undefined || zone === undefined) return undefined;
  if (from >= to || to > DAY_MINUTES) {
    return issues.refuse(
      fields.placeOf('from'),
      '`from` is not before `to` on one day',
      'hours over midnight are not one stretch of a day',
    );
  }
  return { verb: 'hours', tools, from, to, zone: offsetOf(zone.text), days };
}

function minutesOf(fields: Fields, name: string): number | undefined {
  const clock = fields.text(name, CLOCK, 'a quoted time such as `"09:00"`');
  const match = clock === undefined ? null : CLOCK.exec(clock.text);
  return match === null ? undefined : Number(match[1]) * 60 + Number(match[2]);
}

/** Minutes east of UTC. */
function offsetOf(zone: string): number {
  const match = ZONE.exec(zone);
  const minutes = Number(match?.[2] ?? 0) * 60 + Number(match?.[3] ?? 0);
  return match?.[1] === '-' ? -minutes : minutes;
}
