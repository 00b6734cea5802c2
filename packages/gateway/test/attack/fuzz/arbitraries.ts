/** What tests of any input make it from: JSON, requests that were valid before something in them changed, headers. */
import fc from 'fast-check';
import { isJsonObject, type JsonObject } from '@writ/core';

/** How often a property is tried. */
export const RUNS = 150;

/** Names of members, ordinary and dangerous. */
export const key: fc.Arbitrary<string> = fc.oneof(
  fc.string({ maxLength: 8 }),
  fc.constantFrom(
    '__proto__',
    'constructor',
    'toJSON',
    'method',
    'id',
    'params',
    '_meta',
    'name',
    'arguments',
    'uri',
    'taskId',
    'jsonrpc',
    'result',
    'error',
    'progressToken',
    'cursor',
    'notifications',
    'inputResponses',
    'requestState',
  ),
);

/** Any JSON, with texts that mean something to somebody. */
export const json: fc.Arbitrary<unknown> = fc.letrec<{ json: unknown }>((tie) => ({
  json: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constantFrom(
      null,
      true,
      0,
      -0,
      1e308,
      9007199254740991,
      '',
      '2026-07-28',
      '2.0',
      'tools/call',
      'echo',
      '\u0000',
      '\ud800\udc00',
      '=?base64??=',
    ),
    fc.string({ maxLength: 12 }),
    fc.integer(),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.array(tie('json'), { maxLength: 4 }),
    fc.dictionary(key, tie('json'), { maxKeys: 4, noNullPrototype: true }),
  ),
})).json;

/** A change of one member, by its path. */
export interface Change {
  readonly kind: 'set' | 'drop';
  readonly path: readonly string[];
  readonly value?: unknown;
}

/** Changes one valid request somewhere, by its structure. */
export const mutation: fc.Arbitrary<Change> = fc.oneof(
  fc.record({
    kind: fc.constant('set' as const),
    path: fc.array(key, { minLength: 1, maxLength: 4 }),
    value: json,
  }),
  fc.record({ kind: fc.constant('drop' as const), path: fc.array(key, { minLength: 1, maxLength: 3 }) }),
);

/** `message` with `change`. */
export function mutate(message: JsonObject, change: Change): JsonObject {
  const copy = structuredClone(message) as Record<string, unknown>;
  let at = copy;
  for (const name of change.path.slice(0, -1)) {
    const next = Object.hasOwn(at, name) ? at[name] : undefined;
    if (!isJsonObject(next)) return copy as never;
    at = next;
  }
  const last = change.path.at(-1) ?? '';
  if (change.kind === 'drop') delete at[last];
  else
    Object.defineProperty(at, last, {
      value: change.value,
      enumerable: true,
      configurable: true,
      writable: true,
    });
  return copy as never;
}

/** Header values that Node lets a client send. */
const value = fc.oneof(
  fc.stringMatching(/^[\x21-\x7e]{0,20}$/),
  fc.constantFrom(
    '=?base64?',
    '?=',
    '=?base64?ZWNobw==?=',
    '=?base64?ZWNob3==?=',
    '=?base64?/////w==?=',
    '2026-07-28',
    '2025-06-18',
    '2099-01-01',
    'tools/call',
    'TOOLS/CALL',
    'echo',
    'ech%6f',
    'echo, echo',
    '0',
    'p1-0',
    'get-0',
  ),
);

/** Headers that mean something to the face, with any value. */
export const headers: fc.Arbitrary<Record<string, string>> = fc.dictionary(
  fc.constantFrom(
    'mcp-method',
    'mcp-name',
    'mcp-protocol-version',
    'mcp-session-id',
    'last-event-id',
    'mcp-param-a',
    'accept',
    'content-type',
    'content-encoding',
  ),
  value,
  { maxKeys: 4, noNullPrototype: true },
);
