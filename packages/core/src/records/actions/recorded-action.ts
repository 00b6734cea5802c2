/** Actions as they stand in the record: read from opened bodies, for those who ask what was done with personal data. */
import { isFault, isJsonObject, type JsonObject, type JsonValue, ownProperty } from '../../kernel/index.ts';
import { type Entry, isPermitting, type LogReader } from '../../model/index.ts';

/** One decision with what its body says. */
export interface RecordedAction {
  readonly index: number;
  /** Milliseconds since 1970. */
  readonly time: number;
  readonly isPermitted: boolean;
  /** Whether its body was destroyed, or cannot be opened here: then all below is empty. */
  readonly isUnread: boolean;
  readonly agent?: string;
  /** Tools as `server/tool`, everything else as `type:id`. */
  readonly targets: readonly string[];
  readonly args: JsonObject;
  readonly purpose?: string;
  /** What stood of the purpose; absent where no register was in force. */
  readonly purposeStatus?: string;
  /** Kinds of findings in the arguments, `email`. */
  readonly kinds: readonly string[];
  /** People whom the body concerns. */
  readonly concerns: readonly string[];
}

/** Calls and their ends in `[from, to)`, by the times of the log, which never fall; both in milliseconds since 1970. */
export function* actionsBetween(
  reader: LogReader,
  from: number,
  to: number,
): Generator<RecordedAction | RecordedResult> {
  const end = firstFrom(reader, to);
  for (let index = firstFrom(reader, from); index < end; index += 1) {
    const { entry } = reader.entry(index);
    // A list carries nobody's data to anybody.
    if (entry.kind === 'decision' && entry.decision.phase === 'call') yield readAction(reader, index, entry);
    else if (entry.kind === 'outcome') yield readResult(reader, index, entry);
  }
}

/** What came back of an action. */
export interface RecordedResult {
  readonly index: number;
  readonly time: number;
  /** Index of its decision. */
  readonly decisionOf: number;
  readonly isPerformed: boolean;
  readonly result?: JsonValue;
  /** Kinds that were redacted from it before it was delivered. */
  readonly kinds: readonly string[];
  readonly concerns: readonly string[];
  readonly isUnread: boolean;
}

/** Whether `one` is the end of an action rather than its beginning. */
export function isResult(one: RecordedAction | RecordedResult): one is RecordedResult {
  return 'decisionOf' in one;
}

/** The decision at `index`. */
export function readAction(
  reader: LogReader,
  index: number,
  entry: Extract<Entry, { kind: 'decision' }>,
): RecordedAction {
  const body = openedBody(reader, index);
  const fields = objectAt(body, 'fields');
  const input = objectAt(body, 'input');
  const agent = ownProperty(objectAt(objectAt(fields, 'subject'), 'agent'), 'id');
  const [purpose, purposeStatus] = [ownProperty(input, 'purpose'), ownProperty(input, 'purposeStatus')];
  return {
    index,
    time: entry.time,
    isPermitted: isPermitting(entry.decision.verdict),
    isUnread: body === undefined,
    ...(typeof agent === 'string' ? { agent } : {}),
    targets: listAt(fields, 'target').flatMap(targetOf),
    args: objectAt(fields, 'arguments'),
    ...(typeof purpose === 'string' ? { purpose } : {}),
    ...(typeof purposeStatus === 'string' ? { purposeStatus } : {}),
    kinds: [
      ...new Set(
        listAt(input, 'findings').flatMap((one) => textsOf(Array.isArray(one) ? one.slice(0, 1) : [])),
      ),
    ],
    concerns: textsOf(listAt(body ?? {}, 'concerns')),
  };
}

function readResult(
  reader: LogReader,
  index: number,
  entry: Extract<Entry, { kind: 'outcome' }>,
): RecordedResult {
  const body = openedBody(reader, index);
  const result = ownProperty(objectAt(body, 'fields'), 'result');
  return {
    index,
    time: entry.time,
    decisionOf: entry.decisionOf,
    isPerformed: entry.outcome !== 'not_performed' && entry.outcome !== 'failed',
    ...(result === undefined ? {} : { result }),
    kinds: Object.keys(entry.redactions ?? {}),
    concerns: textsOf(listAt(body ?? {}, 'concerns')),
    // An outcome without committed fields has no body to open.
    isUnread: body === undefined && entry.commitments.length > 0,
  };
}

/** First index whose time on the log's floor is `instant` or later. */
export function firstFrom(reader: LogReader, instant: number): number {
  let [low, high] = [0, reader.size()];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (reader.entry(middle).entry.timeFloor < instant) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The body at `index`; `undefined` where it was erased, there is none, or no key at hand opens it. */
function openedBody(reader: LogReader, index: number): JsonObject | undefined {
  try {
    return reader.body(index);
  } catch (fault) {
    if (isFault(fault, 'log.body-erased') || isFault(fault, 'log.missing') || isFault(fault, 'key.missing'))
      return undefined;
    throw fault;
  }
}

function targetOf(part: JsonValue): readonly string[] {
  const [, type, id] = Array.isArray(part) ? textsOf(part) : [];
  if (type === undefined || id === undefined) return [];
  return [type === 'tool' ? id : `${type}:${id}`];
}

function objectAt(from: JsonObject | undefined, name: string): JsonObject {
  const value = from === undefined ? undefined : ownProperty(from, name);
  return isJsonObject(value) ? value : {};
}

function listAt(from: JsonObject, name: string): readonly JsonValue[] {
  const value = ownProperty(from, name);
  return Array.isArray(value) ? (value as readonly JsonValue[]) : [];
}

function textsOf(values: readonly JsonValue[]): readonly string[] {
  return values.filter((one) => typeof one === 'string');
}
