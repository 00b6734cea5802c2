/** How cases of people and breaches stand, as Prometheus reads it. */
import { type Clock, type StateReader } from '@writ/core';
import { type CaseIndicators, caseIndicators } from '@writ/core/records';
import { Gauge, type Registry } from 'prom-client';

const MS_PER_S = 1_000;
/** How long a reading of the cases holds, in milliseconds: each is opened and parsed on the thread that decides. */
const HOLDS_MS = 60_000;

/** How cases stand; `unreadable` where a record of one is. */
export type CasesPresent = CaseIndicators | 'unreadable';

/** Reads the cases, at most once a minute. */
export function watchCases(state: Pick<StateReader, 'records'>, clock: Clock): () => CasesPresent {
  let last: { readonly at: number; readonly cases: CasesPresent } | undefined;
  return () => {
    const at = clock.now();
    if (last === undefined || Math.abs(at - last.at) >= HOLDS_MS) last = { at, cases: readCases(state, at) };
    return last.cases;
  };
}

/** Metrics of cases in `registry`; alert on `writ_cases_overdue` and on `writ_cases_readable` 0. */
export function createCaseMetrics(registry: Registry): (cases: CasesPresent) => void {
  const registers = [registry];
  const gauge = (name: string, help: string, labelNames: string[] = []): Gauge =>
    new Gauge({ name, help, labelNames, registers });
  const readable = gauge('writ_cases_readable', 'Whether every record of a case can be read.');
  const open = gauge('writ_cases_open', 'Cases in which something is owed.', ['type']);
  const overdue = gauge('writ_cases_overdue', 'Cases past their deadline.');
  const soon = gauge('writ_cases_due_soon', 'Cases whose deadline is near.');
  const next = gauge(
    'writ_cases_next_due_seconds',
    'Until the first deadline; negative where it has passed, absent where nothing is owed.',
    ['of'],
  );
  const deferred = gauge('writ_erasures_deferred', 'Erasures that wait for the release of a legal hold.');
  const holds = gauge('writ_legal_holds', 'Legal holds that stand.');
  return (cases) => {
    readable.set(cases === 'unreadable' ? 0 : 1);
    if (cases === 'unreadable') return;
    for (const [type, count] of Object.entries(cases.open)) open.set({ type }, count);
    overdue.set(cases.overdue);
    soon.set(cases.dueSoon);
    next.reset();
    if (cases.nextDueMs !== undefined) next.set({ of: 'all' }, cases.nextDueMs / MS_PER_S);
    deferred.set(cases.deferredErasures);
    holds.set(cases.legalHolds);
  };
}

function readCases(state: Pick<StateReader, 'records'>, now: number): CasesPresent {
  try {
    return caseIndicators(state, now);
  } catch {
    // A log that cannot be read is told of elsewhere; one record must not take all other numbers away.
    return 'unreadable';
  }
}
