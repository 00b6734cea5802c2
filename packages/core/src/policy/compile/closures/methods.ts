/** Functions and methods: of sets, of tags and of extensions. */
import {
  CedarSet,
  constructValue,
  Datetime,
  Decimal,
  Duration,
  IpAddress,
  isConstructor,
  MS_PER_DAY,
  MS_PER_HOUR,
  MS_PER_MINUTE,
  MS_PER_SECOND,
  printUid,
  type Value,
} from '../../value/index.ts';
import { requireUid } from './access.ts';
import { type Environment, EvaluationFailure } from './environment.ts';
import { kindOf } from './kinds.ts';

/** A function of evaluated operands, the receiver first. */
export type Operation = (operands: readonly Value[], environment: Environment) => Value;

interface Signature {
  readonly count: number;
  readonly apply: Operation;
}

/** The operation called `name` over `count` operands; the wrong count is an error when it is evaluated. `undefined` for an unknown name. */
export function operationOf(name: string, count: number): Operation | undefined {
  const signature = OPERATIONS.get(name);
  if (signature === undefined || signature.count === count) return signature?.apply;
  return () => {
    throw new EvaluationFailure(`\`${name}\` takes ${signature.count} operands, not ${count}`);
  };
}

type Kind<Type> = { readonly name: string; readonly is: (value: Value) => value is Type & Value };
const kind = <Type extends Value>(name: string, type: new (...args: never[]) => Type): Kind<Type> => ({
  name,
  is: (value): value is Type => value instanceof type,
});
const SET = kind('set', CedarSet);
const DECIMAL = kind('decimal', Decimal);
const IP = kind('ipaddr', IpAddress);
const DATETIME = kind('datetime', Datetime);
const DURATION = kind('duration', Duration);
const STRING: Kind<string> = { name: 'string', is: (value): value is string => typeof value === 'string' };
const ANY: Kind<Value> = { name: 'value', is: (value): value is Value => value !== undefined };

function required<Type>(value: Value | undefined, wanted: Kind<Type>, name: string): Type {
  if (value !== undefined && wanted.is(value)) return value;
  const found = value === undefined ? 'nothing' : `a ${kindOf(value)}`;
  throw new EvaluationFailure(`\`${name}\` needs a ${wanted.name}, found ${found}`);
}

type Entry = readonly [string, Signature];

function unary<One>(name: string, one: Kind<One>, apply: (value: One) => Value | undefined): Entry {
  return [
    name,
    {
      count: 1,
      apply: ([value]) => orFail(apply(required(value, one, name)), name),
    },
  ];
}

function binary<One, Other>(
  name: string,
  kinds: readonly [Kind<One>, Kind<Other>],
  apply: (one: One, other: Other) => Value | undefined,
): Entry {
  const [first, second] = kinds;
  return [
    name,
    {
      count: 2,
      apply: ([one, other]) => orFail(apply(required(one, first, name), required(other, second, name)), name),
    },
  ];
}

function orFail(result: Value | undefined, name: string): Value {
  if (result !== undefined) return result;
  throw new EvaluationFailure(`integer overflow: the result of \`${name}\` is outside 64 bits`);
}

function setOperations(): readonly Entry[] {
  return [
    binary('contains', [SET, ANY], (set, value) => set.has(value)),
    binary('containsAll', [SET, SET], (set, other) => set.hasAll(other)),
    binary('containsAny', [SET, SET], (set, other) => set.hasAny(other)),
    unary('isEmpty', SET, (set) => set.size === 0),
  ];
}

function tagOperations(): readonly Entry[] {
  const operands = ([target, key]: readonly Value[], name: string, { store }: Environment) => {
    const uid = requireUid(target as Value, `\`${name}\``);
    return { uid, node: store.find(uid), key: required(key, STRING, name) };
  };
  return [
    [
      'hasTag',
      {
        count: 2,
        apply: (given, environment) => {
          const { node, key } = operands(given, 'hasTag', environment);
          return node?.tags[key] !== undefined;
        },
      },
    ],
    [
      'getTag',
      {
        count: 2,
        apply: (given, environment) => {
          const { uid, node, key } = operands(given, 'getTag', environment);
          const value = node?.tags[key];
          if (value !== undefined) return value;
          const what = node === undefined ? 'does not exist' : `has no tag \`${key}\``;
          throw new EvaluationFailure(`the entity \`${printUid(uid)}\` ${what}`);
        },
      },
    ],
  ];
}

function constructors(): readonly Entry[] {
  return ['decimal', 'ip', 'datetime', 'duration'].filter(isConstructor).map((name) => [
    name,
    {
      count: 1,
      apply: ([text]) => {
        const given = required(text, STRING, name);
        const value = constructValue(name, given);
        if (value !== undefined) return value;
        throw new EvaluationFailure(`\`${given.slice(0, 60)}\` is no ${name === 'ip' ? 'ipaddr' : name}`);
      },
    },
  ]);
}

function decimalOperations(): readonly Entry[] {
  const both = [DECIMAL, DECIMAL] as const;
  return [
    binary('lessThan', both, (one, other) => one.units < other.units),
    binary('lessThanOrEqual', both, (one, other) => one.units <= other.units),
    binary('greaterThan', both, (one, other) => one.units > other.units),
    binary('greaterThanOrEqual', both, (one, other) => one.units >= other.units),
  ];
}

function ipOperations(): readonly Entry[] {
  return [
    unary('isIpv4', IP, ({ version }) => version === 4),
    unary('isIpv6', IP, ({ version }) => version === 6),
    unary('isLoopback', IP, (address) => address.isLoopback()),
    unary('isMulticast', IP, (address) => address.isMulticast()),
    binary('isInRange', [IP, IP], (address, range) => address.isInRange(range)),
  ];
}

function timeOperations(): readonly Entry[] {
  return [
    binary('offset', [DATETIME, DURATION], (instant, by) => instant.offset(by)),
    binary('durationSince', [DATETIME, DATETIME], (instant, other) => instant.since(other)),
    unary('toDate', DATETIME, (instant) => instant.toDate()),
    unary('toTime', DATETIME, (instant) => instant.toTime()),
    unary('toMilliseconds', DURATION, (duration) => duration.milliseconds),
    unary('toSeconds', DURATION, (duration) => duration.in(MS_PER_SECOND)),
    unary('toMinutes', DURATION, (duration) => duration.in(MS_PER_MINUTE)),
    unary('toHours', DURATION, (duration) => duration.in(MS_PER_HOUR)),
    unary('toDays', DURATION, (duration) => duration.in(MS_PER_DAY)),
  ];
}

// Last, because it is made of what stands above.
const OPERATIONS: ReadonlyMap<string, Signature> = new Map([
  ...setOperations(),
  ...tagOperations(),
  ...constructors(),
  ...decimalOperations(),
  ...ipOperations(),
  ...timeOperations(),
]);
