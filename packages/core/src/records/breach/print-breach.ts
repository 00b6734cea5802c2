/** The notification of a breach to the supervisory authority as Markdown: GDPR article 33, paragraph 3, point by point. What no record can say is marked for a person. */
import { type BreachClock, breachClocks, type SubjectCase } from '../cases/index.ts';
import type { BreachSurvey } from './survey-breach.ts';

/** What stands where a person must write. */
export const BY_HAND = '**TO BE COMPLETED:**';

/** How to print. */
export interface BreachPrint {
  readonly subjectCase: SubjectCase;
  readonly survey: BreachSurvey;
  /** Origin of the log. */
  readonly origin: string;
  /** Lists people by name, for telling them; without it only their number is given. */
  readonly withPeople: boolean;
}

/** The document. The same record makes the same bytes. */
export function printBreach({ subjectCase, survey, origin, withPeople }: BreachPrint): string {
  const { scope, people, isCut, unread } = survey;
  const least = isCut || unread > 0 ? 'at least ' : '';
  const lines = [
    `# Personal data breach ${subjectCase.id}`,
    '',
    `- Became known: ${iso(subjectCase.aware ?? subjectCase.opened)}`,
    ...breachClocks(subjectCase).map(clockLine),
    `- Record: log \`${origin}\``,
    '',
    '## Nature of the breach (article 33(3)(a))',
    '',
    `${BY_HAND} what happened, and how it was found`,
    '',
    `- Period looked at: ${iso(scope.from)} up to ${iso(scope.to)}`,
    ...scopeLines(survey),
    `- Permitted actions in it: ${survey.actions}`,
    `- Data subjects concerned: ${least}${people.size} names; one person may stand under several (an id, an address, a number)`,
    `- Personal data records concerned (entries that name a person): ${least}${sum(people.values())}`,
    ...(unread === 0
      ? []
      : [`- ${unread} entries have no body that can be opened any more: whom they concern is not known`]),
    `- Categories of data subjects: ${BY_HAND}`,
    '',
    '### Categories of data, as detectors saw them',
    '',
    ...table(['Category', 'Entries'], survey.categories),
    '',
    'Names, postal addresses and what only a reader recognises have no detector.',
    '',
    '### Where it went',
    '',
    ...table(['Tool or resource', 'Actions'], survey.targets),
    '',
    ...table(['Agent', 'Actions'], survey.agents),
    '',
    ...table(['Purpose', 'Actions'], survey.purposes),
    '',
    '## Contact (article 33(3)(b))',
    '',
    `${BY_HAND} name and contact of the data protection officer, or where more can be had`,
    '',
    '## Likely consequences (article 33(3)(c))',
    '',
    BY_HAND,
    '',
    '## Measures taken or proposed (article 33(3)(d))',
    '',
    `${BY_HAND} and, where they soften its effects, which`,
    '',
    ...subjectCase.steps.map(({ step, at }) => `- ${iso(at)} ${step}`),
    '',
    '## Why later than 72 hours (article 33(1))',
    '',
    `${BY_HAND} where it is`,
    '',
    '## Telling people (article 34)',
    '',
    `${BY_HAND} whether a high risk to them is likely, and how they are told`,
    '',
    ...(withPeople ? peopleLines(survey) : ['People by name: `writ case breach … --reveal`.']),
  ];
  return `${lines.join('\n')}\n`;
}

function clockLine({ of, due, met }: BreachClock): string {
  const whom = { authority: 'Authority', people: 'People', people_health: 'People, for health data (HIPAA)' }[
    of
  ];
  const by = due === undefined ? 'without undue delay' : `by ${iso(due)}`;
  return `- ${whom}: ${by}${met === undefined ? '' : `; met ${iso(met)}`}`;
}

function scopeLines({ scope }: BreachSurvey): readonly string[] {
  const named = (['agent', 'server', 'tool'] as const).flatMap((name) =>
    scope[name] === undefined ? [] : [`- ${name} looked at: ${cell(scope[name])}`],
  );
  return named;
}

function peopleLines({ people, isCut }: BreachSurvey): readonly string[] {
  const rows = Object.fromEntries([...people].sort(([left], [right]) => (left < right ? -1 : 1)));
  return [...table(['Person', 'Entries'], rows), ...(isCut ? ['', 'There are more than are listed.'] : [])];
}

function table(head: readonly [string, string], rows: Readonly<Record<string, number>>): readonly string[] {
  const entries = Object.entries(rows);
  if (entries.length === 0) return [`${head[0]}: none in the record.`];
  return [
    `| ${head[0]} | ${head[1]} |`,
    '|---|---:|',
    ...entries.map(([name, count]) => `| ${cell(name)} | ${count} |`),
  ];
}

/** A name from outside as one cell: no mark of Markdown in it counts. */
function cell(text: string): string {
  const plain = text.replaceAll(/\p{C}/gu, ' ').slice(0, 256);
  return plain.replaceAll(/[\\`*_{}[\]()#+!|<>~]/g, (mark) => `\\${mark}`);
}

function sum(counts: Iterable<number>): number {
  let total = 0;
  for (const count of counts) total += count;
  return total;
}

function iso(instant: number): string {
  return new Date(instant).toISOString();
}
