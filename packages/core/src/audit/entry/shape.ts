/** Shapes of the values in an entry: one table says what may stand where, in which order it is written, and how a reader refuses the rest. */
import { Fault } from '../../kernel/index.ts';

/** One field of an object. */
export interface FieldShape {
  readonly name: string;
  readonly shape: Shape;
  readonly optional: boolean;
}

/** What a value must be. Lists and texts are bounded, so that an entry is. */
export type Shape =
  | { readonly type: 'text'; readonly pattern: RegExp; readonly expected: string }
  | { readonly type: 'integer'; readonly minimum: number; readonly maximum: number }
  | { readonly type: 'choice'; readonly values: ReadonlySet<unknown>; readonly expected: string }
  | { readonly type: 'nullable'; readonly of: Shape }
  | { readonly type: 'list'; readonly of: Shape; readonly maximum: number }
  /** An object with free keys of one pattern and whole numbers; keys sorted. */
  | { readonly type: 'counts'; readonly keys: RegExp; readonly maximum: number }
  | { readonly type: 'object'; readonly fields: readonly FieldShape[] };

/** Any characters that need no escaping in JSON. */
const PLAIN_TEXT = /^[\x20\x21\x23-\x5b\x5d-\x7e]*$/;

export function text(pattern: RegExp, expected: string): Shape {
  return { type: 'text', pattern, expected };
}

export function integer(minimum = 0, maximum: number = Number.MAX_SAFE_INTEGER): Shape {
  return { type: 'integer', minimum, maximum };
}

export function choice(...values: readonly (string | number)[]): Shape {
  return { type: 'choice', values: new Set(values), expected: `one of ${values.join(', ')}` };
}

export function nullable(of: Shape): Shape {
  return { type: 'nullable', of };
}

export function list(of: Shape, maximum: number): Shape {
  return { type: 'list', of, maximum };
}

export function counts(keys: RegExp, maximum: number): Shape {
  return { type: 'counts', keys, maximum };
}

/** An object with exactly these fields in this order; a name ending in `?` may be absent. */
export function object(fields: Readonly<Record<string, Shape>>): Shape {
  return {
    type: 'object',
    fields: Object.entries(fields).map(([name, shape]) => ({
      name: name.endsWith('?') ? name.slice(0, -1) : name,
      shape,
      optional: name.endsWith('?'),
    })),
  };
}

/** Prints `value` as JSON in the order of `shape`. Throws `entry.invalid` with the `path` of what does not fit, unknown fields included. */
export function print(shape: Shape, value: unknown, path: string): string {
  switch (shape.type) {
    case 'text':
    case 'choice':
    case 'integer':
      check(shape, value, path);
      return printScalar(value as string | number);
    case 'nullable':
      return value === null ? 'null' : print(shape.of, value, path);
    case 'list': {
      const items = requireList(shape, value, path);
      let out = '';
      for (let at = 0; at < items.length; at += 1) {
        out += (at === 0 ? '' : ',') + print(shape.of, items[at], `${path}[${at}]`);
      }
      return `[${out}]`;
    }
    case 'counts': {
      const record = requireRecord(value, path);
      const sorted = Object.fromEntries(Object.entries(record).toSorted(([a], [b]) => (a < b ? -1 : 1)));
      check(shape, sorted, path);
      return JSON.stringify(sorted);
    }
    case 'object':
      return `{${printFields(shape.fields, requireRecord(value, path), path)}}`;
    default:
      return shape satisfies never;
  }
}

/** The members of an object without its braces. */
export function printFields(
  fields: readonly FieldShape[],
  record: Readonly<Record<string, unknown>>,
  path: string,
): string {
  let out = '';
  let known = 0;
  for (const { name, shape, optional } of fields) {
    const value = record[name];
    if (value === undefined) {
      if (!optional) throw invalid(join(path, name), 'is missing');
      if (name in record) known += 1;
      continue;
    }
    known += 1;
    out += `${out === '' ? '' : ','}"${name}":${print(shape, value, join(path, name))}`;
  }
  let present = 0;
  for (const _name in record) present += 1;
  if (present !== known) {
    const unknown = Object.keys(record).find((key) => !fields.some(({ name }) => name === key)) ?? '';
    throw invalid(join(path, unknown), 'is not a field of an entry');
  }
  return out;
}

