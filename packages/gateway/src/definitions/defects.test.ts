/** What no definition may be. */
import { describe, expect, test } from 'vitest';
import type { JsonObject, JsonValue } from '@writ/core';
import {
  defectOf,
  MAX_COMPOSITIONS,
  MAX_DEFINITION_DEPTH,
  MAX_DEFINITION_LENGTH,
  MAX_SCHEMAS,
} from './defects.ts';

const withSchema = (inputSchema: JsonValue): JsonObject => ({ name: 'tool', inputSchema });
const property = (schema: JsonObject): JsonObject => ({ type: 'object', properties: { a: schema } });

function nested(depth: number, around: (inner: JsonObject) => JsonObject): JsonObject {
  let value: JsonObject = {};
  for (let at = 0; at < depth; at += 1) value = around(value);
  return value;
}

describe('a definition is refused that is or holds', () => {
  test.each([
    ['a longer one', { name: 'tool', description: 'x'.repeat(MAX_DEFINITION_LENGTH) }],
    ['a deeper one', { name: 'tool', _meta: nested(MAX_DEFINITION_DEPTH, (inner) => ({ inner })) }],
    ['lists within lists', { name: 'tool', x: JSON.parse('['.repeat(70) + ']'.repeat(70)) }],
    ['more schemas', withSchema({ allOf: Array.from({ length: MAX_SCHEMAS }, () => ({})) })],
    ['a schema composed deeper', withSchema(nested(MAX_COMPOSITIONS + 1, (inner) => ({ not: inner })))],
    ['a schema that is none', withSchema('object')],
    ['an output schema that is none', { name: 'tool', outputSchema: [] }],
  ])('%s', (_why, definition) => {
    expect(defectOf(definition as JsonObject)).toMatchObject({ kind: 'malformed-definition' });
  });

  test.each([
    ['an address', withSchema(property({ $ref: 'https://example.com/schema.json' }))],
    [
      'an address in the answer',
      { name: 'tool', outputSchema: property({ $ref: 'http://169.254.169.254/' }) },
    ],
    ['a file', withSchema(property({ $ref: 'file:///etc/passwd' }))],
    [
      'a relative address',
      withSchema({ $id: 'https://example.com/', ...property({ $ref: 'other.json#/a' }) }),
    ],
    ['a dynamic one', withSchema({ items: [{ $dynamicRef: '//example.com/#a' }] })],
    ['one under a keyword that nobody knows', withSchema({ 'x-more': { $ref: 'https://example.com' } })],
    ['one in a definition', withSchema({ $defs: { a: { anyOf: [{ $ref: 'urn:a' }] } } })],
    ['one that is no text', withSchema({ $ref: { to: 'elsewhere' } })],
  ])('a reference to %s', (_why, definition) => {
    expect(defectOf(definition)).toMatchObject({ kind: 'remote-reference' });
  });
});

describe('a definition is usable that is', () => {
  test.each([
    [
      'one that refers to itself',
      withSchema({ $defs: { a: { type: 'string' } }, ...property({ $ref: '#/$defs/a' }) }),
    ],
    ['a property that is called like a reference', withSchema({ properties: { $ref: { type: 'string' } } })],
    ['a value that looks like a reference', withSchema(property({ const: { $ref: 'https://example.com' } }))],
    ['one that names its dialect', withSchema({ $schema: 'https://json-schema.org/draft/2020-12/schema' })],
    ['one as deep as allowed', { name: 'tool', x: nested(MAX_DEFINITION_DEPTH - 2, (inner) => ({ inner })) }],
    ['one without schemas', { name: 'tool' }],
  ])('%s', (_why, definition) => {
    expect(defectOf(definition)).toBeUndefined();
  });
});
