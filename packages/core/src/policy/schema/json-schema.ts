/** Reads a tool's `inputSchema` (JSON Schema 2020-12) as far as policies can judge it; the rest is named, never guessed. */
import { isJsonObject, type JsonObject, type JsonValue, ownProperty } from '../../kernel/index.ts';
import { isJsonArray, textOf } from '../json-array.ts';
import type { ArgField, ArgType } from './arg-types.ts';

/** Deepest nesting of typed arguments. */
const MAX_DEPTH = 16;
/** Most properties typed in one tool; the rest is untypable. */
const MAX_PROPERTIES = 2048;
/** Names that mean something else in the JSON form of Cedar values, or in JavaScript. */
const RESERVED = new Set(['__entity', '__extn', '__expr', '__proto__']);
/** Keywords beside which a `type` alone does not say what is meant. */
const COMBINATORS = ['anyOf', 'oneOf', 'allOf', 'not', 'if', '$dynamicRef'] as const;

interface Reader {
  readonly root: JsonObject;
  left: number;
}

interface Typed {
  readonly type: ArgType;
  readonly nullable: boolean;
}

/** The type of a tool's arguments. Anything but an object with properties is untypable. */
export function readInputSchema(schema: JsonObject): ArgType {
  const { type, nullable } = read({ root: schema, left: MAX_PROPERTIES }, schema, 0);
  if (type.kind === 'untypable' && isEmptyObject(schema)) return { kind: 'record', fields: new Map() };
  return nullable ? untypable('the arguments may be null') : type;
}

function isEmptyObject(schema: JsonObject): boolean {
  return schema['type'] === 'object' && COMBINATORS.every((keyword) => !Object.hasOwn(schema, keyword));
}

function read(reader: Reader, schema: JsonValue | undefined, depth: number): Typed {
  if (!isJsonObject(schema)) return plain(untypable('its schema says nothing'));
  if (depth > MAX_DEPTH) return plain(untypable(`nested deeper than ${MAX_DEPTH} levels, or recursive`));
  const reference = ownProperty(schema, '$ref');
  if (reference !== undefined) {
    const target = resolve(reader.root, reference);
    return target === undefined
      ? plain(untypable('a `$ref` that is not local'))
      : read(reader, target, depth + 1);
  }
  const combinator = COMBINATORS.find((keyword) => Object.hasOwn(schema, keyword));
  if (combinator !== undefined) return readCombined(reader, schema, combinator, depth);
  return readPlain(reader, schema, depth);
}

/** `anyOf`, `oneOf` and `allOf` of one alternative, with or without `null`, are that alternative; all others are unions. */
function readCombined(reader: Reader, schema: JsonObject, combinator: string, depth: number): Typed {
  const alternatives = ownProperty(schema, combinator);
  const others = COMBINATORS.filter((keyword) => Object.hasOwn(schema, keyword)).length > 1;
  if (!isJsonArray(alternatives) || others || Object.hasOwn(schema, 'properties')) {
    return plain(untypable(`\`${combinator}\``));
  }
  const isNull = (one: JsonValue): boolean =>
    isJsonObject(one) && (one['type'] === 'null' || one['const'] === null);
  const values = alternatives.filter((one) => !isNull(one));
  const hasNull = values.length < alternatives.length;
  if (values.length !== 1 || (hasNull && combinator === 'allOf'))
    return plain(untypable(`a union (\`${combinator}\`)`));
  const typed = read(reader, values[0], depth + 1);
  return { type: typed.type, nullable: typed.nullable || hasNull };
}

function readPlain(reader: Reader, schema: JsonObject, depth: number): Typed {
  const listed = Object.hasOwn(schema, 'const') ? [schema['const'] ?? null] : ownProperty(schema, 'enum');
  const named = namedTypes(schema, listed);
  const nullable = named.includes('null');
  const kinds = named.filter((kind) => kind !== 'null');
  if (kinds.length !== 1)
    return plain(untypable(kinds.length === 0 ? 'no type is declared' : 'a union of types'));
  const values = isJsonArray(listed) ? listed.filter((value) => value !== null) : undefined;
  return {
    type: readKind(reader, schema, kinds[0] ?? '', values, depth),
    nullable,
  };
}

