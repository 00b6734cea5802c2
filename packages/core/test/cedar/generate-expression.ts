/** Expressions as text: mostly of the type wanted, sometimes of another, so that errors are frequent and not everything. */
import type { Choices } from './random.ts';

export type Kind =
  | 'bool'
  | 'long'
  | 'string'
  | 'entity'
  | 'set'
  | 'record'
  | 'decimal'
  | 'ip'
  | 'datetime'
  | 'duration';

const KINDS: readonly Kind[] = [
  'bool',
  'long',
  'string',
  'entity',
  'set',
  'record',
  'decimal',
  'ip',
  'datetime',
  'duration',
];

/** Attribute names by the kind of value that stands there, of entities and of the context alike. */
export const ATTRIBUTE: Readonly<Record<Kind, readonly string[]>> = {
  bool: ['b', 'flag'],
  long: ['n', 'm', 'big'],
  string: ['s', 'k', 'odd name'],
  entity: ['e', 'owner'],
  set: ['set', 'tags'],
  record: ['rec', '__proto__'],
  decimal: ['dec'],
  ip: ['ip'],
  datetime: ['at'],
  duration: ['for'],
};

export const UIDS: readonly { readonly type: string; readonly id: string }[] = [
  ...['a', 'b', 'c', 'it"s\\'].map((id) => ({ type: 'User', id })),
  ...['a', 'b', 'c', 'd'].map((id) => ({ type: 'Group', id })),
  ...['a', 'b'].map((id) => ({ type: 'App::Photo', id })),
  ...['a', 'b', 'é'].map((id) => ({ type: 'App::Album', id })),
];

export const ACTIONS: readonly { readonly type: string; readonly id: string }[] = [
  ...['view', 'edit', 'all', 'most'].map((id) => ({ type: 'Action', id })),
  { type: 'App::Action', id: 'view' },
];

export const TYPES: readonly string[] = ['User', 'Group', 'App::Photo', 'App::Album', 'Nothing'];

const LONGS = [
  '0',
  '1',
  '-1',
  '2',
  '7',
  '1000',
  '9007199254740991',
  '9007199254740992',
  '-9007199254740993',
  '4611686018427387904',
  '9223372036854775807',
  '-9223372036854775808',
];
export const STRINGS: readonly string[] = ['', 'a', 'b', 'ab', 'a*b', 'aab', 'é', '😀a', '127.0.0.1', '1.5'];
export const DECIMALS: readonly string[] = [
  '0.0',
  '1.5',
  '-1.5',
  '1.50',
  '922337203685477.5807',
  '-922337203685477.5808',
];
const WRONG_DECIMALS = ['1', '1.12345', '922337203685477.5808', 'a', '', '+1.0', '1.'];
export const IPS: readonly string[] = [
  '127.0.0.1',
  '10.0.0.0/8',
  '10.1.2.3',
  '10.1.0.0/16',
  '224.0.0.1',
  '0.0.0.0/0',
  '::1',
  'ff00::/8',
  'ff02::1',
  '::',
  '1:2:3:4::/64',
  '1:2:3:4:5:6:7:8',
];
const WRONG_IPS = ['127.0.0.01', '1.2.3', '10.0.0.0/33', '::/129', '::ffff:1.2.3.4', 'x', '', '1.1.1.1/08'];
export const DATETIMES: readonly string[] = [
  '2024-02-29',
  '2024-10-15T11:35:00Z',
  '2024-10-15T11:35:00.123Z',
  '2024-10-15T11:35:00+0530',
  '1969-12-31T23:59:59.999Z',
  '0000-01-01',
  '9999-12-31T23:59:59.999Z',
];
const WRONG_DATETIMES = ['2023-02-29', '2024-1-1', '2024-10-15T24:00:00Z', '2024-10-15T11:35:00', ''];
export const DURATIONS: readonly string[] = [
  '0ms',
  '1d',
  '-1d',
  '1d2h3m4s5ms',
  '90m',
  '9223372036854775807ms',
  '-9223372036854775808ms',
];
const WRONG_DURATIONS = ['1', '1s1m', 'd', '', '9223372036854775808ms', '1.5h'];

export const quoted = (text: string): string => JSON.stringify(text);
export const uidText = ({ type, id }: { readonly type: string; readonly id: string }): string =>
  `${type}::${quoted(id)}`;

