// An independent reading of a compiled OCSF schema: says what is wrong with an event, and knows nothing of the code that makes events.
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';

type Json = Readonly<Record<string, unknown>>;

interface Attribute {
  readonly type: string;
  readonly object_type?: string;
  readonly is_array?: boolean;
  readonly requirement: string;
  readonly enum?: Readonly<Record<string, { readonly caption: string }>>;
  readonly sibling?: string;
  readonly profiles?: readonly string[] | null;
  readonly '@deprecated'?: unknown;
}

interface Shape {
  readonly attributes: Readonly<Record<string, Attribute>>;
  readonly constraints?: { readonly at_least_one?: readonly string[]; readonly just_one?: readonly string[] };
  readonly profiles?: readonly string[];
}

export interface OcsfClass extends Shape {
  readonly uid: number;
  readonly caption: string;
  readonly category_uid?: number;
  readonly category_name?: string;
}

interface ScalarType {
  readonly type?: string;
  readonly regex?: string;
  readonly max_len?: number;
  readonly range?: readonly [number, number];
}

export interface OcsfSchema {
  readonly version: string;
  readonly classes: Readonly<Record<string, OcsfClass>>;
  readonly objects: Readonly<Record<string, Shape>>;
  readonly dictionary: { readonly types: { readonly attributes: Readonly<Record<string, ScalarType>> } };
}

const MAX_INTEGER = 2 ** 31 - 1;

/** Reads a compiled, gzipped schema. */
export function readSchema(path: string): OcsfSchema {
  return JSON.parse(gunzipSync(readFileSync(path)).toString('utf8')) as OcsfSchema;
}

/** The class with this `class_uid`. */
export function classOf(schema: OcsfSchema, uid: unknown): OcsfClass | undefined {
  return Object.values(schema.classes).find((one) => one.uid === uid);
}

/** What is wrong with `event`, each with its path; empty for a valid one. */
export function ocsfProblems(schema: OcsfSchema, event: Json): readonly string[] {
  const found = classOf(schema, event['class_uid']);
  if (found === undefined) return [`class_uid: no class is ${String(event['class_uid'])}`];
  const metadata = (event['metadata'] ?? {}) as Json;
  const profiles = new Set((metadata['profiles'] ?? []) as readonly string[]);
  const problems = [...profiles]
    .filter((profile) => !(found.profiles ?? []).includes(profile))
    .map((profile) => `metadata.profiles: ${found.caption} has no profile ${profile}`);
  const expected = found.uid * 100 + Number(event['activity_id']);
  if (event['type_uid'] !== expected) problems.push(`type_uid: expected ${expected}`);
  if (event['class_name'] !== undefined && event['class_name'] !== found.caption)
    problems.push(`class_name: expected ${found.caption}`);
  if (
    event['category_name'] !== undefined &&
    event['category_name'] !== (found.category_name ?? 'Uncategorized')
  )
    problems.push(`category_name: expected ${found.category_name}`);
  const version = metadata['version'];
  if (typeof version !== 'string' || schema.version.replace(/-.*$/, '') !== version)
    problems.push(`metadata.version: not ${schema.version}`);
  return [...problems, ...shapeProblems({ schema, profiles }, found, event, '')];
}

interface Context {
  readonly schema: OcsfSchema;
  readonly profiles: ReadonlySet<string>;
}

