/** Cases for products that manage them: codes and instants, and whom they are about only where that was asked for. */
import type { JsonObject } from '../../kernel/index.ts';
import { csvLine } from '../csv.ts';
import { breachClocks } from './deadlines.ts';
import { isOverdue, type StandingCase } from './subject-case.ts';

/** How much is shown of the person: nothing, the first character of each name, or the names. */
export type SubjectShown = 'nothing' | 'masked' | 'named';

/** Columns of {@link casesCsv}, in order. */
export const CASE_COLUMNS = [
  'id',
  'type',
  'status',
  'outcome',
  'opened',
  'due',
  'overdue',
  'extended',
  'closed',
  'steps',
  'entry',
  'subject',
] as const;

/** `one` as JSON; instants as ISO 8601 in UTC. */
export function caseJson(one: StandingCase, now: number, shown: SubjectShown): JsonObject {
  const { id, type, status, outcome, opened, aware, due, closed, purposes } = one;
  return {
    id,
    type,
    status,
    ...(outcome === undefined ? {} : { outcome }),
    opened: iso(opened),
    ...(aware === undefined ? {} : { aware: iso(aware) }),
    due: iso(due),
    overdue: isOverdue(one, now),
    extended: one.isExtended,
    ...(closed === undefined ? {} : { closed: iso(closed) }),
    ...(one.isRestricting ? { restricts: purposes ?? 'everything' } : {}),
    steps: one.steps.map(({ step, at }) => ({ step, at: iso(at) })),
    evidence: one.evidence.map((proof) => ({ ...proof })),
    recipients: one.recipients.map(({ name, acknowledged }) => ({
      name,
      acknowledged: acknowledged === undefined ? null : iso(acknowledged),
    })),
    ...(type === 'breach' ? { clocks: clocksJson(one) } : {}),
    entry: one.index,
    ...(shown === 'nothing' ? {} : { subject: shownSubject(one, shown) }),
  };
}

/** `cases` as CSV (RFC 4180), with a line of names. A cell that a spreadsheet would take for a formula begins with `'`. */
export function casesCsv(cases: readonly StandingCase[], now: number, shown: SubjectShown): string {
  const rows = cases.map((one) => {
    const json = caseJson(one, now, shown);
    return CASE_COLUMNS.map((column) => {
      if (column === 'steps') return one.steps.map(({ step }) => step).join(' ');
      if (column === 'subject') return shown === 'nothing' ? '' : shownSubject(one, shown).join(' ');
      const value = Object.hasOwn(json, column) ? json[column] : '';
      return typeof value === 'string' ? value : JSON.stringify(value);
    });
  });
  return [CASE_COLUMNS, ...rows].map(csvLine).join('');
}

/** `name` as it is shown where nobody asked for it: its first character. */
export function maskName(name: string): string {
  const [first = ''] = name;
  return `${first}…`;
}

function shownSubject({ subject }: StandingCase, shown: SubjectShown): readonly string[] {
  return shown === 'named' ? subject : subject.map(maskName);
}

function clocksJson(one: StandingCase): JsonObject {
  return Object.fromEntries(
    breachClocks(one).map(({ of, due, met }) => [
      of,
      {
        due: due === undefined ? 'without undue delay' : iso(due),
        met: met === undefined ? null : iso(met),
      },
    ]),
  );
}

function iso(instant: number): string {
  return new Date(instant).toISOString();
}