/** The text of an expression that is mostly of `kind`. */
export function expressionText(choices: Choices, kind: Kind, depth: number): string {
  const wanted = choices.chance(4) ? choices.pick(KINDS) : kind;
  if (depth > 0 && choices.chance(8))
    return `(if ${of(choices, 'bool', depth)} then ${of(choices, wanted, depth)} else ${of(choices, wanted, depth)})`;
  if (wanted === 'bool') return boolText(choices, depth);
  if (depth === 0 || choices.chance(45))
    return choices.chance(60) ? read(choices, wanted, depth) : literal(choices, wanted);
  return composed(choices, wanted, depth);
}

const of = (choices: Choices, kind: Kind, depth: number): string =>
  expressionText(choices, kind, Math.max(0, depth - 1));

function access(target: string, name: string): string {
  return /^[a-z]+$/.test(name) ? `${target}.${name}` : `${target}[${quoted(name)}]`;
}

function read(choices: Choices, kind: Kind, depth: number): string {
  const name = choices.pick(ATTRIBUTE[kind]);
  if (kind === 'entity' && choices.chance(60)) return choices.pick(['principal', 'resource', 'action']);
  if (choices.chance(15)) return access(access('context', 'rec'), name);
  if (depth > 0 && choices.chance(15))
    return access(of(choices, choices.pick(['entity', 'record']), depth), name);
  if (depth > 0 && choices.chance(12))
    return `${of(choices, 'entity', depth)}.getTag(${of(choices, 'string', depth)})`;
  return access(choices.pick(['context', 'context', 'principal', 'resource']), name);
}

/** A call of an extension, seldom with a text it refuses and more seldom with too few or too many of them. */
function call(choices: Choices, name: string, right: readonly string[], wrong: readonly string[]): string {
  if (choices.chance(2)) return `${name}()`;
  if (choices.chance(2)) return `${name}(${quoted(choices.pick(right))}, ${quoted(choices.pick(right))})`;
  if (choices.chance(3)) return `${name}(${choices.pick(['context.s', 'context.n', '1', 'principal'])})`;
  return `${name}(${quoted(choices.pick(choices.chance(8) ? wrong : right))})`;
}

function literal(choices: Choices, kind: Kind): string {
  switch (kind) {
    case 'bool':
      return choices.pick(['true', 'false']);
    case 'long':
      return choices.pick(LONGS).replace(/^-.*/, '($&)');
    case 'string':
      return quoted(choices.pick(STRINGS));
    case 'entity':
      return uidText(choices.pick(UIDS));
    case 'set':
      return `[${choices.list(choices.number(4), () => literal(choices, choices.pick(['long', 'string', 'entity', 'ip', 'set']))).join(', ')}]`;
    case 'record':
      return `{"n": ${literal(choices, 'long')}, "__proto__": ${literal(choices, 'string')}}`;
    case 'decimal':
      return call(choices, 'decimal', DECIMALS, WRONG_DECIMALS);
    case 'ip':
      return call(choices, 'ip', IPS, WRONG_IPS);
    case 'datetime':
      return call(choices, 'datetime', DATETIMES, WRONG_DATETIMES);
    case 'duration':
      return call(choices, 'duration', DURATIONS, WRONG_DURATIONS);
    default:
      return kind satisfies never;
  }
}

function composed(choices: Choices, kind: Kind, depth: number): string {
  const inner = (wanted: Kind): string => of(choices, wanted, depth);
  switch (kind) {
    case 'long':
      return choices.chance(25)
        ? `-(${inner('long')})`
        : choices.chance(25)
          ? `${inner('duration')}.${choices.pick(['toMilliseconds', 'toSeconds', 'toMinutes', 'toHours', 'toDays'])}()`
          : `(${inner('long')} ${choices.pick(['+', '-', '*'])} ${inner('long')})`;
    case 'set':
      return `[${choices.list(choices.number(4), () => inner(choices.pick(KINDS))).join(', ')}]`;
    case 'record':
      return `{"n": ${inner('long')}, "s": ${inner(choices.pick(KINDS))}, "__proto__": ${inner('record')}}`;
    case 'datetime':
      return choices.chance(50)
        ? `${inner('datetime')}.offset(${inner('duration')})`
        : `${inner('datetime')}.toDate()`;
    case 'duration':
      return choices.chance(50)
        ? `${inner('datetime')}.durationSince(${inner('datetime')})`
        : `${inner('datetime')}.toTime(${choices.chance(3) ? '1' : ''})`;
    case 'bool':
    case 'string':
    case 'entity':
    case 'decimal':
    case 'ip':
      return read(choices, kind, depth);
    default:
      return kind satisfies never;
  }
}