function shapeProblems(context: Context, shape: Shape, value: Json, path: string): readonly string[] {
  const problems: string[] = [];
  const isActive = ({ profiles }: Attribute): boolean =>
    !profiles || profiles.length === 0 || profiles.some((profile) => context.profiles.has(profile));
  for (const [name, attribute] of Object.entries(shape.attributes))
    if (attribute.requirement === 'required' && isActive(attribute) && !Object.hasOwn(value, name))
      problems.push(`${path}${name}: required`);
  for (const [name, given] of Object.entries(value)) {
    const at = `${path}${name}`;
    const attribute = shape.attributes[name];
    if (attribute === undefined) problems.push(`${at}: unknown attribute`);
    else if (!isActive(attribute)) problems.push(`${at}: of a profile that is not named`);
    else {
      if (attribute['@deprecated'] !== undefined) problems.push(`${at}: deprecated`);
      problems.push(
        ...attributeProblems(context, attribute, given, at),
        ...siblingProblems(attribute, value, given, at),
      );
    }
  }
  const { at_least_one: some = [], just_one: one = [] } = shape.constraints ?? {};
  const present = (names: readonly string[]): number =>
    names.filter((name) => Object.hasOwn(value, name)).length;
  if (some.length > 0 && present(some) === 0) problems.push(`${path}: at least one of ${some.join(', ')}`);
  if (one.length > 0 && present(one) !== 1) problems.push(`${path}: just one of ${one.join(', ')}`);
  return problems;
}

function attributeProblems(
  context: Context,
  attribute: Attribute,
  value: unknown,
  path: string,
): readonly string[] {
  if (attribute.is_array === true) {
    if (!Array.isArray(value)) return [`${path}: not an array`];
    return value.flatMap((item, at) => itemProblems(context, attribute, item, `${path}[${at}]`));
  }
  return itemProblems(context, attribute, value, path);
}

function itemProblems(
  context: Context,
  attribute: Attribute,
  value: unknown,
  path: string,
): readonly string[] {
  const { type, object_type: objectType = '' } = attribute;
  if (type === 'json_t') return [];
  if (type === 'object_t') {
    if (typeof value !== 'object' || value === null || Array.isArray(value))
      return [`${path}: not an object`];
    // `object` is the one without attributes of its own.
    if (objectType === 'object') return [];
    const shape = context.schema.objects[objectType];
    if (shape === undefined) return [`${path}: the schema has no object ${objectType}`];
    return shapeProblems(context, shape, value as Json, `${path}.`);
  }
  const wrong = scalarProblem(context.schema, type, value);
  if (wrong !== undefined) return [`${path}: ${wrong}`];
  if (attribute.enum !== undefined && !Object.hasOwn(attribute.enum, String(value)))
    return [`${path}: ${String(value)} is none of its values`];
  return [];
}

function scalarProblem(schema: OcsfSchema, type: string, value: unknown): string | undefined {
  const declared = schema.dictionary.types.attributes[type];
  if (declared === undefined) return `the schema has no type ${type}`;
  const base = declared.type ?? type;
  if (base === 'boolean_t') return typeof value === 'boolean' ? undefined : 'not a boolean';
  if (base === 'float_t') return typeof value === 'number' ? undefined : 'not a number';
  if (base === 'long_t') return Number.isSafeInteger(value) ? undefined : 'not a long';
  if (base === 'integer_t') {
    if (!Number.isInteger(value) || Math.abs(value as number) > MAX_INTEGER) return 'not an integer';
    const [least, most] = declared.range ?? [-MAX_INTEGER, MAX_INTEGER];
    return (value as number) >= least && (value as number) <= most ? undefined : 'out of its range';
  }
  if (typeof value !== 'string') return 'not a string';
  if (declared.max_len !== undefined && value.length > declared.max_len) return 'too long';
  if (declared.regex !== undefined && !new RegExp(declared.regex).test(value)) return `not a ${type}`;
  return undefined;
}

/** The word beside a number is its caption, and there is one where the number is 99. */
function siblingProblems(attribute: Attribute, owner: Json, value: unknown, path: string): readonly string[] {
  const { sibling, enum: values } = attribute;
  if (sibling === undefined || values === undefined || Array.isArray(value)) return [];
  const word = owner[sibling];
  if (value === 99 && sibling !== 'type_name')
    return typeof word === 'string' && word !== '' ? [] : [`${path}: 99 without ${sibling}`];
  const caption = values[String(value)]?.caption;
  if (word === undefined || caption === undefined || word === caption) return [];
  return [`${path}: ${sibling} is not ${caption}`];
}
