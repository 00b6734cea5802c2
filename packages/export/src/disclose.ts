/** What of a sealed body an export may show: nothing, unless the caller names it. */
import {
  createSecretsDetector,
  isFault,
  isJsonObject,
  type JsonObject,
  type JsonValue,
  OVERSIZE,
  ownProperty,
  redact,
} from '@writ/core';

/** What can be disclosed, by name. There is none for signatures, salts, results and what people wrote. */
export const DISCLOSABLE = [
  'agent',
  'person',
  'session',
  'target',
  'arguments',
  'findings',
  'trace',
] as const;
export type Disclosable = (typeof DISCLOSABLE)[number];

/** Port to opened bodies. */
export interface Disclose {
  /** What is shown. `arguments` also opens the details of each part: paths of URLs, words of commands. */
  readonly fields: readonly Disclosable[];
  /** The opened body of entry `index`; `undefined` where it is not to be had. A `log.body-erased` is taken for that. */
  body(index: number): JsonObject | undefined;
}

/** One thing that an action is done to. */
export interface OpenedPart {
  readonly action: string;
  readonly type: string;
  readonly id: string;
  /** Only with `arguments`, but for `port` and `scheme`. */
  readonly details: JsonObject;
}

/** What was opened of one entry. Absent is what was not asked for, what the entry has not, and all of it where the body is gone. */
export interface Opened {
  readonly agent?: string;
  readonly person?: string;
  readonly hasMfa?: boolean;
  readonly session?: string;
  /** What a kill, a pin or a policy set is about. */
  readonly subject?: string;
  readonly parts?: readonly OpenedPart[];
  readonly arguments?: JsonValue;
  /** The caller's `traceparent` (W3C Trace Context §3.2). It is copied, and nothing vouches for it. */
  readonly trace?: string;
  /** Kinds found, `secret` or `secret/jwt`, sorted, unique. Never the places, never what was found. */
  readonly findings?: readonly string[];
}

const TRACEPARENT = /^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/;

/** Names whose values are taken out whole, whatever they look like: a passphrase of plain words has no form to be known by. */
const TELLING_NAME =
  /pass(?:word|wd|phrase|code)|secret|token|credential|cookie|authorization|(?:api|access|private|signing|session)[-_]?key|^(?:auth|pwd|pin|otp)$/i;
const REDACTED = '[redacted:secret]';

/** Details of a part that say no more than its target. */
const PLAIN_DETAILS = ['port', 'scheme'];

/**
 * What `disclose` lets be seen of entry `index`. Whatever is shown has gone through the detector of secrets first, and what it found is replaced by `[redacted:secret]`, as is
 * every value under a name that tells of one; where the detector cannot judge, nothing is shown. A secret that has neither a known form nor a telling name beside it is not found.
 */
export function open(disclose: Disclose | undefined, index: number): Opened {
  if (disclose === undefined || disclose.fields.length === 0) return {};
  const body = bodyOf(disclose, index);
  if (body === undefined) return {};
  const shown = withoutSecrets(chosen(body, new Set(disclose.fields)));
  return shown === undefined ? {} : readOpened(shown);
}

function bodyOf(disclose: Disclose, index: number): JsonObject | undefined {
  try {
    return disclose.body(index);
  } catch (fault) {
    if (isFault(fault, 'log.body-erased')) return undefined;
    throw fault;
  }
}

/** The part of a body that may be shown, before secrets are taken out. */
function chosen(body: JsonObject, names: ReadonlySet<Disclosable>): JsonObject {
  const fields = objectIn(body, 'fields');
  const subject = objectIn(fields, 'subject');
  const withDetails = names.has('arguments');
  const given = ownProperty(fields, 'performedArguments') ?? ownProperty(fields, 'arguments');
  const target = ownProperty(fields, 'target');
  return {
    ...(names.has('agent')
      ? pick('agent', ownProperty(objectIn(subject, 'agent'), 'id') ?? ownProperty(fields, 'agent'))
      : {}),
    ...(names.has('person') ? personOf(fields, objectIn(subject, 'person')) : {}),
    ...(names.has('session') ? pick('session', ownProperty(objectIn(fields, 'session'), 'id')) : {}),
    ...(names.has('target')
      ? pick('subject', Array.isArray(target) ? undefined : (target ?? fields['tool'] ?? fields['scope']))
      : {}),
    ...(names.has('target') && Array.isArray(target)
      ? { parts: target.filter(isList).map((part) => shownPart(part, withDetails)) }
      : {}),
    ...(withDetails ? pick('arguments', given) : {}),
    ...(names.has('trace') ? pick('trace', ownProperty(objectIn(body, 'input'), 'trace')) : {}),
    ...(names.has('findings') ? { findings: kindsFound(objectIn(body, 'input')) } : {}),
  };
}

