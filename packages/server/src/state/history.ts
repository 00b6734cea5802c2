/** What changed about an object: the entries that wrote it, found from the object itself without looking through the log. */
import { type ActorKind, isFault, isJsonObject, type JsonObject, type OpenLog } from '@writ/core';
import { z } from 'zod';

/** Most entries that an object remembers; what was before them is found from the oldest of them. */
const MAX_HISTORY = 200;

/** Field of an object: indexes of the entries that wrote it before the last one, ascending. */
export const HISTORY: z.ZodType<readonly number[]> = z.array(z.int().min(0)).max(MAX_HISTORY);

/** The history of what is put in the place of `stored`; empty for what is new. */
export function historyAfter(
  stored: { readonly history: readonly number[]; readonly index: number } | undefined,
): readonly number[] {
  return stored === undefined ? [] : [...stored.history, stored.index].slice(-MAX_HISTORY);
}

/** One change. */
export interface PastChange {
  /** Index of its entry: its receipt, with the origin of the plane's log. */
  readonly index: number;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly action: string;
  readonly actor: ActorKind;
  /** ULID; absent where what was sealed is erased, or cannot be opened here. */
  readonly by?: string | undefined;
}

/** The changes that `stored` remembers, its last included, newest first. An entry that is not about it, or not here yet, is none. */
export function changesOf(
  { reader }: Pick<OpenLog, 'reader'>,
  stored: { readonly id: string; readonly history: readonly number[]; readonly index: number },
): readonly PastChange[] {
  return [...stored.history, stored.index]
    .map((index) => changeAt(reader, index, stored.id))
    .filter((change) => change !== undefined)
    .toReversed();
}

function changeAt(reader: OpenLog['reader'], index: number, object: string): PastChange | undefined {
  let entry: ReturnType<typeof reader.entry>['entry'];
  try {
    ({ entry } = reader.entry(index));
  } catch (fault) {
    if (isFault(fault, 'log.missing')) return undefined;
    throw fault;
  }
  if (entry.kind !== 'administration' || entry.administration.object !== object) return undefined;
  const { action, actor } = entry.administration;
  const by = field(field(bodyAt(reader, index), 'fields'), 'actor');
  const id = by?.['id'];
  return { index, at: entry.time, action, actor, ...(typeof id === 'string' ? { by: id } : {}) };
}

function bodyAt(reader: OpenLog['reader'], index: number): JsonObject | undefined {
  try {
    return reader.body(index);
  } catch (fault) {
    if (isFault(fault, 'log.body-erased') || isFault(fault, 'key.missing')) return undefined;
    throw fault;
  }
}

function field(value: JsonObject | undefined, name: string): JsonObject | undefined {
  const found = value?.[name];
  return found !== undefined && isJsonObject(found) ? found : undefined;
}
