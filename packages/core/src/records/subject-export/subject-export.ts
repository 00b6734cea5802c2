/** Everything that is held about one person: entries with what is sealed in them, and the state beside the log (GDPR articles 15 and 20). */
import { isFault, isJsonObject, type JsonObject, type JsonValue } from '../../kernel/index.ts';
import type { Entry } from '../../model/index.ts';
import { caseJson, casesOf } from '../cases/index.ts';
import { cutFrom, personNames, type PersonNames } from '../erasure/index.ts';
import { appendRecord, foldedName, newId, recordsDraft, type RecordsLog } from '../records-log.ts';

/** What such a document says it is. */
export const SUBJECT_EXPORT_TYPE = 'writ/subject-export/v1';

/** Whom it is about. */
export interface SubjectExportOptions {
  readonly log: RecordsLog;
  /** Every name of one person, as `eraseSubject` takes them. */
  readonly identifiers: readonly string[];
  /** Logs that ended before this one, in which the person may stand as well; default none. What they handed on stands in this one. */
  readonly former?: readonly FormerRecords[];
}

/** A log that ended, as far as it can be read. */
export type FormerRecords = Pick<RecordsLog, 'reader' | 'state'>;

/** What stands before the items. */
export interface SubjectExportHeader {
  readonly type: typeof SUBJECT_EXPORT_TYPE;
  readonly origin: string;
  readonly subject: readonly string[];
  /** Entries that the log had. */
  readonly size: number;
  /** Logs that ended before it and were looked at, too; absent where there were none. */
  readonly former?: readonly { readonly origin: string; readonly size: number }[];
  /** ISO 8601, as are all instants in it. */
  readonly exported: string;
}

/** One thing that is held. `entry`: opened fields, those of others cut out; `erased` names fields that an erasure took. The others are of the state beside the log. */
export type SubjectExportItem =
  | {
      readonly what: 'entry';
      readonly index: number;
      /** With the origin of the log that the index is of. */
      readonly receipt: string;
      /** Origin, where it is of a log that ended before. */
      readonly log?: string;
      readonly time: string;
      readonly kind: string;
      readonly retentionClass: string;
      readonly purpose?: string;
      readonly fields: JsonObject;
      readonly erased?: readonly string[];
    }
  | {
      readonly what: 'held_action' | 'answer' | 'kill' | 'consent' | 'notice' | 'case';
      readonly value: JsonObject;
    };

/**
 * The items in turn: entries by rising index, then the state. One body is open at a time, so that memory grows with the list of indexes alone. Names of others that
 * a body says it concerns are cut out of it; people whom no index knows are not recognised. Throws `request.invalid`, `key.missing`.
 */
export function subjectExport({ log, identifiers, former = [] }: SubjectExportOptions): {
  readonly header: SubjectExportHeader;
  readonly items: Iterable<SubjectExportItem>;
} {
  const person = personNames(identifiers);
  return {
    header: {
      type: SUBJECT_EXPORT_TYPE,
      origin: log.reader.origin,
      subject: identifiers,
      size: log.reader.size(),
      ...(former.length === 0
        ? {}
        : { former: former.map(({ reader }) => ({ origin: reader.origin, size: reader.size() })) }),
      exported: iso(log.clock.now()),
    },
    items: itemsOfAll(log, former, person),
  };
}

/** Records that the export was made, in a step of the case `id` or of a new one; answers the index. Who it is about stands sealed in it, and goes with an erasure. */
export async function recordSubjectExport(
  { log, identifiers }: SubjectExportOptions,
  { entries, hash, id }: { readonly entries: number; readonly hash: string; readonly id?: string },
): Promise<number> {
  return appendRecord(
    log,
    recordsDraft(
      log,
      { kind: 'case', case: { action: 'step', id: id ?? newId(log), type: 'access', step: 'exported' } },
      { committed: { subject: [...identifiers], entries, sha256: hash }, concerns: identifiers },
    ),
  );
}

/** The oldest log first. */
function* itemsOfAll(
  log: RecordsLog,
  former: readonly FormerRecords[],
  person: PersonNames,
): Generator<SubjectExportItem> {
  for (const one of former) {
    const { origin } = one.reader;
    for (const item of entryItems(one, person)) yield item.what === 'entry' ? { ...item, log: origin } : item;
    yield* heldActions(one, person);
  }
  yield* itemsOf(log, person);
}

