/** Recorded decisions as questions: what the log's sealed bodies say was asked and answered. */
import {
  Fault,
  isFault,
  isJsonObject,
  type JsonObject,
  type JsonValue,
  ownProperty,
} from '../../kernel/index.ts';
import type { Entry, LogReader, Subject } from '../../model/index.ts';
import { isJsonArray } from '../json-array.ts';
import { type Question, readQuestion, type RecordedBase, readRecordedPart } from './recorded-question.ts';

/**
 * One recorded decision, or the decision on a result. `asked`: what was put to the policies, in order. `erased`: its body is gone, as it should be after
 * an erasure. `sealed`: this reader has no key for it. `unasked`: no policy was asked, for the action was refused before. `unrecorded`: policies were
 * asked, and an earlier version of Writ did not keep what.
 */
export type RecordedDecision = {
  readonly index: number;
  /** Hash of the set that decided. */
  readonly policyHash: string;
  readonly schemaHash: string;
  /** Milliseconds since 1970. */
  readonly time: number;
} & (
  | { readonly status: 'asked'; readonly questions: readonly Question[] }
  | { readonly status: 'erased' | 'sealed' | 'unasked' | 'unrecorded' }
);

/** All decisions in `reader` from entry `from` on, in the order of the log. Throws `log.*` where the log itself is not readable. */
export function* readRecordedDecisions(
  reader: Pick<LogReader, 'size' | 'entry' | 'body'>,
  from = 0,
): Generator<RecordedDecision> {
  const size = reader.size();
  for (let index = from; index < size; index += 1) {
    const { entry } = reader.entry(index);
    const record =
      entry.kind === 'decision' ? entry.decision : entry.kind === 'outcome' ? entry.delivery : undefined;
    if (record === undefined) continue;
    const { policyHash, schemaHash, source } = record;
    yield {
      index,
      policyHash,
      schemaHash,
      time: entry.time,
      ...readOne(reader, index, entry, source === 'policy'),
    };
  }
}

type Read =
  | { readonly status: 'asked'; readonly questions: readonly Question[] }
  | { readonly status: 'erased' | 'sealed' | 'unasked' | 'unrecorded' };

function readOne(
  reader: Pick<LogReader, 'entry' | 'body'>,
  index: number,
  entry: Entry,
  isPolicys: boolean,
): Read {
  const body = openBody(reader, index, entry);
  if (typeof body === 'string') return { status: body };
  const asked = ownProperty(objectAt(body, 'input'), 'asked');
  if (asked === undefined) return { status: isPolicys ? 'unrecorded' : 'unasked' };
  if (!isJsonArray(asked)) throw new Fault('log.corrupt', `entry ${index} does not say what was asked`);
  const source = entry.kind === 'outcome' ? entry.decisionOf : index;
  const decision = source === index ? entry : reader.entry(source).entry;
  const fields = source === index ? body : openBody(reader, source, decision);
  if (typeof fields === 'string') return { status: fields };
  if (decision.kind !== 'decision') throw new Fault('log.corrupt', `entry ${source} is not a decision`);
  const base = baseOf(objectAt(fields, 'fields'), decision.decision.initiator);
  return { status: 'asked', questions: asked.map((one) => readQuestion(one, base)) };
}

function openBody(
  reader: Pick<LogReader, 'body'>,
  index: number,
  { body }: Entry,
): JsonObject | 'erased' | 'sealed' | 'unrecorded' {
  if (body === undefined) return 'unrecorded';
  try {
    return reader.body(index);
  } catch (fault) {
    if (isFault(fault, 'log.body-erased')) return 'erased';
    if (isFault(fault, 'key.missing')) return 'sealed';
    throw fault;
  }
}

function baseOf(fields: JsonObject, initiator: RecordedBase['initiator']): RecordedBase {
  const args = ownProperty(fields, 'arguments');
  const target = ownProperty(fields, 'target');
  return {
    subject: objectAt(fields, 'subject') as unknown as Subject,
    initiator,
    parts: isJsonArray(target) ? target.map(readRecordedPart) : [],
    ...(isJsonObject(args) ? { args } : {}),
  };
}

function objectAt(object: JsonObject, name: string): JsonObject {
  const value: JsonValue | undefined = ownProperty(object, name);
  return isJsonObject(value) ? value : {};
}
