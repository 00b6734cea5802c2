/** What may be done with a case in which state: pure. A change that is not possible is refused, never bent. */
import { Fault } from '../../kernel/index.ts';
import {
  AUTHORITY_STEPS,
  type CaseTerms,
  DEFAULT_TERMS,
  MAX_EXTENSION_MS,
  nextBreachDue,
  PEOPLE_STEPS,
} from './deadlines.ts';
import {
  type CaseEvidence,
  type CaseOutcome,
  MAX_STEPS,
  STEP_CODE,
  type SubjectCase,
} from './subject-case.ts';

/** Something that happens to a case. */
export type CaseChange =
  | {
      readonly action: 'step';
      /** A code; those that mean something are in {@link KNOWN_STEPS}, others are only noted. */
      readonly step: string;
      readonly evidence?: readonly CaseEvidence[];
      /** `corrected`: who received what is corrected. */
      readonly recipients?: readonly string[];
      /** `acknowledged`: which of them said that it was told, or cannot be. */
      readonly recipient?: string;
      /** `restrict`: purposes that are no longer in force for the person; absent for all. */
      readonly purposes?: readonly string[];
    }
  | { readonly action: 'extend'; readonly byMs: number; readonly reason: string }
  | {
      readonly action: 'close';
      readonly outcome: CaseOutcome;
      /** Needed to refuse. */
      readonly reason?: string;
      readonly evidence?: readonly CaseEvidence[];
    };

/** Steps that change the state of a case, or that its end needs. */
export const KNOWN_STEPS: readonly string[] = [
  'identity_verified',
  'restrict',
  'lift',
  'exported',
  'erased',
  'nothing_held',
  'deferred',
  'corrected',
  'acknowledged',
  ...AUTHORITY_STEPS,
  'people_notified',
  'people_not_due',
  'due_soon',
  'overdue',
];

/** Steps that are taken before it is known who asks. */
const BEFORE_IDENTITY: readonly string[] = [
  'identity_asked',
  'identity_verified',
  'note',
  'due_soon',
  'overdue',
];
/** Steps that need evidence. */
const NEEDS_EVIDENCE: readonly string[] = ['exported', 'erased'];
/** Steps of one type alone. */
const ONLY_FOR: Readonly<Record<string, readonly SubjectCase['type'][]>> = {
  restrict: ['restriction', 'objection'],
  lift: ['restriction', 'objection'],
  exported: ['access', 'portability'],
  erased: ['erasure'],
  deferred: ['erasure'],
  corrected: ['rectification'],
  acknowledged: ['rectification'],
  authority_notified: ['breach'],
  risk_unlikely: ['breach'],
  people_notified: ['breach'],
  people_not_due: ['breach'],
};

/** `present` after `change` at `now`. Throws `case.refused` with what to do where it is not possible. */
export function changeCase(
  present: SubjectCase,
  change: CaseChange,
  now: number,
  terms: CaseTerms = DEFAULT_TERMS,
): SubjectCase {
  // A restriction stays in force behind its case, so it is lifted there.
  const isLifting = change.action === 'step' && change.step === 'lift' && present.isRestricting;
  if (present.status === 'closed' && !isLifting)
    throw refused(`case \`${present.id}\` is closed`, 'open another one');
  const evidence = [...present.evidence, ...('evidence' in change ? (change.evidence ?? []) : [])];
  const next = { ...present, evidence };
  switch (change.action) {
    case 'step':
      return step(next, change, now);
    case 'extend':
      return extend(next, change, now, terms);
    case 'close':
      return close(next, change, now);
    default:
      return change satisfies never;
  }
}

function step(
  present: SubjectCase,
  change: Extract<CaseChange, { action: 'step' }>,
  now: number,
): SubjectCase {
  const { step: code } = change;
  requireStep(present, change);
  const next: SubjectCase = { ...present, steps: [...present.steps, { step: code, at: now }] };
  const begun = { ...next, status: next.status === 'closed' ? 'closed' : 'in_progress' } as const;
  switch (code) {
    case 'identity_verified':
      return { ...next, status: next.status === 'open' ? 'identity_verified' : next.status };
    case 'restrict':
      return {
        ...begun,
        isRestricting: true,
        ...(change.purposes === undefined ? {} : { purposes: change.purposes }),
      };
    case 'lift':
      return { ...begun, isRestricting: false };
    case 'deferred':
      return { ...next, status: 'deferred' };
    case 'erased':
    case 'nothing_held':
      // INVARIANT: after the person was erased, the case names nobody.
      return present.type === 'erasure' ? { ...begun, subject: [] } : begun;
    case 'corrected':
      return { ...begun, recipients: recipientsOf(next, change.recipients ?? []) };
    case 'acknowledged':
      return { ...begun, recipients: acknowledge(next, change.recipient, now) };
    default:
      if (BEFORE_IDENTITY.includes(code)) return next;
      return present.type === 'breach' ? { ...begun, due: nextBreachDue(begun) } : begun;
  }
}

