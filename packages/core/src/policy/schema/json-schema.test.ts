/** How JSON Schema becomes types that policies can judge. */
import { describe, expect, test } from 'vitest';
import type { JsonObject, JsonValue } from '../../kernel/index.ts';
import type { ArgType } from './arg-types.ts';
import { readInputSchema } from './json-schema.ts';

/** The type of one property `x`, with `$defs` beside it. */
function typed(
  schema: JsonValue,
  rest: JsonObject = {},
): { readonly type: ArgType; readonly nullable: boolean } {
  const root = readInputSchema({ type: 'object', properties: { x: schema }, ...rest });
  const field = root.kind === 'record' ? root.fields.get('x') : undefined;
  if (field === undefined) throw new Error('the property was not read');
  return field;
}

describe('what can be typed', () => {
  test.each([
    ['a text', { type: 'string', format: 'date-time' }, { kind: 'string' }],
    ['an integer', { type: 'integer', minimum: 0 }, { kind: 'long' }],
    ['a number', { type: 'number' }, { kind: 'decimal' }],
    ['a boolean', { type: 'boolean' }, { kind: 'boolean' }],
    ['a list', { type: 'array', items: { type: 'integer' } }, { kind: 'set', element: { kind: 'long' } }],
    ['texts listed', { enum: ['a', 'b'] }, { kind: 'string', values: new Set(['a', 'b']) }],
    ['a constant', { const: 3 }, { kind: 'long', values: new Set([3]) }],
    ['one alternative', { anyOf: [{ type: 'string' }] }, { kind: 'string' }],
    ['all of one', { allOf: [{ $ref: '#/$defs/text' }] }, { kind: 'string' }],
    ['a local reference', { $ref: '#/$defs/text' }, { kind: 'string' }],
    ['a reference with an escape', { $ref: '#/$defs/a~1b' }, { kind: 'long' }],
  ] as const)('%s', (_what, schema, type) => {
    const rest = { $defs: { text: { type: 'string' }, 'a/b': { type: 'integer' } } };
    expect(typed(schema, rest)).toMatchObject({ type, nullable: false });
  });

  test.each([
    ['a type beside null', { type: ['string', 'null'] }],
    ['null first', { type: ['null', 'string'] }],
    ['an alternative beside null', { anyOf: [{ type: 'string' }, { type: 'null' }] }],
    ['one of two', { oneOf: [{ const: null }, { type: 'string' }] }],
  ] as const)('%s is nullable', (_what, schema) => {
    expect(typed(schema)).toMatchObject({ type: { kind: 'string' }, nullable: true });
  });

  test('objects in objects', () => {
    const { type } = typed({ type: 'object', properties: { y: { type: 'string' } }, required: ['y'] });
    expect(type.kind === 'record' && type.fields.get('y')).toMatchObject({
      type: { kind: 'string' },
      required: true,
    });
  });
});

describe('what cannot be typed says why', () => {
  test.each([
    ['a union', { type: ['string', 'integer'] }, /union/],
    ['alternatives', { anyOf: [{ type: 'string' }, { type: 'integer' }] }, /union/],
    ['alternatives beside alternatives', { anyOf: [{}], oneOf: [{}] }, /anyOf/],
    ['a condition', { type: 'string', if: {} }, /if/],
    ['no type', {}, /no type/],
    ['anything', true, /says nothing/],
    ['a free object', { type: 'object', additionalProperties: { type: 'string' } }, /free form/],
    ['a tuple', { type: 'array', prefixItems: [{ type: 'string' }] }, /tuple/],
    ['a list of anything', { type: 'array' }, /not typed/],
    ['a list with null', { type: 'array', items: { type: ['string', 'null'] } }, /null/],
    ['a remote reference', { $ref: 'https://example.org/schema' }, /not local/],
    ['a dangling reference', { $ref: '#/$defs/none' }, /not local/],
    ['a reference to itself', { $ref: '#/$defs/loop' }, /recursive/],
    ['values of several types', { enum: ['a', 1] }, /union/],
    ['a list of decimals', { type: 'number', enum: [1.5] }, /values/],
    ['an unknown type', { type: 'date' }, /unknown type `date`/],
  ] as const)('%s', (_what, schema, reason) => {
    const { type } = typed(schema, { $defs: { loop: { $ref: '#/$defs/loop' } } });
    expect(type).toMatchObject({ kind: 'untypable', reason: expect.stringMatching(reason) as string });
  });

  test.each(['__proto__', '__entity', '__extn'])('the reserved name `%s`', (name) => {
    const properties = JSON.parse(`{${JSON.stringify(name)}:{"type":"string"}}`) as JsonObject;
    const root = readInputSchema({ type: 'object', properties });
    expect(root.kind === 'record' && root.fields.get(name)?.type.kind).toBe('untypable');
  });

  test('a tree that refers to itself ends', () => {
    const node = {
      type: 'object',
      properties: { next: { $ref: '#/$defs/node' }, value: { type: 'string' } },
    };
    expect(() => typed({ $ref: '#/$defs/node' }, { $defs: { node } })).not.toThrow();
  });

  test('a schema that doubles at every level ends', () => {
    const $defs: Record<string, JsonValue> = { d0: { type: 'string' } };
    for (let level = 1; level < 16; level += 1) {
      const ref = { $ref: `#/$defs/d${level - 1}` };
      $defs[`d${level}`] = { type: 'object', properties: { a: ref, b: ref, c: ref, d: ref } };
    }
    expect(() => typed({ $ref: '#/$defs/d15' }, { $defs })).not.toThrow();
  });
});
