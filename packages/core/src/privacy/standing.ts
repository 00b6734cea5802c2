/** Whether an action may be done for the purpose that is declared for it: pure, over the register and what is recorded of the person. */
import { isJsonObject, type JsonObject, type JsonValue } from '../kernel/index.ts';
import type { PurposeStatus } from '../model/index.ts';
import { consentKey, noticeKey, restrictionKeys } from './record-keys.ts';
import type { Notice, Purpose } from './purpose.ts';
import type { PurposeRegister } from './register.ts';
import { spellingsOf, subjectOf } from './subject.ts';

/** What is recorded of people, as the state beside the log answers it. */
export interface RecordReader {
  record(
    collection: 'consents' | 'notices' | 'register',
    key: string,
  ): { readonly value: JsonValue; readonly index: number } | undefined;
  /** Tags of a person, the present key's first. */
  tags(concern: string): readonly string[];
}

/** A record that an answer rests on: by the index of the entry that wrote it, `null` where there is none. */
export interface ReliedRecord {
  readonly collection: 'consents' | 'notices' | 'register';
  readonly key: string;
  readonly index: number | null;
}

/** An action as purposes see it. */
export interface PurposeQuestion {
  readonly declared: string;
  readonly person?: string;
  /** As they were asked for: what is minimised later may hold whose data it is. */
  readonly args: JsonObject;
}

/** What stands of the purpose of one action. */
export interface PurposeStanding {
  readonly declared: string;
  readonly status: PurposeStatus;
  /** Absent where it is unregistered. */
  readonly purpose?: Purpose;
  /** Whose data it is, by name; absent where nobody is, or nobody knows. */
  readonly subject?: string;
  /** What the answer rests on. INVARIANT: where none of it changed, the answer is the same. */
  readonly relied: readonly ReliedRecord[];
  /** With `notice_due`: what is to be shown. */
  readonly due?: Notice;
}

/** What stands of `question` under `register`, as of now. */
export function purposeStanding(
  register: PurposeRegister,
  question: PurposeQuestion,
  records: RecordReader,
): PurposeStanding {
  const { declared, person, args } = question;
  const purpose = register.purpose(declared);
  if (purpose === undefined) return { declared, status: 'unregistered', relied: [] };
  if (purpose.subject === 'none') return { declared, status: 'in_force', purpose, relied: [] };
  const subject = subjectOf(purpose.subject, person, args);
  if (subject === undefined) return { declared, status: 'unknown_subject', purpose, relied: [] };
  return purposeStandingFor(register, purpose, subject, records);
}

/** What stands of `purpose` for the data of `subject`, a person by name. */
export function purposeStandingFor(
  register: PurposeRegister,
  purpose: Purpose,
  subject: string,
  records: RecordReader,
): PurposeStanding {
  const tags = records.tags(subject);
  // INVARIANT: where nobody can be looked up, nothing is taken for granted of them.
  if (tags.length === 0)
    return { declared: purpose.id, status: 'unknown_subject', purpose, subject, relied: [] };
  const seen = new Seen(
    records,
    tags,
    spellingsOf(subject).flatMap((name) => records.tags(name)),
  );
  const notice = purpose.notice === undefined ? undefined : register.notice(purpose.notice);
  const status = statusOf(register, purpose, notice, seen);
  return {
    declared: purpose.id,
    status,
    purpose,
    subject,
    relied: seen.relied,
    ...(status === 'notice_due' && notice !== undefined ? { due: notice } : {}),
  };
}

function statusOf(
  register: PurposeRegister,
  purpose: Purpose,
  notice: Notice | undefined,
  seen: Seen,
): PurposeStatus {
  const restrictions = seen.last('consents', (tag) => restrictionKeys(tag, purpose.id), seen.spelt);
  if (restrictions !== undefined) return 'restricted';
  if (purpose.basis === 'consent') {
    const consent = seen.last('consents', (tag) => [consentKey(tag, purpose.id)]);
    if (consent === undefined) return 'no_consent';
    if (consent['state'] === 'withdrawn') return 'withdrawn';
    if (consent['state'] !== 'given' || consent['terms'] !== register.terms(purpose)) return 'no_consent';
  }
  if (notice === undefined) return 'in_force';
  const shown = seen.last('notices', (tag) => [noticeKey(tag, notice)]);
  return shown === undefined ? 'notice_due' : 'in_force';
}

/** What was looked at, each record once. */
class Seen {
  readonly relied: ReliedRecord[] = [];
  /** Tags of the person, however the name is written. */
  readonly spelt: readonly string[];
  readonly #records: RecordReader;
  readonly #tags: readonly string[];

  constructor(records: RecordReader, tags: readonly string[], spelt: readonly string[]) {
    this.#records = records;
    this.#tags = tags;
    this.spelt = spelt;
  }

  /** The youngest of the records under any tag of the person; one that is no object says nothing, and is there. */
  last(
    collection: 'consents' | 'notices',
    keysOf: (tag: string) => readonly string[],
    tags = this.#tags,
  ): JsonObject | undefined {
    let found: { readonly value: JsonValue; readonly index: number } | undefined;
    for (const key of tags.flatMap(keysOf)) {
      const record = this.#records.record(collection, key);
      this.relied.push({ collection, key, index: record?.index ?? null });
      if (record !== undefined && record.index >= (found?.index ?? -1)) found = record;
    }
    if (found === undefined) return undefined;
    return isJsonObject(found.value) ? found.value : {};
  }
}