function requireStep(present: SubjectCase, change: Extract<CaseChange, { action: 'step' }>): void {
  const { step: code, evidence = [] } = change;
  if (!STEP_CODE.test(code))
    throw refused('that is no code of a step', 'at most 32 of a-z, 0-9 and `_`, beginning with a letter');
  if (present.steps.length >= MAX_STEPS || present.evidence.length > MAX_STEPS)
    throw refused(`a case has at most ${MAX_STEPS} steps`, 'close it, and open another one');
  const types = Object.hasOwn(ONLY_FOR, code) ? ONLY_FOR[code] : undefined;
  if (types !== undefined && !types.includes(present.type))
    throw refused(
      `\`${code}\` is no step of a case of type \`${present.type}\``,
      `it is one of ${types.join(', ')}`,
    );
  if (!BEFORE_IDENTITY.includes(code) && !isIdentified(present))
    throw refused(
      `nobody has verified yet who asks in case \`${present.id}\``,
      'step `identity_verified` first',
    );
  if (NEEDS_EVIDENCE.includes(code) && evidence.length === 0)
    throw refused(`\`${code}\` needs evidence`, 'give the receipt of the entry, or the hash of the file');
}

function extend(
  present: SubjectCase,
  { byMs, reason }: Extract<CaseChange, { action: 'extend' }>,
  now: number,
  terms: CaseTerms,
): SubjectCase {
  if (present.type === 'breach')
    throw refused('the deadlines of a breach cannot be extended', 'tell why it is late');
  if (present.isExtended)
    throw refused('it was extended once already', 'answer it, or refuse it with a reason');
  if (now > present.due) throw refused('its deadline has passed', 'a deadline is extended before it passes');
  if (reason.trim() === '') throw refused('an extension needs its reason', 'the person is told it');
  const most = Math.min(terms.extensionMs, MAX_EXTENSION_MS);
  if (!Number.isSafeInteger(byMs) || byMs <= 0 || byMs > most)
    throw refused(
      `a deadline is extended by at most ${Math.floor(most / 86_400_000)} days`,
      'two further months',
    );
  return { ...present, isExtended: true, due: present.due + byMs };
}

function close(
  present: SubjectCase,
  { outcome, reason = '' }: Extract<CaseChange, { action: 'close' }>,
  now: number,
): SubjectCase {
  if (outcome === 'refused' && reason.trim() === '')
    throw refused('to refuse needs a reason', 'the person is told it, and where to complain');
  if (outcome === 'done') {
    const owed = owedOf(present);
    if (owed !== undefined)
      throw refused(`case \`${present.id}\` cannot be closed as done: ${owed[0]}`, owed[1]);
  }
  if (present.type === 'breach' && outcome !== 'done')
    throw refused('a breach is closed as done alone', 'step `risk_unlikely` where nobody has to be told');
  return {
    ...present,
    status: 'closed',
    outcome,
    closed: now,
    // What was restricted while it was looked into is free again where it was not granted.
    ...(outcome === 'done' ? {} : { isRestricting: false }),
  };
}

/** What is missing before `present` is done, and what to do; `undefined` where nothing is. */
export function owedOf(present: SubjectCase): readonly [what: string, hint: string] | undefined {
  const did = (...codes: readonly string[]): boolean =>
    present.steps.some(({ step: code }) => codes.includes(code));
  if (!isIdentified(present)) return ['nobody has verified who asks', 'step `identity_verified`'];
  switch (present.type) {
    case 'access':
    case 'portability':
      return did('exported', 'nothing_held') ? undefined : ['nothing was handed over', '`writ case run`'];
    case 'erasure':
      return did('erased', 'nothing_held') ? undefined : ['nothing was erased', '`writ case run`'];
    case 'restriction':
    case 'objection':
      return present.isRestricting ? undefined : ['no purpose is restricted', 'step `restrict`'];
    case 'rectification': {
      if (!did('corrected', 'nothing_held')) return ['nothing was corrected', '`writ case correct`'];
      const waiting = present.recipients.filter(({ acknowledged }) => acknowledged === undefined).length;
      return waiting === 0
        ? undefined
        : [`${waiting} recipients have not been told`, 'step `acknowledged` for each'];
    }
    case 'breach':
      if (!did(...AUTHORITY_STEPS))
        return ['the authority was not told', 'step `authority_notified` or `risk_unlikely`'];
      return did(...PEOPLE_STEPS)
        ? undefined
        : ['people were not told', 'step `people_notified` or `people_not_due`'];
    default:
      return present.type satisfies never;
  }
}

function isIdentified({ type, steps }: SubjectCase): boolean {
  return type === 'breach' || steps.some(({ step: code }) => code === 'identity_verified');
}

function recipientsOf({ recipients }: SubjectCase, names: readonly string[]): SubjectCase['recipients'] {
  const known = new Set(recipients.map(({ name }) => name));
  const added = [...new Set(names)].filter((name) => !known.has(name)).map((name) => ({ name }));
  if (recipients.length + added.length > MAX_STEPS)
    throw refused(`a case has at most ${MAX_STEPS} recipients`, 'tell the others in another case');
  return [...recipients, ...added];
}

function acknowledge(
  { recipients }: SubjectCase,
  name: string | undefined,
  now: number,
): SubjectCase['recipients'] {
  if (!recipients.some((one) => one.name === name))
    throw refused(`\`${name ?? ''}\` is none of its recipients`, '`writ case show` lists them');
  return recipients.map((one) => (one.name === name ? { ...one, acknowledged: now } : one));
}

function refused(problem: string, hint: string): Fault {
  return new Fault('case.refused', problem, { hint });
}
