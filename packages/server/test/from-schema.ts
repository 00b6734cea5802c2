/** Values that a JSON Schema allows (2020-12, as far as the document of the API goes), for property tests. */
import fc from 'fast-check';
import { isJsonObject, type JsonObject, type JsonValue } from '@writ/core';

type Schema = JsonObject;

const MOST_ITEMS = 3;
const MOST_CHARACTERS = 40;

/** Values of `schema`. */
export function fromSchema(schema: Schema): fc.Arbitrary<JsonValue> {
  const { const: constant, enum: choices, type } = schema;
  if (constant !== undefined) return fc.constant(constant);
  if (Array.isArray(choices)) return fc.constantFrom(...choices);
  for (const union of ['anyOf', 'oneOf'] as const) {
    const members = schema[union];
    if (Array.isArray(members)) return fc.oneof(...members.map((member) => fromSchema(objectOf(member))));
  }
  const { allOf } = schema;
  if (Array.isArray(allOf))
    return fc
      .tuple(...allOf.map((member) => fromSchema(objectOf(member))))
      .map((parts) => Object.assign({}, ...parts) as JsonValue);
  switch (typeof type === 'string' ? type : 'anything') {
    case 'string':
      return strings(schema);
    case 'integer':
      return fc.integer(boundsOf(schema));
    case 'number':
      return fc.integer(boundsOf(schema));
    case 'boolean':
      return fc.boolean();
    case 'null':
      return fc.constant(null);
    case 'array':
      return arrays(schema);
    case 'object':
      return objects(schema);
    default:
      return fc.oneof(fc.string(), fc.boolean(), fc.integer(), fc.constant(null));
  }
}

function strings({ pattern, format, minLength, maxLength }: Schema): fc.Arbitrary<string> {
  if (format === 'email') return fc.constantFrom('ann@example.org', 'b.o.b@sub.example.org');
  if (format === 'uri') return fc.constantFrom('https://example.org/path', 'http://127.0.0.1:9/');
  const least = typeof minLength === 'number' ? minLength : 0;
  const most = typeof maxLength === 'number' ? maxLength : Math.max(MOST_CHARACTERS, least);
  const plain = fc.string({ minLength: least, maxLength: Math.max(least, Math.min(most, MOST_CHARACTERS)) });
  if (typeof pattern !== 'string' || pattern.includes('\\p')) return plain;
  const matching = new RegExp(pattern);
  // As often as it takes to be long enough: a filter would look for ever.
  return fc.stringMatching(matching).map((text) => {
    const fitted = text.repeat(Math.ceil(least / Math.max(text.length, 1)) || 1).slice(0, most);
    return matching.test(fitted) ? fitted : text;
  });
}

function arrays({ items, minItems, maxItems, prefixItems }: Schema): fc.Arbitrary<JsonValue> {
  if (Array.isArray(prefixItems))
    return fc.tuple(...prefixItems.map((item) => fromSchema(objectOf(item)))) as fc.Arbitrary<JsonValue>;
  const minLength = typeof minItems === 'number' ? minItems : 0;
  const most = Math.min(typeof maxItems === 'number' ? maxItems : MOST_ITEMS, MOST_ITEMS);
  return fc.array(fromSchema(objectOf(items)), { minLength, maxLength: Math.max(minLength, most) });
}

function objects({ properties, required, additionalProperties }: Schema): fc.Arbitrary<JsonValue> {
  if (properties === undefined)
    return fc.dictionary(fc.stringMatching(/^[a-z]{1,8}$/), fromSchema(objectOf(additionalProperties)), {
      maxKeys: MOST_ITEMS,
    }) as fc.Arbitrary<JsonValue>;
  const model = Object.fromEntries(
    Object.entries(objectOf(properties)).map(([name, schema]) => [name, fromSchema(objectOf(schema))]),
  );
  const requiredKeys = (Array.isArray(required) ? required : []).map(String).filter((name) => name in model);
  return fc.record(model, { requiredKeys, noNullPrototype: true }) as fc.Arbitrary<JsonValue>;
}

function boundsOf({ minimum, maximum, exclusiveMinimum }: Schema): { min: number; max: number } {
  const least = typeof minimum === 'number' ? minimum : undefined;
  const above = typeof exclusiveMinimum === 'number' ? exclusiveMinimum + 1 : undefined;
  const bound = (value: number): number =>
    Math.max(-2_147_483_648, Math.min(2_147_483_647, Math.trunc(value)));
  return {
    min: bound(least ?? above ?? -1_000_000),
    max: bound(typeof maximum === 'number' ? maximum : 1_000_000),
  };
}

function objectOf(value: JsonValue | undefined): JsonObject {
  return value !== undefined && isJsonObject(value) ? value : {};
}