function* itemsOf(log: RecordsLog, person: PersonNames): Generator<SubjectExportItem> {
  yield* entryItems(log, person);
  yield* heldActions(log, person);
  yield* recordsOf(log, person);
}

function* entryItems(log: FormerRecords, person: PersonNames): Generator<SubjectExportItem> {
  const indexes = new Set<number>();
  for (const concern of person.concerns)
    for (const index of log.reader.concerning(concern)) indexes.add(index);
  for (const index of [...indexes].sort((left, right) => left - right)) {
    const item = entryItem(log, person, index);
    if (item !== undefined) yield item;
  }
}

function entryItem(
  { reader }: FormerRecords,
  person: PersonNames,
  index: number,
): SubjectExportItem | undefined {
  const { entry } = reader.entry(index);
  let body: JsonObject;
  try {
    body = reader.body(index);
  } catch (fault) {
    // Erased meanwhile.
    if (isFault(fault, 'log.body-erased') || isFault(fault, 'log.missing')) return undefined;
    throw fault;
  }
  const { fields, input, redacted, erased, concerns } = body;
  const all = {
    ...(isJsonObject(fields) ? fields : {}),
    ...(isJsonObject(redacted) ? redacted : {}),
    ...(input === undefined ? {} : { input }),
  };
  const purpose = isJsonObject(input) ? input['purpose'] : undefined;
  return {
    what: 'entry',
    index,
    receipt: `${reader.origin}#${index}`,
    time: iso(entry.time),
    kind: kindOf(entry),
    retentionClass: entry.retentionClass,
    ...(typeof purpose === 'string' ? { purpose } : {}),
    fields: withoutOthers(all, concerns, person),
    ...(Array.isArray(erased) ? { erased: erased.map(String) } : {}),
  };
}

/** The rights of others stand against a copy of what is theirs (GDPR article 15, paragraph 4). */
function withoutOthers(all: JsonObject, concerns: JsonValue | undefined, person: PersonNames): JsonObject {
  const others = (Array.isArray(concerns) ? concerns.map(String) : []).filter((one) => !isOwn(one, person));
  if (others.length === 0) return all;
  let left: JsonValue = all;
  // More than one search takes at once, where a body concerns many.
  for (let at = 0; at < others.length; at += 64) left = cutFrom(left, personNames(others.slice(at, at + 64)));
  return isJsonObject(left) ? left : {};
}

/** Whether `name` is one of the person's as a whole: the names of others may have it in them, as `max` stands in `max.miller@example.org`. */
function isOwn(name: string, { identifiers }: PersonNames): boolean {
  return identifiers.some((one) => foldedName(one) === foldedName(name));
}

function kindOf(entry: Entry): string {
  return entry.kind === 'case' ? `case ${entry.case.type}` : entry.kind;
}

function* heldActions({ state }: FormerRecords, person: PersonNames): Generator<SubjectExportItem> {
  for (const hold of state.holds()) {
    const { index, status } = hold;
    const created = iso(hold.created);
    if (hold.requesters.some((one) => isOwn(one, person)))
      yield { what: 'held_action', value: { index, created, status, as: 'requester' } };
    for (const { approver, keyId, answer, statement } of hold.answers)
      if (isOwn(approver, person))
        yield { what: 'answer', value: { hold: index, created, answer, approver, keyId, statement } };
  }
}

/** What a log that goes on takes over. */
function* recordsOf({ state, clock }: RecordsLog, person: PersonNames): Generator<SubjectExportItem> {
  for (const { scope, reason } of state.kills())
    if (person.isIn(reason)) yield { what: 'kill', value: { scope, reason } };
  const tags = [...new Set(person.concerns.flatMap((one) => state.tags(one)))];
  for (const [collection, what] of [
    ['consents', 'consent'],
    ['notices', 'notice'],
  ] as const)
    for (const { key, value, index } of state.records(collection)) {
      const tag = tags.find((one) => key.startsWith(`${one}.`));
      // The tag is the node's own name for the person, and says nothing to them.
      if (tag !== undefined)
        yield { what, value: { entry: index, record: key.slice(tag.length + 1), value } };
    }
  for (const one of casesOf(state, person.concerns))
    yield { what: 'case', value: caseJson(one, clock.now(), 'nothing') };
}

function iso(instant: number): string {
  return new Date(instant).toISOString();
}
