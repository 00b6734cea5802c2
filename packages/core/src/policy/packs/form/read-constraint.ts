/** Reads what is said about arguments: `amount: { max: 500 }`. */
import type { Place } from '../../language/index.ts';
import type { IssueList } from '../issues.ts';
import type { ArgumentConstraint, ArgumentPath, ArgumentTest, Literal } from './document.ts';
import { described, Fields } from './fields.ts';
import type { PlacedValue } from './yaml.ts';

/** Deepest argument path. */
const MAX_STEPS = 8;
/** Longest list of values of one test. */
const MAX_VALUES = 1000;
/** Largest length a length test compares with, in UTF-16 units. */
const MAX_TEXT_LENGTH = 1_048_576;

const TESTS = [
  'equals',
  'one_of',
  'none_of',
  'min',
  'max',
  'above',
  'below',
  'like',
  'unlike',
  'includes',
  'min_length',
  'max_length',
  'differs_from',
] as const;
type Test = (typeof TESTS)[number];

/** Whether `required` and the tests that only a constraint can make are known here. */
export type ConstraintUse = 'condition' | 'constraint';

/** The constraints under `name`; empty where it is absent. Problems go to `issues`. */
export function readConstraints(
  fields: Fields,
  name: string,
  use: ConstraintUse,
  issues: IssueList,
): readonly ArgumentConstraint[] {
  const map = fields.map(name);
  if (map === undefined) return [];
  if (map.entries.size === 0) issues.refuse(map.place, `\`${name}\` names no argument`);
  return [...map.entries].flatMap(([written, entry]) => {
    const argument = readArgument(written, entry.place, issues);
    const tests = readTests(entry.value, use, issues);
    return argument === undefined || tests === undefined ? [] : [{ argument, ...tests }];
  });
}

/** The argument `text` names: `path`, `options.mode`. */
export function readArgument(text: string, place: Place, issues: IssueList): ArgumentPath | undefined {
  const steps = text.split('.');
  if (steps.length > MAX_STEPS || steps.includes(''))
    return issues.refuse(
      place,
      `the argument \`${text}\` is not written as names joined by dots, at most ${MAX_STEPS}`,
    );
  return { steps, text, place };
}

function readTests(
  value: PlacedValue,
  use: ConstraintUse,
  issues: IssueList,
): Omit<ArgumentConstraint, 'argument'> | undefined {
  if (value.kind === 'scalar') {
    const literal = readLiteral(value, issues);
    return literal && { required: false, tests: [{ test: 'equals', value: literal }] };
  }
  if (value.kind === 'list') {
    return { required: false, tests: [{ test: 'one_of', values: readLiterals(value, issues) }] };
  }
  const lengths: readonly string[] = ['min_length', 'max_length', 'differs_from'];
  const known =
    use === 'constraint' ? ['required', ...TESTS] : TESTS.filter((test) => !lengths.includes(test));
  const fields = new Fields(value, issues, known);
  const required = fields.boolean('required') ?? false;
  const tests = TESTS.flatMap((test) => {
    const read = known.includes(test) && fields.has(test) ? readTest(test, fields, issues) : undefined;
    return read === undefined ? [] : [read];
  });
  if (value.entries.size === 0) return issues.refuse(value.place, 'nothing is said about the argument');
  return { required, tests };
}

function readTest(test: Test, fields: Fields, issues: IssueList): ArgumentTest | undefined {
  const value = fields.value(test);
  if (value === undefined) return undefined;
  switch (test) {
    case 'equals':
    case 'includes': {
      const literal = readLiteral(value, issues);
      return literal && { test, value: literal };
    }
    case 'min':
    case 'max':
    case 'above':
    case 'below': {
      const literal = readLiteral(value, issues);
      if (literal === undefined) return undefined;
      if (literal.kind === 'integer' || literal.kind === 'decimal') return { test, value: literal };
      return issues.refuse(value.place, `\`${test}\` is ${described(value)}, expected a number`);
    }
    case 'one_of':
    case 'none_of':
      return { test, values: readLiterals(value, issues) };
    case 'like':
    case 'unlike': {
      const glob = fields.text(test, undefined, 'a pattern in which `*` stands for any characters');
      return glob && { test, glob: glob.text, place: glob.place };
    }
    case 'min_length':
    case 'max_length': {
      const length = fields.count(test, 0, MAX_TEXT_LENGTH);
      return length === undefined ? undefined : { test, length, place: value.place };
    }
    case 'differs_from': {
      const other = fields.text(test, /^(?:user\.id|args\..+)$/, '`user.id` or `args.` and an argument');
      if (other === undefined) return undefined;
      if (other.text === 'user.id') return { test, other: 'user.id', place: other.place };
      const argument = readArgument(other.text.slice('args.'.length), other.place, issues);
      return argument && { test, other: argument, place: other.place };
    }
    default:
      return test satisfies never;
  }
}

function readLiterals(value: PlacedValue, issues: IssueList): readonly Literal[] {
  if (value.kind !== 'list' || value.items.length === 0 || value.items.length > MAX_VALUES) {
    issues.refuse(
      value.place,
      `${described(value)} stands here, expected a list of 1 to ${MAX_VALUES} values`,
    );
    return [];
  }
  return value.items.flatMap((item) => readLiteral(item, issues) ?? []);
}

/** A text, a boolean, a 64-bit integer, or a number of at most four fractional digits; digits are kept as written. */
export function readLiteral(value: PlacedValue, issues: IssueList): Literal | undefined {
  if (value.kind === 'scalar') {
    const { place, source } = value;
    if (typeof value.value === 'string') return { kind: 'string', text: value.value, place };
    if (typeof value.value === 'boolean') return { kind: 'boolean', value: value.value, place };
    if (typeof value.value === 'bigint' && /^-?\d+$/.test(source)) {
      if (BigInt.asIntN(64, value.value) === value.value)
        return { kind: 'integer', text: value.value.toString(), place };
    } else if (typeof value.value === 'number' && /^-?\d{1,15}\.\d{1,4}$/.test(source)) {
      return { kind: 'decimal', text: source, place };
    }
  }
  return issues.refuse(
    value.place,
    `${described(value)} stands here, expected a text, a boolean, a 64-bit integer or a number of at most four fractional digits`,
  );
}
