/** Tests that arguments are exactly as they were seen, as far as Cedar can compare them. */
import { isJsonObject, type JsonObject, type JsonValue } from '../../kernel/index.ts';
import { isJsonArray } from '../json-array.ts';
import type { Expression } from '../language/index.ts';
import type { ArgType, RecordType } from '../schema/index.ts';

/** Stands where no text is: printed, never placed. */
export const NOWHERE = { start: 0, end: 0 };

/** Tests, all of which hold for the arguments that were seen. */
export interface ArgumentTests {
  readonly tests: readonly Expression[];
  /** Arguments that may be otherwise than they were seen: there is no test for their value. Paths, `options.tags`. */
  readonly loose: readonly string[];
}

const ARGS: Expression = {
  kind: 'get',
  target: { kind: 'variable', name: 'context', ...NOWHERE },
  attribute: 'args',
  ...NOWHERE,
};

/**
 * Tests for `args`. `type` is that of the tool's arguments: each of them that was not given must be absent. Without it no tool is known, and of
 * `names` those that were not given must be absent. A list is compared as a set: order and repetition are not.
 */
export function testsOfArguments(
  args: JsonObject,
  type: RecordType | undefined,
  names: readonly string[],
): ArgumentTests {
  if (type !== undefined) return testsOfRecord(ARGS, args, type, '');
  return joined(
    [...names].sort().map((name) => {
      const value = Object.hasOwn(args, name) ? args[name] : undefined;
      return testsOfField(ARGS, name, { value, path: name });
    }),
  );
}

function testsOfRecord(
  target: Expression,
  given: JsonObject,
  type: RecordType,
  above: string,
): ArgumentTests {
  const names = [...new Set([...type.fields.keys(), ...Object.keys(given)])].sort();
  return joined(
    names.map((name) => {
      const path = `${above}${name}`;
      const value = Object.hasOwn(given, name) ? given[name] : undefined;
      const field = type.fields.get(name);
      // What has no type cannot be named in a policy at all.
      if (field === undefined || field.type.kind === 'untypable') return { tests: [], loose: [path] };
      return testsOfField(target, name, { value, path, type: field.type });
    }),
  );
}

interface SeenField {
  readonly value: JsonValue | undefined;
  readonly path: string;
  readonly type?: ArgType;
}

function testsOfField(target: Expression, name: string, { value, path, type }: SeenField): ArgumentTests {
  const there: Expression = { kind: 'has', target, path: [name], ...NOWHERE };
  if (value === undefined || value === null)
    return { tests: [{ kind: 'not', operand: there, ...NOWHERE }], loose: [] };
  const left: Expression = { kind: 'get', target, attribute: name, ...NOWHERE };
  if (type?.kind === 'record' && isJsonObject(value)) {
    const { tests, loose } = testsOfRecord(left, value, type, `${path}.`);
    return { tests: [there, ...tests], loose };
  }
  if (isJsonArray(value) && value.length === 0) {
    const isEmpty: Expression = { kind: 'method', name: 'isEmpty', target: left, args: [], ...NOWHERE };
    return { tests: [there, isEmpty], loose: [] };
  }
  const literal = literalOf(value, type);
  if (literal === undefined) return { tests: [there], loose: [path] };
  return { tests: [there, { kind: 'binary', operator: '==', left, right: literal, ...NOWHERE }], loose: [] };
}

/** A value as its type writes it; `undefined` where Cedar has no such value. */
function literalOf(value: JsonValue, type: ArgType | undefined): Expression | undefined {
  if (type?.kind === 'decimal') return typeof value === 'number' ? decimalOf(value) : undefined;
  if (typeof value === 'string') return { kind: 'string', value, ...NOWHERE };
  if (typeof value === 'boolean') return { kind: 'bool', value, ...NOWHERE };
  if (typeof value === 'number')
    return Number.isSafeInteger(value) ? { kind: 'long', value, ...NOWHERE } : undefined;
  if (type?.kind !== 'set' || !isJsonArray(value)) return undefined;
  const elements = value.map((element) => literalOf(element, type.element));
  return elements.every((element) => element !== undefined)
    ? { kind: 'set', elements, ...NOWHERE }
    : undefined;
}

/** At most four places; what has more was no decimal to the policies either. */
function decimalOf(value: number): Expression | undefined {
  const match = /^(-?\d+)(?:\.(\d{1,4}))?$/.exec(String(value));
  if (match === null) return undefined;
  const text = `${match[1]}.${match[2] ?? '0'}`;
  return { kind: 'call', name: 'decimal', args: [{ kind: 'string', value: text, ...NOWHERE }], ...NOWHERE };
}

function joined(all: readonly ArgumentTests[]): ArgumentTests {
  return { tests: all.flatMap(({ tests }) => tests), loose: all.flatMap(({ loose }) => loose) };
}