/** Whom an action is for, who answered, or whose a token is. */
function personOf(fields: JsonObject, person: JsonObject): JsonObject {
  return {
    ...pick(
      'person',
      ownProperty(person, 'id') ?? ownProperty(fields, 'approver') ?? ownProperty(fields, 'person'),
    ),
    ...pick('hasMfa', ownProperty(person, 'mfa')),
  };
}

/** A part as it is recorded: action, type, id, server, details, bounds. */
function shownPart(part: readonly JsonValue[], withDetails: boolean): JsonValue {
  const [action = '', type = '', id = '', , details] = part;
  const all = isJsonObject(details) ? details : {};
  const plain = Object.fromEntries(Object.entries(all).filter(([name]) => PLAIN_DETAILS.includes(name)));
  return { action, type, id, details: withDetails ? all : plain };
}

/** Recorded findings are lists: kind, detail, and where. */
function kindsFound(input: JsonObject): readonly string[] {
  const findings = ownProperty(input, 'findings');
  const names = (isList(findings) ? findings : []).filter(isList).flatMap(([kind, detail]) => {
    if (typeof kind !== 'string') return [];
    return [typeof detail === 'string' ? `${kind}/${detail}` : kind];
  });
  return [...new Set(names)].sort();
}

function withoutSecrets(given: JsonObject): JsonObject | undefined {
  try {
    const value = withoutTellingValues(given) as JsonObject;
    const findings = createSecretsDetector().detect({ value, direction: 'arguments', target: 'export' });
    const cleaned = redact(value, findings, ['secret', OVERSIZE]).value;
    return isJsonObject(cleaned) ? cleaned : undefined;
  } catch (fault) {
    if (isFault(fault, 'detector.failed')) return undefined;
    throw fault;
  }
}

function withoutTellingValues(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return (value as readonly JsonValue[]).map(withoutTellingValues);
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [
      name,
      TELLING_NAME.test(name) ? REDACTED : withoutTellingValues(item),
    ]),
  );
}

function readOpened(shown: JsonObject): Opened {
  const text = (name: string): JsonObject => {
    const value = ownProperty(shown, name);
    return typeof value === 'string' && value !== '' ? { [name]: value } : {};
  };
  const { hasMfa, parts, arguments: given, findings, trace } = shown;
  return {
    ...text('agent'),
    ...text('person'),
    ...text('session'),
    ...text('subject'),
    ...(typeof trace === 'string' && TRACEPARENT.test(trace) ? { trace } : {}),
    ...(typeof hasMfa === 'boolean' ? { hasMfa } : {}),
    ...(isList(parts) ? { parts: parts.flatMap(readPart) } : {}),
    ...(given === undefined ? {} : { arguments: given }),
    ...(isList(findings) ? { findings: findings.filter((name) => typeof name === 'string') } : {}),
  };
}

function readPart(part: JsonValue): readonly OpenedPart[] {
  if (!isJsonObject(part)) return [];
  const { action, type, id, details } = part;
  if (typeof action !== 'string' || typeof type !== 'string' || typeof id !== 'string') return [];
  return [{ action, type, id, details: isJsonObject(details) ? details : {} }];
}

function isList(value: JsonValue | undefined): value is readonly JsonValue[] {
  return Array.isArray(value);
}

function objectIn(object: JsonObject, name: string): JsonObject {
  const value = ownProperty(object, name);
  return isJsonObject(value) ? value : {};
}

function pick(name: string, value: JsonValue | undefined): JsonObject {
  return value === undefined || value === null ? {} : { [name]: value };
}
