/** A question to the decision point as records keep it: exactly what was asked and what was answered, to be asked again of another set. */
import {
  asJson,
  Fault,
  isJsonObject,
  type JsonObject,
  type JsonValue,
  ownProperty,
} from '../../kernel/index.ts';
import type {
  Initiator,
  Part,
  PolicyOutcome,
  PolicyQuery,
  ResourceLimits,
  ResourceType,
  Subject,
} from '../../model/index.ts';
import { isJsonArray } from '../json-array.ts';
import type { Answer } from './outcome-difference.ts';

/** A question and its answer. */
export interface Question {
  readonly query: PolicyQuery;
  readonly answer: Answer;
}

/** What the body of a record holds anyway, so that a question need not repeat it. */
export interface RecordedBase {
  readonly subject: Subject;
  readonly initiator: Initiator;
  readonly parts: readonly Part[];
  /** Absent where a question never has any. */
  readonly args?: JsonObject;
}

/** Most determining policies that are kept of an answer. */
const MAX_DETERMINING = 64;

/** The JSON form of a question that was put to the decision point. It holds values, so it belongs into sealed bodies only. */
export function recordQuestion(query: PolicyQuery, outcome: PolicyOutcome, base: RecordedBase): JsonObject {
  const { args, ...context } = query.context;
  return {
    phase: query.phase,
    ...(args === undefined ? {} : { args: args === base.args ? 'arguments' : args }),
    ...(query.parts === base.parts ? {} : { parts: query.parts.map(recordPart) }),
    ...(query.initiatingServer === undefined ? {} : { initiatingServer: query.initiatingServer }),
    ...(query.lifted.size === 0 ? {} : { lifted: [...query.lifted].sort() }),
    context: asJson(context),
    answer: recordAnswer(outcome),
  };
}

/** A part as records name it. */
export function recordPart({ action, resource, args }: Part): JsonValue {
  const { type, id, server, limits } = resource;
  const named = [action.name, type, id, server ?? null];
  if (args === undefined && limits === undefined) return named;
  return [...named, args ?? null, limits === undefined ? null : { ...limits }];
}

function recordAnswer(outcome: PolicyOutcome): JsonObject {
  const { verdict, would, source, code, determining, obligations, held, needs, parts } = outcome;
  return {
    verdict,
    ...(would === undefined ? {} : { would }),
    ...(source === 'policy' ? {} : { source }),
    ...(code === undefined ? {} : { code }),
    determining: determining.slice(0, MAX_DETERMINING).map(({ id }) => id),
    ...(obligations.length === 0 ? {} : { obligations: obligations.map((one) => ({ ...one })) }),
    ...(held.length === 0 ? {} : { held: asJson(held) }),
    ...(needs.length === 0 ? {} : { needs: [...needs] }),
    ...(parts.length === 1 ? {} : { parts: parts.map((part) => part.verdict) }),
  };
}

/**
 * The inverse of {@link recordQuestion}; the content hashes of determining policies are empty, for the entry itself has them in the clear.
 * Throws `log.corrupt` for what it did not write.
 */
export function readQuestion(value: JsonValue, base: RecordedBase): Question {
  const record = asObject(value);
  const args = ownProperty(record, 'args');
  const parts = ownProperty(record, 'parts');
  const server = ownProperty(record, 'initiatingServer');
  const lifted = ownProperty(record, 'lifted');
  const context = asObject(ownProperty(record, 'context')) as unknown as PolicyQuery['context'];
  const judged = args === 'arguments' ? base.args : args;
  if (judged !== undefined && !isJsonObject(judged)) throw unreadable('args');
  const query: PolicyQuery = {
    subject: base.subject,
    initiator: base.initiator,
    ...(typeof server === 'string' ? { initiatingServer: server } : {}),
    phase: ownProperty(record, 'phase') as PolicyQuery['phase'],
    parts: parts === undefined ? base.parts : asList(parts).map(readRecordedPart),
    lifted: new Set(lifted === undefined ? [] : asList(lifted).map(asText)),
    context: judged === undefined ? context : { ...context, args: judged },
  };
  return { query, answer: readAnswer(asObject(ownProperty(record, 'answer'))) };
}

/** A part that {@link recordPart} wrote. Throws `log.corrupt`. */
export function readRecordedPart(value: JsonValue): Part {
  const [action, type, id, server, args, limits] = asList(value);
  return {
    action: { name: asText(action) },
    resource: {
      type: asText(type) as ResourceType,
      id: asText(id),
      ...(typeof server === 'string' ? { server } : {}),
      ...(isJsonObject(limits) ? { limits: limits as unknown as ResourceLimits } : {}),
    },
    ...(isJsonObject(args) ? { args } : {}),
  };
}

function readAnswer(record: JsonObject): Answer {
  const { would, source, code, obligations, held, needs, parts } = record;
  const verdict = asText(ownProperty(record, 'verdict')) as Answer['verdict'];
  const verdicts = parts === undefined ? [verdict] : asList(parts).map(asText);
  return {
    verdict,
    ...(would === undefined ? {} : { would: asText(would) as Answer['verdict'] }),
    source: (source === undefined ? 'policy' : asText(source)) as Answer['source'],
    ...(code === undefined ? {} : { code: asText(code) }),
    determining: asList(ownProperty(record, 'determining')).map((id) => ({
      id: asText(id),
      contentHash: '',
    })),
    obligations: (obligations ?? []) as unknown as Answer['obligations'],
    held: (held ?? []) as unknown as Answer['held'],
    needs: needs === undefined ? [] : asList(needs).map(asText),
    parts: verdicts.map((one) => ({ verdict: one as Answer['verdict'], determining: [] })),
  };
}

function asObject(value: JsonValue | undefined): JsonObject {
  if (isJsonObject(value)) return value;
  throw unreadable('object');
}

function asList(value: JsonValue | undefined): readonly JsonValue[] {
  if (isJsonArray(value)) return value;
  throw unreadable('list');
}

function asText(value: JsonValue | undefined): string {
  if (typeof value === 'string') return value;
  throw unreadable('text');
}

function unreadable(expected: string): Fault {
  return new Fault('log.corrupt', `a recorded question to the policies lacks its ${expected}`);
}
