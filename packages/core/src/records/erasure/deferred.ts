/** Erasures that a legal hold defers: kept as records, so that the release of the hold does them. */
import { isJsonObject, type JsonObject, type JsonValue } from '../../kernel/index.ts';
import type { ErasureCause, RecordEffect, StateRecord } from '../../model/index.ts';
import type { PersonNames } from './person/index.ts';
import {
  appendRecord,
  foldedName,
  FORGETTING,
  newId,
  recordsDraft,
  type RecordsLog,
} from '../records-log.ts';

/** A request that waits for a release. */
export interface DeferredErasure {
  /** ULID. */
  readonly id: string;
  readonly identifiers: readonly string[];
  readonly cause: ErasureCause;
  /** Ids of the legal holds that kept something when it was tried last. */
  readonly holds: readonly string[];
  /** When it was asked for, milliseconds since 1970. */
  readonly since: number;
}

/** All that wait. */
export function deferredErasures({ state }: Pick<RecordsLog, 'state'>): readonly DeferredErasure[] {
  return state.records('erasures').flatMap((record) => {
    const { value, key } = record;
    if (!isJsonObject(value)) return [];
    const { identifiers, cause, holds, since } = value;
    return [
      {
        id: key,
        identifiers: textsOf(identifiers),
        cause: cause === 'retention' || cause === 'operator' ? cause : 'subject_request',
        holds: textsOf(holds),
        since: typeof since === 'number' ? since : 0,
      },
    ];
  });
}

/** Keeps the request, and answers its id; that of one that is kept already where it is of the same person. */
export async function deferErasure(
  log: RecordsLog,
  person: PersonNames,
  { holds, cause }: Pick<DeferredErasure, 'holds' | 'cause'>,
): Promise<string> {
  const present = find(log, person);
  const sorted = [...holds].sort();
  if (present !== undefined && sameTexts(present.value, 'holds', sorted)) return present.key;
  const id = present?.key ?? newId(log);
  const since = present !== undefined && isJsonObject(present.value) ? present.value['since'] : undefined;
  const value: JsonObject = {
    identifiers: [...person.identifiers].sort(),
    cause,
    holds: sorted,
    since: typeof since === 'number' ? since : log.clock.now(),
  };
  await appendRecord(
    log,
    recordsDraft(
      log,
      { kind: 'case', case: { action: 'step', id, type: 'erasure', step: 'deferred' } },
      {
        committed: { holds: sorted },
        effects: [
          {
            type: 'put_record',
            collection: 'erasures',
            key: id,
            value,
            expects: present?.index ?? null,
          },
        ],
      },
    ),
  );
  return id;
}

/**
 * Takes the request away once nothing is left of it, and the person out of all others that name them. Answers the id of the request where it stays. Throws `log.conflict`.
 */
export async function endDeferral(
  log: RecordsLog,
  person: PersonNames,
  isDone: boolean,
): Promise<string | undefined> {
  if (!isDone) return find(log, person)?.key;
  const names = new Set(person.identifiers.map(foldedName));
  for (const { key, value, index: expects } of log.state.records('erasures')) {
    if (!isJsonObject(value)) continue;
    const named = textsOf(value['identifiers']);
    const left = named.filter((name) => !names.has(foldedName(name)));
    if (left.length === named.length) continue;
    const target = { collection: 'erasures', key, expects } as const;
    const effect: RecordEffect =
      left.length === 0
        ? { type: 'delete_record', ...target }
        : { type: 'put_record', ...target, value: { ...value, identifiers: left } };
    await appendRecord(
      log,
      recordsDraft(
        log,
        { kind: 'case', case: { action: 'step', id: key, type: 'erasure', step: 'erased' } },
        { effects: [FORGETTING, effect] },
      ),
    );
  }
  return undefined;
}

function find({ state }: RecordsLog, { identifiers }: PersonNames): StateRecord | undefined {
  const sorted = [...identifiers].sort();
  return state.records('erasures').find(({ value }) => sameTexts(value, 'identifiers', sorted));
}

function sameTexts(value: JsonValue, name: string, texts: readonly string[]): boolean {
  return isJsonObject(value) && JSON.stringify(textsOf(value[name])) === JSON.stringify(texts);
}

function textsOf(value: JsonValue | undefined): readonly string[] {
  return Array.isArray(value) ? value.map(String) : [];
}
