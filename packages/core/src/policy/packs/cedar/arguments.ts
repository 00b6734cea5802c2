/** Constraints of arguments as Cedar conditions. */
import { didYouMean } from '../../language/index.ts';
import type { ArgumentConstraint, ArgumentPath, ArgumentTest, Literal } from '../form/index.ts';
import { type Compilation, declarePattern } from './scope.ts';
import { access, allOf, anyOf, hasAttribute, list, not, patternLiteral, stringLiteral } from './text.ts';
import { type ArgType, declaredArgument } from './tools.ts';

/** What is known of an argument over the tools of a rule. */
export interface Argument {
  /** `context.args.amount`. */
  readonly read: string;
  /** `context.args has amount`, or `undefined` where every call has it. */
  readonly present?: string;
  /** `undefined` where no tools are known. */
  readonly type?: ArgType;
}

/** The argument of a constraint over `tools`, or `undefined` after a problem. */
export function resolveArgument(
  path: ArgumentPath,
  tools: readonly string[],
  { known, issues }: Compilation,
): Argument | undefined {
  const read = path.steps.reduce(access, 'context.args');
  const presence = allOf(
    path.steps.map((step, index) =>
      hasAttribute(path.steps.slice(0, index).reduce(access, 'context.args'), step),
    ),
  );
  const present = presence === undefined ? {} : { present: presence };
  if (known.ids === undefined) return { read, ...present };
  const records = tools.flatMap((tool) => known.argumentsOf(tool) ?? []);
  const found = records.flatMap((record) => declaredArgument(record, path.steps) ?? []);
  const [first] = found;
  if (first === undefined) {
    const isUnknown = known.isOpen && tools.some((tool) => known.argumentsOf(tool) === undefined);
    if (tools.length === 0 || isUnknown) return { read, ...present };
    const names = records.flatMap((record) => [...record.fields.keys()]);
    const message = `no tool of the rule has the argument \`${path.text}\``;
    return issues.refuse(path.place, message, didYouMean(path.text, names), 'policy.unknown-attribute');
  }
  const odd = found.find(({ type }) => type.kind !== first.type.kind || type.kind === 'untypable');
  if (odd !== undefined) {
    const why =
      odd.type.kind === 'untypable'
        ? `no policy can judge the argument \`${path.text}\`: ${odd.type.reason}`
        : `the argument \`${path.text}\` is ${first.type.kind} for one tool and ${odd.type.kind} for another`;
    const hint = odd.type.kind === 'untypable' ? undefined : 'write a rule for each';
    return issues.refuse(path.place, why, hint, 'policy.type');
  }
  const always = found.length === tools.length && found.every((one) => one.always);
  return { read, type: first.type, ...(always ? {} : present) };
}

/** The condition that all `constraints` hold, absent arguments holding none; `undefined` where there are none. */
export function conditionOf(
  constraints: readonly ArgumentConstraint[],
  tools: readonly string[],
  compilation: Compilation,
): string | undefined {
  return allOf(
    constraints.flatMap((constraint) => {
      const argument = resolveArgument(constraint.argument, tools, compilation);
      if (argument === undefined) return [];
      const tests = constraint.tests.flatMap(
        (test) => compileTest(test, argument, constraint, compilation) ?? [],
      );
      return [...(argument.present === undefined ? [] : [argument.present]), ...tests];
    }),
  );
}

/** The condition that one of `constraints` is violated. `name` is the id of the policy, for patterns. */
export function violationOf(
  constraints: readonly ArgumentConstraint[],
  rule: { readonly tools: readonly string[]; readonly name: string },
  compilation: Compilation,
): string | undefined {
  return anyOf(
    constraints.flatMap((constraint) => {
      const argument = resolveArgument(constraint.argument, rule.tools, compilation);
      if (argument === undefined) return [];
      const tests = constraint.tests.flatMap(
        (test) => compileTest(test, argument, constraint, compilation, rule.tools) ?? [],
      );
      const lengths = lengthViolation(constraint, argument, rule, compilation);
      return [...presenceViolation(constraint, argument, tests), ...lengths];
    }),
  );
}

function presenceViolation(
  { required }: ArgumentConstraint,
  { present }: Argument,
  tests: readonly string[],
): readonly string[] {
  const holds = allOf(tests);
  if (present === undefined) return holds === undefined ? [] : [not(holds)];
  if (required) return [not(allOf([present, ...tests]) ?? present)];
  return holds === undefined ? [] : [`${present} && ${not(holds)}`];
}

