/** Deadlines that near or have passed, as entries: whoever follows the log is told, once of each. */
import { BREACH_SOON_MS, type CaseTerms, DEFAULT_TERMS } from './deadlines.ts';
import { type CaseDraft, type CaseState, draftChange } from './draft-case.ts';
import { isPending, listCases, type StandingCase, type SubjectCase } from './subject-case.ts';

/** Steps that tell of a deadline. */
export type AlertStep = 'due_soon' | 'overdue';

/** One alert to be recorded. */
export interface CaseAlert {
  readonly subjectCase: StandingCase;
  readonly step: AlertStep;
  readonly draft: CaseDraft;
}

/** Alerts that are due at `now` and stand in no case yet. A deadline that was moved is told anew. */
export function caseAlerts(
  state: CaseState,
  now: number,
  terms: CaseTerms = DEFAULT_TERMS,
): readonly CaseAlert[] {
  return listCases(state).flatMap((subjectCase): readonly CaseAlert[] => {
    const step = alertStep(subjectCase, now, terms);
    if (step === undefined || wasTold(subjectCase, step, terms)) return [];
    const { draft } = draftChange(subjectCase, { action: 'step', step }, {}, { state, now, terms });
    return [{ subjectCase, step, draft }];
  });
}

/** What is to be said of the deadline of `one`; `undefined` for nothing. */
export function alertStep(
  one: SubjectCase,
  now: number,
  terms: CaseTerms = DEFAULT_TERMS,
): AlertStep | undefined {
  if (!isPending(one)) return undefined;
  if (now > one.due) return 'overdue';
  return now >= one.due - soonMs(one, terms) ? 'due_soon' : undefined;
}

/** Whether it was said of this deadline: one before the span of this one was of a deadline before it. */
function wasTold(one: SubjectCase, step: AlertStep, terms: CaseTerms): boolean {
  const from = one.due - soonMs(one, terms);
  return one.steps.some(({ step: code, at }) => code === step && at >= from);
}

function soonMs({ type }: SubjectCase, { soonMs: soon }: CaseTerms): number {
  return type === 'breach' ? BREACH_SOON_MS : soon;
}