/** The types a schema names, or those of the values it lists. */
function namedTypes(schema: JsonObject, listed: JsonValue | undefined): readonly string[] {
  const type = ownProperty(schema, 'type');
  if (typeof type === 'string') return [type];
  if (isJsonArray(type)) return type.map(textOf);
  if (isJsonArray(listed)) return [...new Set(listed.map((value) => kindOf(value)))];
  return Object.hasOwn(schema, 'properties') ? ['object'] : [];
}

function kindOf(value: JsonValue): string {
  if (value === null) return 'null';
  if (isJsonArray(value)) return 'array';
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'number';
  return typeof value;
}

function readKind(
  reader: Reader,
  schema: JsonObject,
  kind: string,
  values: readonly JsonValue[] | undefined,
  depth: number,
): ArgType {
  if (values?.some((value) => kindOf(value) !== kind)) return untypable('a list of values of several types');
  const limited = values === undefined ? {} : { values: new Set(values) };
  switch (kind) {
    case 'string':
      return { kind: 'string', ...limited };
    case 'integer':
      return { kind: 'long', ...limited };
    case 'number':
      return values === undefined ? { kind: 'decimal' } : untypable('a list of decimal values');
    case 'boolean':
      return { kind: 'boolean' };
    case 'array':
      return readArray(reader, schema, depth);
    case 'object':
      return readObject(reader, schema, depth);
    default:
      return untypable(`unknown type \`${kind}\``);
  }
}

function readArray(reader: Reader, schema: JsonObject, depth: number): ArgType {
  if (Object.hasOwn(schema, 'prefixItems') || isJsonArray(schema['items'])) return untypable('a tuple');
  const element = read(reader, ownProperty(schema, 'items'), depth + 1);
  if (element.nullable) return untypable('a list that may hold null');
  if (element.type.kind === 'untypable')
    return untypable(`a list whose elements are not typed: ${element.type.reason}`);
  return { kind: 'set', element: element.type };
}

function readObject(reader: Reader, schema: JsonObject, depth: number): ArgType {
  const properties = ownProperty(schema, 'properties');
  if (!isJsonObject(properties) || Object.keys(properties).length === 0)
    return untypable('an object of free form');
  const listed = ownProperty(schema, 'required');
  const required = new Set(isJsonArray(listed) ? listed : []);
  const fields = new Map<string, ArgField>();
  for (const [name, member] of Object.entries(properties)) {
    const { type, nullable } = readField(reader, name, member, depth);
    fields.set(name, { type, nullable, required: required.has(name) });
  }
  return { kind: 'record', fields };
}

function readField(reader: Reader, name: string, schema: JsonValue, depth: number): Typed {
  reader.left -= 1;
  if (reader.left < 0) return plain(untypable(`more than ${MAX_PROPERTIES} properties`));
  if (RESERVED.has(name) || !name.isWellFormed()) return plain(untypable('a reserved name'));
  return read(reader, schema, depth + 1);
}

/** The target of a local JSON Pointer, `#/$defs/item`. */
function resolve(root: JsonObject, reference: JsonValue): JsonValue | undefined {
  if (typeof reference !== 'string' || !(reference === '#' || reference.startsWith('#/'))) return undefined;
  let at: JsonValue | undefined = root;
  for (const step of reference.split('/').slice(1)) {
    const key = step.replaceAll('~1', '/').replaceAll('~0', '~');
    if (isJsonArray(at)) at = at[Number(key)];
    else at = isJsonObject(at) ? ownProperty(at, key) : undefined;
  }
  return at;
}

function plain(type: ArgType): Typed {
  return { type, nullable: false };
}

function untypable(reason: string): ArgType {
  return { kind: 'untypable', reason };
}