/** Checks a parsed `value`: unknown, missing and misplaced fields are refused. Throws `entry.invalid` with the `path`. */
export function check(shape: Shape, value: unknown, path: string): void {
  switch (shape.type) {
    case 'text':
      if (typeof value !== 'string' || !shape.pattern.test(value) || !value.isWellFormed()) {
        throw invalid(path, `is not ${shape.expected}`);
      }
      return;
    case 'integer':
      if (
        !Number.isSafeInteger(value) ||
        (value as number) < shape.minimum ||
        (value as number) > shape.maximum
      ) {
        throw invalid(path, `is not an integer from ${shape.minimum} to ${shape.maximum}`);
      }
      return;
    case 'choice':
      if (!shape.values.has(value)) throw invalid(path, `is not ${shape.expected}`);
      return;
    case 'nullable':
      if (value !== null) check(shape.of, value, path);
      return;
    case 'list':
      for (const [at, item] of requireList(shape, value, path).entries())
        check(shape.of, item, `${path}[${at}]`);
      return;
    case 'counts':
      checkCounts(shape, requireRecord(value, path), path);
      return;
    case 'object':
      checkFields(shape.fields, requireRecord(value, path), path);
      return;
    default:
      shape satisfies never;
  }
}

function checkFields(fields: readonly FieldShape[], record: Record<string, unknown>, path: string): void {
  let at = 0;
  for (const key of Object.keys(record)) {
    while (fields[at] !== undefined && fields[at]?.name !== key && fields[at]?.optional === true) at += 1;
    const field = fields[at];
    if (field?.name !== key) {
      const known = fields.some(({ name }) => name === key);
      throw invalid(
        join(path, key.slice(0, 80)),
        known ? 'is out of order, or a field before it is missing' : 'is not a field of an entry',
      );
    }
    check(field.shape, record[key], join(path, key));
    at += 1;
  }
  const missing = fields.slice(at).find(({ optional }) => !optional);
  if (missing !== undefined) throw invalid(join(path, missing.name), 'is missing');
}

function checkCounts(
  shape: Extract<Shape, { type: 'counts' }>,
  record: Record<string, unknown>,
  path: string,
): void {
  const keys = Object.keys(record);
  if (keys.length > shape.maximum) throw invalid(path, `has more than ${shape.maximum} members`);
  for (const [at, key] of keys.entries()) {
    if (!shape.keys.test(key) || (at > 0 && key <= (keys[at - 1] as string))) {
      throw invalid(join(path, key.slice(0, 80)), 'is not an expected key in sorted place');
    }
    check(integer(), record[key], join(path, key));
  }
}

function requireList(
  shape: Extract<Shape, { type: 'list' }>,
  value: unknown,
  path: string,
): readonly unknown[] {
  if (!Array.isArray(value)) throw invalid(path, 'is not a list');
  if (value.length > shape.maximum)
    throw invalid(path, `has ${value.length} items, at most ${shape.maximum} are accepted`);
  return value;
}

function requireRecord(value: unknown, path: string): Record<string, unknown> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value))
    return value as Record<string, unknown>;
  throw invalid(path, 'is not an object');
}

function printScalar(value: string | number): string {
  if (typeof value === 'number') return String(value);
  return PLAIN_TEXT.test(value) ? `"${value}"` : JSON.stringify(value);
}

function join(path: string, name: string): string {
  return path === '' ? name : `${path}.${name}`;
}

function invalid(path: string, problem: string): Fault {
  return new Fault('entry.invalid', `\`${path}\` of an entry ${problem}`, { path });
}