function lengthViolation(
  { argument: path, tests }: ArgumentConstraint,
  { type }: Argument,
  { tools, name }: { readonly tools: readonly string[]; readonly name: string },
  compilation: Compilation,
): readonly string[] {
  let least = 0;
  let most = Number.MAX_SAFE_INTEGER;
  let used = false;
  for (const test of tests) {
    if (test.test !== 'min_length' && test.test !== 'max_length') continue;
    if (type !== undefined && type.kind !== 'string' && type.kind !== 'set')
      compilation.issues.refuse(
        test.place,
        `\`${path.text}\` is ${type.kind} and has no length`,
        undefined,
        'policy.type',
      );
    used = true;
    if (test.test === 'min_length') least = test.length;
    else most = test.length;
  }
  if (!used) return [];
  const where = { tools, argument: path.steps };
  return [declarePattern(compilation, `${name}/${path.text}`, where, { kind: 'length', least, most })];
}

/** One test; `undefined` after a problem, and for lengths, which Cedar cannot measure. */
function compileTest(
  test: ArgumentTest,
  argument: Argument,
  { argument: path }: ArgumentConstraint,
  compilation: Compilation,
  tools: readonly string[] = [],
): string | undefined {
  const { read, type } = argument;
  const { issues } = compilation;
  const refuse = (literal: { readonly place: ArgumentPath['place'] }, what: string): undefined =>
    issues.refuse(
      literal.place,
      `\`${path.text}\` is ${type?.kind ?? 'typed otherwise'}, ${what}`,
      undefined,
      'policy.type',
    );
  const literal = (value: Literal, of: ArgType | undefined): string | undefined => {
    const text = literalText(value, of);
    return text ?? refuse(value, `not ${value.kind}`);
  };
  switch (test.test) {
    case 'equals': {
      const value = literal(test.value, type);
      return value && `${read} == ${value}`;
    }
    case 'one_of':
    case 'none_of': {
      const isSet = type?.kind === 'set';
      const of = isSet ? type.element : type;
      const values = list(test.values.flatMap((value) => literal(value, of) ?? []));
      if (test.test === 'one_of') return `${values}.${isSet ? 'containsAll' : 'contains'}(${read})`;
      return not(isSet ? `${read}.containsAny(${values})` : `${values}.contains(${read})`);
    }
    case 'includes': {
      if (type !== undefined && type.kind !== 'set') return refuse(test.value, 'not a list');
      const value = literal(test.value, type?.element);
      return value && `${read}.contains(${value})`;
    }
    case 'min':
    case 'max':
    case 'above':
    case 'below':
      return compileOrder(test.test, read, literal(test.value, type), isDecimal(test.value, type));
    case 'like':
    case 'unlike': {
      if (type !== undefined && type.kind !== 'string') return refuse(test, 'not a text');
      const matches = `${read} like ${patternLiteral(test.glob)}`;
      return test.test === 'like' ? matches : not(matches);
    }
    case 'differs_from': {
      if (test.other === 'user.id') {
        if (type !== undefined && type.kind !== 'string') return refuse(test, 'not a text');
        return `context has user && ${read} != context.user.id`;
      }
      const other = resolveArgument(test.other, tools, compilation);
      return (
        other && allOf([...(other.present === undefined ? [] : [other.present]), `${read} != ${other.read}`])
      );
    }
    case 'min_length':
    case 'max_length':
      return undefined;
    default:
      return test satisfies never;
  }
}

const OPERATORS = { min: '>=', max: '<=', above: '>', below: '<' } as const;
const METHODS = {
  min: 'greaterThanOrEqual',
  max: 'lessThanOrEqual',
  above: 'greaterThan',
  below: 'lessThan',
} as const;

function compileOrder(
  test: keyof typeof OPERATORS,
  read: string,
  value: string | undefined,
  decimal: boolean,
): string | undefined {
  if (value === undefined) return undefined;
  return decimal ? `${read}.${METHODS[test]}(${value})` : `${read} ${OPERATORS[test]} ${value}`;
}

function isDecimal(value: Literal, type: ArgType | undefined): boolean {
  return type === undefined ? value.kind === 'decimal' : type.kind === 'decimal';
}

/** `value` as Cedar writes it for an argument of type `of`; `undefined` where it is not of that type. */
function literalText(value: Literal, of: ArgType | undefined): string | undefined {
  switch (value.kind) {
    case 'string':
      return of === undefined || of.kind === 'string' ? stringLiteral(value.text) : undefined;
    case 'boolean':
      return of === undefined || of.kind === 'boolean' ? String(value.value) : undefined;
    case 'integer':
      if (of === undefined || of.kind === 'long') return value.text;
      return of.kind === 'decimal' ? `decimal("${value.text}.0")` : undefined;
    case 'decimal':
      return of === undefined || of.kind === 'decimal' ? `decimal("${value.text}")` : undefined;
    default:
      return value satisfies never;
  }
}
