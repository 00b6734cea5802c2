/** Which arguments are sent as headers, and what makes a definition invalid (MCP 2026-07-28, Streamable HTTP). */
import { describe, expect, test } from 'vitest';
import type { JsonObject } from '@writ/core';
import { defectOf } from './defects.ts';
import { headerAnnotations } from './header-annotations.ts';

const header = (name: unknown, type: unknown = 'string'): JsonObject =>
  ({ type, 'x-mcp-header': name }) as JsonObject;
const tool = (properties: JsonObject, more: JsonObject = {}): JsonObject => ({
  name: 'tool',
  inputSchema: { type: 'object', properties, ...more },
});

test('annotated properties are found at any depth, in order', () => {
  const definition = tool({
    region: header('Region'),
    where: {
      type: 'object',
      properties: { zone: header('zone-id', 'integer'), dry: header('Dry', 'boolean') },
    },
    plain: { type: 'string' },
  });
  expect(headerAnnotations(definition)).toEqual({
    annotations: [
      { path: ['region'], header: 'Region', type: 'string' },
      { path: ['where', 'zone'], header: 'zone-id', type: 'integer' },
      { path: ['where', 'dry'], header: 'Dry', type: 'boolean' },
    ],
  });
  expect(defectOf(definition)).toBeUndefined();
});

test.each([
  ['no schema', { name: 'tool' }],
  ['no annotation', tool({ a: { type: 'string' } })],
  ['a property that is called like the annotation', tool({ 'x-mcp-header': { type: 'string' } })],
  ['a value that looks like one', tool({ a: { type: 'object', default: { 'x-mcp-header': 'no header' } } })],
])('%s is no annotation', (_why, definition) => {
  expect(headerAnnotations(definition)).toEqual({ annotations: [] });
});

describe('a definition is invalid', () => {
  test.each([
    ['an empty name', tool({ a: header('') })],
    ['a name with a space', tool({ a: header('My Region') })],
    ['a name that ends the header', tool({ a: header('a\r\nX-Evil: 1') })],
    ['a name with a colon', tool({ a: header('a:b') })],
    ['a name outside of ASCII', tool({ a: header('Région') })],
    ['a name that is no text', tool({ a: header(1) })],
    ['a number', tool({ a: header('A', 'number') })],
    ['an object', tool({ a: header('A', 'object') })],
    ['a list of types', tool({ a: header('A', ['string', 'null']) })],
    ['no type', tool({ a: { 'x-mcp-header': 'A' } })],
    ['the same name twice', tool({ a: header('Region'), b: header('region') })],
    ['an item of a list', tool({ a: { type: 'array', items: header('A') } })],
    ['a branch', tool({ a: { anyOf: [header('A')] } })],
    ['a property of a branch', tool({}, { if: { properties: { a: header('A') } } })],
    ['a definition to refer to', tool({}, { $defs: { a: header('A') } })],
    ['any further property', tool({}, { additionalProperties: header('A') })],
    ['the schema itself', tool({}, { 'x-mcp-header': 'A' })],
  ])('with an annotation on %s', (_why, definition) => {
    expect(headerAnnotations(definition)).toHaveProperty('problem');
    expect(defectOf(definition)).toMatchObject({ kind: 'invalid-header-annotation' });
  });
});
