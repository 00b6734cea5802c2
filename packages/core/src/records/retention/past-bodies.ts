/** Finding bodies that are past their time, and which of them a legal hold keeps. */
import { canonicalJson, isFault, isJsonObject, type JsonObject, type JsonValue } from '../../kernel/index.ts';
import { sha256Hex } from '../../kernel/crypto/index.ts';
import {
  type Entry,
  type ErasedBody,
  type IndexRange,
  keeps,
  type LogReader,
  type StateReader,
} from '../../model/index.ts';

/** A body as it was found. */
export type FoundBody =
  /** Nothing is there: the entry has none, or it was destroyed. */
  | { readonly status: 'none' }
  /** It is there and does not open: no key for it is at hand, or it is damaged. */
  | { readonly status: 'unreadable' }
  | { readonly status: 'there'; readonly erased: ErasedBody; readonly body: JsonObject };

/**
 * The first index from `from` on whose entry is not before `before`, milliseconds since 1970. Time is that of `timeFloor`, which never falls from one entry to the next:
 * a clock that was set back makes nothing older than it is.
 */
export function firstSince(reader: LogReader, from: number, before: number): number {
  let [low, high] = [from, Math.max(from, reader.size())];
  while (low < high) {
    const middle = low + Math.floor((high - low) / 2);
    if (reader.entry(middle).entry.timeFloor < before) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The body of entry `index`, with what legal holds are compared with. Throws what reading throws. */
export function findBody(
  { reader, state }: { readonly reader: LogReader; readonly state: StateReader },
  index: number,
  entry: Entry,
): FoundBody {
  if (entry.body === undefined) return { status: 'none' };
  let body: JsonObject;
  try {
    body = reader.body(index);
  } catch (fault) {
    if (isFault(fault, 'log.body-erased')) return { status: 'none' };
    if (isFault(fault, 'key.missing') || isFault(fault, 'log.corrupt')) return { status: 'unreadable' };
    throw fault;
  }
  const concerns = Array.isArray(body['concerns']) ? body['concerns'] : [];
  const tags = concerns.flatMap((one) => (typeof one === 'string' ? state.tags(one) : []));
  const session = sessionOf(reader, entry, body);
  const erased: ErasedBody = {
    index,
    time: entry.time,
    tags,
    dropped: tags,
    ...(session === undefined ? {} : { session }),
  };
  return { status: 'there', erased, body };
}

/** The session of a body; an outcome and an answer are of the session of their decision. */
function sessionOf(reader: LogReader, entry: Entry, body: JsonObject): string | undefined {
  const session = isJsonObject(body['fields']) ? body['fields']['session'] : undefined;
  if (isJsonObject(session) && typeof session['id'] === 'string') return session['id'];
  if (!('decisionOf' in entry)) return undefined;
  const decision = reader.entry(entry.decisionOf).entry;
  if (decision.kind !== 'decision' || decision.body === undefined) return undefined;
  try {
    return sessionOf(reader, decision, reader.body(entry.decisionOf));
  } catch (fault) {
    // Gone, or not to be opened: then nothing says of which session it was.
    if (isFault(fault, 'log.body-erased') || isFault(fault, 'key.missing') || isFault(fault, 'log.corrupt'))
      return undefined;
    throw fault;
  }
}

/** The legal holds that stand. */
export class StandingHolds {
  /** Changes whenever a hold is placed or released. */
  readonly fingerprint: string;
  readonly #holds: readonly JsonValue[];

  constructor(state: StateReader) {
    const records = state.records('legal_holds');
    this.#holds = records.map(({ value }) => value);
    this.fingerprint =
      records.length === 0 ? '' : sha256Hex(canonicalJson(records.map(({ key, index }) => [key, index])));
  }

  /** Whether one of them keeps `body`. One that cannot be understood keeps everything. The log asks again when it destroys. */
  keep(body: ErasedBody): boolean {
    return this.#holds.some((hold) => keeps(hold, body));
  }
}

/** Every index of `ranges`, rising. */
export function* indexesOf(ranges: readonly IndexRange[]): Generator<number> {
  for (const { from, to } of ranges) for (let index = from; index < to; index += 1) yield index;
}