const PATTERNS = ['', '*', 'a*', '*b', 'a\\*b', '*a*b*', '**', 'a*a*b', 'é', '😀*', '*.0.0.1'];
const ORDERED: readonly Kind[] = ['long', 'long', 'datetime', 'duration'];

function boolText(choices: Choices, depth: number): string {
  const inner = (kind: Kind): string => of(choices, kind, depth);
  if (depth === 0) return choices.chance(50) ? `(${equalityText(choices)})` : literal(choices, 'bool');
  const same = choices.pick(KINDS);
  switch (choices.number(15)) {
    case 0:
      return `(${inner('bool')} && ${inner('bool')})`;
    case 1:
      return `(${inner('bool')} || ${inner('bool')})`;
    case 2:
      return `!(${inner('bool')})`;
    case 3:
      return `(${inner(same)} ${choices.pick(['==', '!='])} ${inner(same)})`;
    case 4: {
      const kind = choices.pick(ORDERED);
      return `(${inner(kind)} ${choices.pick(['<', '<=', '>', '>='])} ${inner(kind)})`;
    }
    case 5:
      return `(${inner('entity')} in ${choices.chance(70) ? inner('entity') : `[${inner('entity')}, ${inner('entity')}]`})`;
    case 6:
      return `(${inner(choices.pick(['entity', 'record']))} has ${choices.chance(20) ? 'rec.n' : quoted(choices.pick(ATTRIBUTE[same]))})`;
    case 7:
      return `(${inner('string')} like ${choices.pick(PATTERNS.map((pattern) => `"${pattern}"`))})`;
    case 8:
      return `(${inner('entity')} is ${choices.pick(TYPES)}${choices.chance(40) ? ` in ${inner('entity')}` : ''})`;
    case 9:
      return `${inner('set')}.contains(${inner(same)})`;
    case 10:
      return choices.chance(20)
        ? `${inner('set')}.isEmpty()`
        : `${inner('set')}.${choices.pick(['containsAll', 'containsAny'])}(${inner('set')})`;
    case 11:
      return `${inner('entity')}.hasTag(${inner('string')})`;
    case 12:
      return `${inner('decimal')}.${choices.pick(['lessThan', 'lessThanOrEqual', 'greaterThan', 'greaterThanOrEqual'])}(${choices.chance(3) ? '' : inner('decimal')})`;
    case 13:
      return choices.chance(50)
        ? `${inner('ip')}.isInRange(${inner('ip')})`
        : `${inner('ip')}.${choices.pick(['isIpv4', 'isIpv6', 'isLoopback', 'isMulticast'])}(${choices.chance(3) ? '1' : ''})`;
    default:
      return `(${equalityText(choices)})`;
  }
}

/** What the second index finds policies by, and what may stand before it. */
export function equalityText(choices: Choices): string {
  const [kind, under] = [choices.pick(['string', 'long', 'bool'] as const), choices.chance(40)];
  const holder = choices.pick(['context', 'context', 'principal', 'resource']);
  const target = access(under ? access(holder, 'rec') : holder, choices.pick(ATTRIBUTE[kind]));
  if (choices.chance(20)) return `${access(holder, 'tags')}.contains(${literal(choices, kind)})`;
  return choices.chance(20)
    ? `${literal(choices, kind)} == ${target}`
    : `${target} == ${literal(choices, kind)}`;
}

/** Tests for presence in any order, then an equality, then anything. */
export function guardedText(choices: Choices): string {
  const name = choices.pick(['s', 'n', 'k', 'b']);
  const guards = choices.some(
    [
      'context has rec',
      `context.rec has ${name}`,
      `context has ${name}`,
      'context has tags',
      `context has rec.${name}`,
    ],
    3,
  );
  const test = choices.pick([
    `context.rec.${name} == ${literal(choices, choices.pick(['string', 'long', 'bool']))}`,
    `context.${name} == ${literal(choices, choices.pick(['string', 'long', 'bool']))}`,
    `context.tags.contains(${literal(choices, 'string')})`,
    equalityText(choices),
  ]);
  return [...guards, test, ...(choices.chance(30) ? [boolText(choices, 2)] : [])].join(' && ');
}
