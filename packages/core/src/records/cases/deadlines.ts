/** By when a case must be answered. */
import type { CaseType } from '../../model/index.ts';
import type { SubjectCase } from './subject-case.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** Deadlines, as an operator sets them. */
export interface CaseTerms {
  /** Time to answer a person, in milliseconds, at most 31 days: one month, GDPR article 12, paragraph 3. */
  readonly answerMs: number;
  /** Most that it may be extended by, in milliseconds, at most 61 days: two further months, the same paragraph. */
  readonly extensionMs: number;
  /** How long before its deadline a case is spoken of as due soon, in milliseconds. */
  readonly soonMs: number;
}

/** 30 days, 60 further ones, and a word seven days before. */
export const DEFAULT_TERMS: CaseTerms = {
  answerMs: 30 * DAY_MS,
  extensionMs: 60 * DAY_MS,
  soonMs: 7 * DAY_MS,
};
/** Longest `answerMs`. */
export const MAX_ANSWER_MS: number = 31 * DAY_MS;
/** Longest `extensionMs`. */
export const MAX_EXTENSION_MS: number = 61 * DAY_MS;
/** A breach is told to the supervisory authority within this time of becoming aware, in milliseconds (GDPR article 33, paragraph 1). */
export const AUTHORITY_MS: number = 72 * HOUR_MS;
/** People whose health data it is are told within this time, in milliseconds (HIPAA, 45 CFR 164.404(b)). GDPR article 34 names none: without undue delay. */
export const HEALTH_NOTICE_MS: number = 60 * DAY_MS;
/** How long before its first deadline a breach is due soon, in milliseconds. */
export const BREACH_SOON_MS: number = DAY_MS;

/** When a case of `type` that begins at `from` is due: when it was opened, or became known. */
export function dueOf(type: CaseType, from: number, terms: CaseTerms = DEFAULT_TERMS): number {
  return from + (type === 'breach' ? AUTHORITY_MS : terms.answerMs);
}

/** One clock of a breach. */
export interface BreachClock {
  readonly of: 'authority' | 'people' | 'people_health';
  /** Absent: without undue delay. */
  readonly due?: number;
  /** When it was met; absent while it was not. */
  readonly met?: number;
}

/** Steps that stop the clocks of a breach. `risk_unlikely`: no risk to people is likely (article 33(1)); `people_not_due`: none of article 34 is owed. */
export const AUTHORITY_STEPS = ['authority_notified', 'risk_unlikely'] as const;
export const PEOPLE_STEPS = ['people_notified', 'people_not_due', 'risk_unlikely'] as const;

/** The clocks of a breach, each from when it became known. */
export function breachClocks({ aware, opened, steps }: SubjectCase): readonly BreachClock[] {
  const from = aware ?? opened;
  const metBy = (codes: readonly string[]): { readonly met?: number } => {
    const step = steps.find(({ step: code }) => codes.includes(code));
    return step === undefined ? {} : { met: step.at };
  };
  return [
    { of: 'authority', due: from + AUTHORITY_MS, ...metBy(AUTHORITY_STEPS) },
    { of: 'people', ...metBy(PEOPLE_STEPS) },
    { of: 'people_health', due: from + HEALTH_NOTICE_MS, ...metBy(PEOPLE_STEPS) },
  ];
}

/** `due` of a breach after its steps: that of the first clock that still runs, or as it was where none does. */
export function nextBreachDue(one: SubjectCase): number {
  const running = breachClocks(one).flatMap(({ due, met }) =>
    due === undefined || met !== undefined ? [] : [due],
  );
  return running.length === 0 ? one.due : Math.min(...running);
}
