/** What is kept of an API token: everything but the token. */
import {
  type AgentIdentity,
  Fault,
  isJsonObject,
  type JsonObject,
  type JsonValue,
  MAX_ID_LENGTH,
  parseStrictJson,
  type Person,
} from '@writ/core';

/** Version of the file. */
const VERSION = 1;
const FIELDS = [
  'version',
  'id',
  'hash',
  'agent',
  'person',
  'scopes',
  'note',
  'created',
  'expires',
  'revoked',
];
/** Most roles and scopes of a token. */
const MAX_LIST = 64;

/** A token as its file says it. Instants are milliseconds since 1970. */
export interface StoredToken {
  /** First 16 hexadecimal digits of `hash`. */
  readonly id: string;
  /** SHA-256, 64 lower-case hexadecimal digits. */
  readonly hash: string;
  readonly agent: AgentIdentity;
  readonly person?: Person;
  readonly scopes: readonly string[];
  /** What it is for, in the operator's words. */
  readonly note?: string;
  readonly created: number;
  readonly expires: number;
  /** Absent while it counts. */
  readonly revoked?: number;
}

/** The text of the file of `token`. */
export function printStoredToken(token: StoredToken): string {
  return `${JSON.stringify({ version: VERSION, ...token }, undefined, 2)}\n`;
}

/** The token in `text`. Throws `key.malformed` for whatever is not exactly one. */
export function parseStoredToken(text: string): StoredToken {
  const file = objectOf(parseStrictJson(text), FIELDS);
  const { version, person, note, revoked } = file;
  if (version !== VERSION) throw malformed('its version is not known');
  const hash = textOf(file['hash'], /^[0-9a-f]{64}$/);
  const id = textOf(file['id'], /^[0-9a-f]{16}$/);
  if (!hash.startsWith(id)) throw malformed('its id is not that of its hash');
  return {
    id,
    hash,
    agent: agentOf(file['agent']),
    ...(person === undefined ? {} : { person: personOf(person) }),
    scopes: textsOf(file['scopes']),
    ...(note === undefined ? {} : { note: textOf(note) }),
    created: instantOf(file['created']),
    expires: instantOf(file['expires']),
    ...(revoked === undefined ? {} : { revoked: instantOf(revoked) }),
  };
}

function agentOf(value: JsonValue | undefined): AgentIdentity {
  const { id, team, org } = objectOf(value, ['id', 'team', 'org']);
  return {
    id: textOf(id),
    ...(team === undefined ? {} : { team: textOf(team) }),
    ...(org === undefined ? {} : { org: textOf(org) }),
  };
}

function personOf(value: JsonValue): Person {
  const { id, roles } = objectOf(value, ['id', 'roles']);
  return { id: textOf(id), roles: textsOf(roles) };
}

function objectOf(value: JsonValue | undefined, fields: readonly string[]): JsonObject {
  if (!isJsonObject(value)) throw malformed('an object is missing');
  if (Object.keys(value).some((name) => !fields.includes(name))) throw malformed('it has an unknown field');
  return value;
}

function textsOf(value: JsonValue | undefined): readonly string[] {
  if (!Array.isArray(value) || value.length > MAX_LIST) throw malformed('a list of texts is missing');
  return value.map((item: JsonValue) => textOf(item));
}

function textOf(value: JsonValue | undefined, form?: RegExp): string {
  if (typeof value !== 'string' || value === '' || value.length > MAX_ID_LENGTH || !value.isWellFormed())
    throw malformed('a text is missing or too long');
  if (form !== undefined && !form.test(value)) throw malformed('a text has another form');
  return value;
}

function instantOf(value: JsonValue | undefined): number {
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0)
    throw malformed('an instant is missing');
  return value;
}

function malformed(problem: string): Fault {
  return new Fault('key.malformed', `the file is not that of an API token: ${problem}`);
}
