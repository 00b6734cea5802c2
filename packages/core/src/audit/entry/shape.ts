/** Shapes of the values in an entry: one table says what may stand where, in which order it is written, and how a reader refuses the rest. */
import { Fault } from '../../kernel/index.ts';
import { isPlainPattern, PLAIN_TEXT } from './plain-text.ts';

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
  /** Each value with its JSON text. */
  | { readonly type: 'choice'; readonly values: ReadonlyMap<unknown, string>; readonly expected: string }
  | { readonly type: 'nullable'; readonly of: Shape }
  | { readonly type: 'list'; readonly of: Shape; readonly maximum: number }
  /** An object with free keys of one pattern and whole numbers; keys sorted. */
  | { readonly type: 'counts'; readonly keys: RegExp; readonly maximum: number }
  | { readonly type: 'object'; readonly fields: readonly FieldShape[] };

export function text(pattern: RegExp, expected: string): Shape {
  return { type: 'text', pattern, expected };
}

export function integer(minimum = 0, maximum: number = Number.MAX_SAFE_INTEGER): Shape {
  return { type: 'integer', minimum, maximum };
}

export function choice(...values: readonly (string | number)[]): Shape {
  return {
    type: 'choice',
    values: new Map(values.map((value) => [value, JSON.stringify(value)])),
    expected: `one of ${values.join(', ')}`,
  };
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

/** Prints the members of an object, without its braces. */
export type FieldsPrinter = (record: Readonly<Record<string, unknown>>) => string;

/**
 * A printer of `fields` in their order, made once and used for every entry. Printing is checking: what was printed is read back by
 * {@link check}. It throws `entry.invalid` with the `path` of what does not fit, unknown fields included; `apart` may be there and is not printed.
 */
export function fieldsPrinter(fields: readonly FieldShape[], apart?: string): FieldsPrinter {
  const print = membersPrinter(fields, apart);
  return (record) => located(() => print(record));
}

/** Checks a parsed `value`: unknown, missing and misplaced fields are refused. Throws `entry.invalid` with the `path`. */
export function check(shape: Shape, value: unknown): void {
  located(() => checkValue(shape, value));
}

/** What does not fit. Each level adds its own step on the way up, so that nothing is spent on paths while all fits. */
class Misfit extends Error {
  #path = '';

  get path(): string {
    return this.#path;
  }

  under(step: string): this {
    this.#path =
      this.#path === '' || this.#path.startsWith('[') ? `${step}${this.#path}` : `${step}.${this.#path}`;
    return this;
  }
}

function located<Value>(run: () => Value): Value {
  try {
    return run();
  } catch (misfit) {
    if (!(misfit instanceof Misfit)) throw misfit;
    const { path, message: problem } = misfit;
    throw new Fault('entry.invalid', `\`${path}\` of an entry ${problem}`, { path });
  }
}

type Printer = (value: unknown) => string;

function printerOf(shape: Shape): Printer {
  switch (shape.type) {
    case 'text': {
      const isPlain = isPlainPattern(shape.pattern);
      // Most fields hold what they held in the entry before: what fitted then is not looked at again.
      let last: string | undefined;
      let printed = '';
      return (value) => {
        if (value === last && last !== undefined) return printed;
        if (typeof value !== 'string' || !shape.pattern.test(value))
          throw new Misfit(`is not ${shape.expected}`);
        if (isPlain || PLAIN_TEXT.test(value)) printed = `"${value}"`;
        else {
          checkValue(shape, value);
          printed = JSON.stringify(value);
        }
        last = value;
        return printed;
      };
    }
    case 'choice':
      return (value) => {
        const printed = shape.values.get(value);
        if (printed === undefined) throw new Misfit(`is not ${shape.expected}`);
        return printed;
      };
    case 'integer':
      return (value) => {
        checkValue(shape, value);
        return String(value);
      };
    case 'nullable': {
      const print = printerOf(shape.of);
      return (value) => (value === null ? 'null' : print(value));
    }
    case 'list': {
      const print = printerOf(shape.of);
      return (value) => printItems(print, requireList(shape, value));
    }
    case 'counts':
      return (value) => printCounts(shape, requireRecord(value));
    case 'object': {
      const print = membersPrinter(shape.fields);
      return (value) => `{${print(requireRecord(value))}}`;
    }
    default:
      return shape satisfies never;
  }
}

function printCounts(shape: Extract<Shape, { type: 'counts' }>, record: Record<string, unknown>): string {
  const sorted = Object.fromEntries(Object.entries(record).toSorted(([a], [b]) => (a < b ? -1 : 1)));
  checkValue(shape, sorted);
  return JSON.stringify(sorted);
}

function printItems(print: Printer, items: readonly unknown[]): string {
  let out = '[';
  let at = 0;
  try {
    for (; at < items.length; at += 1) out += (at === 0 ? '' : ',') + print(items[at]);
  } catch (misfit) {
    throw misfit instanceof Misfit ? misfit.under(`[${at}]`) : misfit;
  }
  return `${out}]`;
}

function membersPrinter(fields: readonly FieldShape[], apart?: string): FieldsPrinter {
  const members = fields.map(({ name, shape, optional }) => ({
    name,
    optional,
    opening: `"${name}":`,
    print: printerOf(shape),
  }));
  return (record) => {
    let out = '';
    let known = apart !== undefined && apart in record ? 1 : 0;
    let at = 0;
    try {
      for (; at < members.length; at += 1) {
        const { name, optional, opening, print } = members[at] as (typeof members)[number];
        const value = record[name];
        if (value === undefined) {
          if (!optional) throw new Misfit('is missing');
          if (name in record) known += 1;
          continue;
        }
        known += 1;
        out += (out === '' ? opening : `,${opening}`) + print(value);
      }
    } catch (misfit) {
      throw misfit instanceof Misfit ? misfit.under((members[at] as (typeof members)[number]).name) : misfit;
    }
    if (Object.keys(record).length !== known) throw unknownField(fields, record, apart);
    return out;
  };
}

function unknownField(
  fields: readonly FieldShape[],
  record: Readonly<Record<string, unknown>>,
  apart: string | undefined,
): Misfit {
  const isKnown = (key: string): boolean => key === apart || fields.some(({ name }) => name === key);
  const unknown = Object.keys(record).find((key) => !isKnown(key)) ?? '';
  return new Misfit('is not a field of an entry').under(unknown.slice(0, 80));
}

function checkValue(shape: Shape, value: unknown): void {
  switch (shape.type) {
    case 'text':
      if (typeof value !== 'string' || !shape.pattern.test(value) || !value.isWellFormed()) {
        throw new Misfit(`is not ${shape.expected}`);
      }
      return;
    case 'integer':
      if (
        !Number.isSafeInteger(value) ||
        (value as number) < shape.minimum ||
        (value as number) > shape.maximum
      ) {
        throw new Misfit(`is not an integer from ${shape.minimum} to ${shape.maximum}`);
      }
      return;
    case 'choice':
      if (!shape.values.has(value)) throw new Misfit(`is not ${shape.expected}`);
      return;
    case 'nullable':
      if (value !== null) checkValue(shape.of, value);
      return;
    case 'list':
      for (const [at, item] of requireList(shape, value).entries())
        within(`[${at}]`, () => checkValue(shape.of, item));
      return;
    case 'counts':
      checkCounts(shape, requireRecord(value));
      return;
    case 'object':
      checkFields(shape.fields, requireRecord(value));
      return;
    default:
      shape satisfies never;
  }
}

function checkFields(fields: readonly FieldShape[], record: Record<string, unknown>): void {
  let at = 0;
  for (const key of Object.keys(record)) {
    while (fields[at] !== undefined && fields[at]?.name !== key && fields[at]?.optional === true) at += 1;
    const field = fields[at];
    if (field?.name !== key) {
      const known = fields.some(({ name }) => name === key);
      const problem = known
        ? 'is out of order, or a field before it is missing'
        : 'is not a field of an entry';
      throw new Misfit(problem).under(key.slice(0, 80));
    }
    within(key, () => checkValue(field.shape, record[key]));
    at += 1;
  }
  const missing = fields.slice(at).find(({ optional }) => !optional);
  if (missing !== undefined) throw new Misfit('is missing').under(missing.name);
}

function checkCounts(shape: Extract<Shape, { type: 'counts' }>, record: Record<string, unknown>): void {
  const keys = Object.keys(record);
  if (keys.length > shape.maximum) throw new Misfit(`has more than ${shape.maximum} members`);
  for (const [at, key] of keys.entries()) {
    if (!shape.keys.test(key) || (at > 0 && key <= (keys[at - 1] as string))) {
      throw new Misfit('is not an expected key in sorted place').under(key.slice(0, 80));
    }
    within(key, () => checkValue(integer(), record[key]));
  }
}

function within(step: string, run: () => void): void {
  try {
    run();
  } catch (misfit) {
    throw misfit instanceof Misfit ? misfit.under(step) : misfit;
  }
}

function requireList(shape: Extract<Shape, { type: 'list' }>, value: unknown): readonly unknown[] {
  if (!Array.isArray(value)) throw new Misfit('is not a list');
  if (value.length > shape.maximum) {
    throw new Misfit(`has ${value.length} items, at most ${shape.maximum} are accepted`);
  }
  return value;
}

function requireRecord(value: unknown): Record<string, unknown> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    return value as Record<string, unknown>;
  }
  throw new Misfit('is not an object');
}
