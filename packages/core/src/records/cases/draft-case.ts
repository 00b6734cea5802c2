/** The entries of cases, each with the change of record that commits with it, and with what it does to the person's restrictions. */
import {
  asJson,
  type Clock,
  createUlid,
  Fault,
  isJsonObject,
  type JsonValue,
  type Random,
} from '../../kernel/index.ts';
import type { CaseRecord, CaseType, EntryDraft, StateEffect, StateReader } from '../../model/index.ts';
import { foldedName, FORGETTING } from '../records-log.ts';
import { type CaseChange, changeCase } from './change-case.ts';
import { type CaseTerms, DEFAULT_TERMS, dueOf } from './deadlines.ts';
import { restrictionEffects } from './restriction.ts';
import {
  type CaseEvidence,
  caseValue,
  evidenceJson,
  listCases,
  MAX_NAMES,
  type StandingCase,
  type SubjectCase,
} from './subject-case.ts';

/** What of an entry's draft says what happened; the writer adds tenant, times and class. */
export type CaseDraft = Pick<EntryDraft, 'detail' | 'committed' | 'concerns' | 'effects'>;

/** What a case reads: records and tags. */
export type CaseState = Pick<StateReader, 'record' | 'records' | 'tags'>;

/** What is asked for. */
export interface NewCase {
  readonly type: CaseType;
  /** Names of the person, as actions know them; none of a breach. */
  readonly subject: readonly string[];
  /** When a breach became known, milliseconds since 1970; absent for now. */
  readonly aware?: number;
  /** What was asked, in words; sealed. */
  readonly words?: string;
}

/** Longest name of a person, and longest text, in UTF-16 units. */
const MAX_NAME = 256;
const MAX_WORDS = 8_192;

/** Opens a case. Throws `case.refused` where it names nobody, or somebody where it is of nobody. */
export function openCase(
  { type, subject, aware, words }: NewCase,
  ports: { readonly clock: Clock; readonly random: Random },
  terms: CaseTerms = DEFAULT_TERMS,
): { readonly opened: SubjectCase; readonly draft: CaseDraft } {
  const now = ports.clock.now();
  requireSubject(type, subject);
  if (aware !== undefined && (type !== 'breach' || aware > now))
    throw new Fault('case.refused', 'nobody can be aware of it then', {
      hint: 'an instant before now, of a breach alone',
    });
  const from = aware ?? now;
  const opened: SubjectCase = {
    id: createUlid(ports.clock, ports.random),
    type,
    status: type === 'breach' ? 'in_progress' : 'open',
    opened: now,
    ...(type === 'breach' ? { aware: from } : {}),
    due: dueOf(type, from, terms),
    isExtended: false,
    subject: [...new Set(subject)],
    isRestricting: false,
    recipients: [],
    steps: [],
    evidence: [],
  };
  const put = putCase(opened, null);
  return { opened, draft: draftOf(opened, { action: 'open', due: opened.due }, { words }, [put]) };
}

/** What is said with a change beside it; all of it sealed. */
export interface CaseWords {
  readonly words?: string | undefined;
  /** Fields of what was found or corrected, by name. */
  readonly details?: Readonly<Record<string, JsonValue>>;
}

/** `change` of the case `present` as an entry. Throws what `changeCase` throws; refused as `conflict` by the log where the case changed since it was read. */
export function draftChange(
  present: StandingCase,
  change: CaseChange,
  said: CaseWords,
  {
    state,
    now,
    terms = DEFAULT_TERMS,
  }: { readonly state: CaseState; readonly now: number; readonly terms?: CaseTerms },
): { readonly next: SubjectCase; readonly draft: CaseDraft } {
  const next = changeCase(present, change, now, terms);
  const effects: StateEffect[] = [putCase(next, present.index), ...restrictionEffects(present, next, state)];
  // INVARIANT: the entry that tells of an erasure names nobody, and no other case does from then on.
  if (next.subject.length < present.subject.length)
    effects.push(FORGETTING, ...forgetInCases(state, present.subject, present.id));
  const reason = 'reason' in change ? change.reason : undefined;
  const evidence = 'evidence' in change ? change.evidence : undefined;
  return { next, draft: draftOf(next, recordOf(change, next), { ...said, reason, evidence }, effects) };
}

/** Effects after which no case but `except` names any of `subject`: what was done stays, for whom does not. */
export function forgetInCases(
  state: CaseState,
  subject: readonly string[],
  except?: string,
): readonly StateEffect[] {
  return casesOf(state, subject)
    .filter(({ id }) => id !== except)
    .map((one) => putCase({ ...one, subject: [] }, one.index));
}

/** Cases that name any of `subject`, whatever the case of its letters. */
export function casesOf(
  state: Pick<StateReader, 'records'>,
  subject: readonly string[],
): readonly StandingCase[] {
  const names = new Set(subject.map(foldedName));
  return listCases(state).filter((one) => one.subject.some((name) => names.has(foldedName(name))));
}

function putCase(one: SubjectCase, expects: number | null): StateEffect {
  return { type: 'put_record', collection: 'cases', key: one.id, value: caseValue(one), expects };
}

function recordOf(change: CaseChange, { due, outcome }: SubjectCase): Omit<CaseRecord, 'id' | 'type'> {
  switch (change.action) {
    case 'step':
      return { action: 'step', step: change.step };
    case 'extend':
      return { action: 'extend', due };
    case 'close':
      return { action: 'close', ...(outcome === undefined ? {} : { outcome }) };
    default:
      return change satisfies never;
  }
}

interface Said extends CaseWords {
  readonly reason?: string | undefined;
  readonly evidence?: readonly CaseEvidence[] | undefined;
}

function draftOf(
  { id, type, subject }: SubjectCase,
  record: Omit<CaseRecord, 'id' | 'type'>,
  { words, reason, evidence = [], details }: Said,
  effects: readonly StateEffect[],
): CaseDraft {
  const texts = { ...(words === undefined ? {} : { words }), ...(reason === undefined ? {} : { reason }) };
  if (Object.values(texts).some((text) => text.length > MAX_WORDS || !text.isWellFormed()))
    throw new Fault('case.refused', `a text of a case has at most ${MAX_WORDS} characters`, {
      hint: 'keep the document elsewhere, and give its hash as evidence',
    });
  return {
    detail: { kind: 'case', case: { ...record, id, type } },
    committed: {
      ...(subject.length === 0 ? {} : { subject }),
      ...texts,
      ...(evidence.length === 0 ? {} : { evidence: evidenceJson(evidence) }),
      ...(details === undefined || !isJsonObject(asJson(details)) ? {} : details),
    },
    concerns: subject,
    effects,
  };
}

function requireSubject(type: CaseType, subject: readonly string[]): void {
  const isGood = subject.every(
    (name) => name !== '' && name.length <= MAX_NAME && name.isWellFormed() && !/\p{Cc}/u.test(name),
  );
  const isCounted =
    type === 'breach' ? subject.length === 0 : subject.length > 0 && subject.length <= MAX_NAMES;
  if (isGood && isCounted) return;
  throw new Fault(
    'case.refused',
    type === 'breach' ? 'a breach is of nobody in particular' : 'it names nobody',
    {
      hint: `a request names its person by 1 to ${MAX_NAMES} names of at most ${MAX_NAME} characters, a breach by none`,
    },
  );
}
