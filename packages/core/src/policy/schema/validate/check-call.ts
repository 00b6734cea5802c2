/** Functions and methods. */
import { type Expression } from '../../language/index.ts';
import { constructValue, isConstructor } from '../../value/index.ts';
import type { CheckAny } from './check-access.ts';
import { type Capabilities, type Checked, type Checker, NO_CAPABILITIES, tagCapability } from './checker.ts';
import { BOOL, type CheckedType, FALSE, LONG, printType, TRUE } from './types.ts';

type Of<Kind extends Expression['kind']> = Extract<Expression, { readonly kind: Kind }>;

const extension = (name: 'decimal' | 'ipaddr' | 'datetime' | 'duration'): CheckedType => ({
  kind: 'extension',
  name,
});
const DECIMAL = extension('decimal');
const IP = extension('ipaddr');
const DATETIME = extension('datetime');
const DURATION = extension('duration');

interface Signature {
  readonly operands: readonly CheckedType[];
  readonly result: CheckedType;
}

const compare = (type: CheckedType): Signature => ({ operands: [type, type], result: BOOL });
const of = (type: CheckedType, result: CheckedType): Signature => ({ operands: [type], result });

/** Methods of extension values, the receiver first. */
const METHODS: ReadonlyMap<string, Signature> = new Map([
  ['lessThan', compare(DECIMAL)],
  ['lessThanOrEqual', compare(DECIMAL)],
  ['greaterThan', compare(DECIMAL)],
  ['greaterThanOrEqual', compare(DECIMAL)],
  ['isIpv4', of(IP, BOOL)],
  ['isIpv6', of(IP, BOOL)],
  ['isLoopback', of(IP, BOOL)],
  ['isMulticast', of(IP, BOOL)],
  ['isInRange', compare(IP)],
  ['offset', { operands: [DATETIME, DURATION], result: DATETIME }],
  ['durationSince', { operands: [DATETIME, DATETIME], result: DURATION }],
  ['toDate', of(DATETIME, DATETIME)],
  ['toTime', of(DATETIME, DURATION)],
  ['toMilliseconds', of(DURATION, LONG)],
  ['toSeconds', of(DURATION, LONG)],
  ['toMinutes', of(DURATION, LONG)],
  ['toHours', of(DURATION, LONG)],
  ['toDays', of(DURATION, LONG)],
]);

/** `decimal("1.0")`: constructors take one literal, which must be right. */
export function checkCall(
  checker: Checker,
  expression: Of<'call'>,
  known: Capabilities,
  check: CheckAny,
): CheckedType | undefined {
  const { name, args } = expression;
  const [first, ...others] = args;
  if (!isConstructor(name))
    return checker.fail('extension-literal', expression, `\`${name}\` is no function`);
  if (first === undefined || others.length > 0)
    return checker.fail('extension-literal', expression, `\`${name}\` takes 1 argument, not ${args.length}`);
  check(checker, first, known);
  if (first.kind !== 'string')
    return checker.fail(
      'extension-literal',
      expression,
      `\`${name}\` takes a text that is written out, nothing computed`,
    );
  const type = extension(name === 'ip' ? 'ipaddr' : name);
  if (constructValue(name, first.value) !== undefined) return type;
  return checker.fail('extension-literal', first, `\`${first.value.slice(0, 60)}\` is no ${printType(type)}`);
}

/** Methods of sets, tags and extension values. */
export function checkMethod(
  checker: Checker,
  expression: Of<'method'>,
  known: Capabilities,
  check: CheckAny,
): Checked {
  const plain = (type: CheckedType | undefined): Checked => ({ type, known: NO_CAPABILITIES });
  const types = [expression.target, ...expression.args].map((operand) => check(checker, operand, known).type);
  switch (expression.name) {
    case 'contains':
    case 'containsAll':
    case 'containsAny':
    case 'isEmpty':
      return plain(checkSetMethod(checker, expression, types));
    case 'hasTag':
      return checkHasTag(checker, expression, types, known);
    case 'getTag':
      return plain(checkGetTag(checker, expression, types, known));
    default:
      return plain(checkExtensionMethod(checker, expression, types));
  }
}

type Types = readonly (CheckedType | undefined)[];

function checkSetMethod(
  checker: Checker,
  expression: Of<'method'>,
  [one, other]: Types,
): CheckedType | undefined {
  const isSet = ({ kind }: CheckedType): boolean => kind === 'set';
  const set = checker.expect(one, isSet, 'a Set', expression.target);
  if (expression.name === 'isEmpty') return set && BOOL;
  const [arg] = expression.args;
  if (arg === undefined) return undefined;
  if (expression.name === 'contains') {
    if (set?.kind !== 'set' || other === undefined) return undefined;
    return checker.unify(set.element, other, expression) && BOOL;
  }
  const second = checker.expect(other, isSet, 'a Set', arg);
  if (set === undefined || second === undefined) return undefined;
  return checker.unify(set, second, expression) && BOOL;
}

function tagsOf(
  checker: Checker,
  expression: Of<'method'>,
  [one, key]: Types,
): CheckedType | 'none' | undefined {
  const [arg] = expression.args;
  const entity = checker.expect(one, ({ kind }) => kind === 'entity', 'an entity', expression.target);
  const text = checker.expect(key, ({ kind }) => kind === 'string', 'String', arg ?? expression);
  if (entity?.kind !== 'entity' || text === undefined) return undefined;
  return checker.schema.entityTypes.get(entity.name)?.tags ?? 'none';
}

function checkHasTag(checker: Checker, expression: Of<'method'>, types: Types, known: Capabilities): Checked {
  const tags = tagsOf(checker, expression, types);
  const [key] = expression.args;
  if (tags === undefined || key === undefined) return { type: undefined, known: NO_CAPABILITIES };
  if (tags === 'none') return { type: FALSE, known: NO_CAPABILITIES };
  const capability = tagCapability(expression.target, key);
  return { type: known.has(capability) ? TRUE : BOOL, known: new Set([capability]) };
}

function checkGetTag(
  checker: Checker,
  expression: Of<'method'>,
  types: Types,
  known: Capabilities,
): CheckedType | undefined {
  const tags = tagsOf(checker, expression, types);
  const [key] = expression.args;
  if (tags === undefined || key === undefined) return undefined;
  if (tags === 'none') return checker.fail('unsafe-tag', expression, 'the entity type has no tags');
  if (known.has(tagCapability(expression.target, key))) return tags;
  return checker.fail('unsafe-tag', expression, 'the tag may be missing', {
    hint: 'test for it first with `.hasTag(…) && …`',
  });
}

function checkExtensionMethod(
  checker: Checker,
  expression: Of<'method'>,
  types: Types,
): CheckedType | undefined {
  const { name, target, args } = expression;
  const signature = METHODS.get(name);
  if (signature === undefined) return checker.fail('unexpected-type', expression, `\`${name}\` is no method`);
  const given = [target, ...args];
  if (given.length !== signature.operands.length)
    return checker.fail(
      'unexpected-type',
      expression,
      `\`${name}\` takes ${signature.operands.length - 1} arguments, not ${args.length}`,
    );
  const fits = signature.operands.map((wanted, index) => {
    const isWanted = (type: CheckedType): boolean => printType(type) === printType(wanted);
    return checker.expect(types[index], isWanted, printType(wanted), given[index] ?? expression);
  });
  return fits.includes(undefined) ? undefined : signature.result;
}
