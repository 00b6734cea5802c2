/** Generated policies, entities and requests, from a seed: every operator, right types and wrong ones, deep and wide hierarchies. */

/** A small generator of pseudo-random numbers (mulberry32), so that a seed is a case. */
export class Dice {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** From 0, below `sides`. */
  roll(sides: number): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = this.#state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % sides;
  }

  pick<Item>(items: readonly Item[]): Item {
    return items[this.roll(items.length)] as Item;
  }

  isLucky(oneIn: number): boolean {
    return this.roll(oneIn) === 0;
  }

  many<Item>(most: number, make: () => Item): Item[] {
    return Array.from({ length: this.roll(most + 1) }, make);
  }
}

/** The schema that generated policies speak about. */
export const SCHEMA = `
entity Group in [Group] { level: Long };
entity User in [Group] { age: Long, name: String, boss?: User, address?: { city: String, zip?: Long }, tagged: Set<String> } tags String;
entity Doc in [Group] { owner: User, size: Long, readers: Set<User>, from?: ipaddr } tags Set<String>;
entity Kind enum ["a", "b"];
action "calls";
action read, "write it" in ["calls"] appliesTo { principal: [User, Group], resource: [Doc], context: { n: Long, s: String, b: Bool, r?: { x: Long, y?: String }, set: Set<Long>, names: Set<String>, when: datetime, price: decimal, from: ipaddr, span: duration, who: User, kind?: Kind } };
action drop appliesTo { principal: [User], resource: [Doc, Group], context: { n: Long } };
`;

const NUMBERS = [
  '0',
  '1',
  '2',
  '-1',
  '7',
  '100',
  '9007199254740992',
  '9007199254740993',
  '-9007199254740993',
  '9223372036854775807',
  '-9223372036854775808',
  '4294967296',
  '3037000500',
];
const TEXTS = [
  '""',
  '"a"',
  '"b"',
  '"ab"',
  '"*"',
  '"a*b"',
  '"\\u{1F600}"',
  '"\\n"',
  '"__proto__"',
  '"toString"',
  '"\\"q\\""',
];
const PATTERNS = ['"*"', '"a*"', '"*b"', '"a*b"', '"\\*"', '"*a*b*"', '""', '"ab"', '"**"'];
const ENTITIES = [
  'User::"a"',
  'User::"b"',
  'User::"c"',
  'Group::"g0"',
  'Group::"g1"',
  'Group::"g2"',
  'Group::"g7"',
  'Doc::"d"',
  'Doc::"e"',
  'User::"nobody"',
  'Kind::"a"',
  'Action::"read"',
  'Action::"calls"',
  'Nope::"x"',
];
const EXTENSIONS = [
  'decimal("1.5")',
  'decimal("-0.0001")',
  'decimal("922337203685477.5807")',
  'decimal("1")',
  'ip("10.0.0.1")',
  'ip("10.0.0.0/8")',
  'ip("::1")',
  'ip("ff02::1/16")',
  'ip("127.0.0.1")',
  'ip("300.1.1.1")',
  'datetime("2026-11-21")',
  'datetime("2026-02-29")',
  'datetime("1969-12-31T23:59:59.999Z")',
  'datetime("2026-11-21T10:00:00+0130")',
  'duration("1d2h3m4s5ms")',
  'duration("-1h")',
  'duration("")',
  'duration("9223372036854775807ms")',
  'decimal("1.0", "2")',
  'ip()',
];
const VARIABLES = ['principal', 'action', 'resource', 'context'];
const NAMES = [
  'age',
  'name',
  'boss',
  'address',
  'city',
  'zip',
  'tagged',
  'owner',
  'size',
  'readers',
  'from',
  'n',
  's',
  'b',
  'r',
  'x',
  'y',
  'set',
  'names',
  'when',
  'price',
  'span',
  'who',
  'level',
  'kind',
  'missing',
];
const BOOLEAN_PATHS = ['context.b', 'true', 'false'];
const LONG_PATHS = [
  'context.n',
  'principal.age',
  'resource.size',
  'resource.owner.age',
  'context.r.x',
  'context.who.age',
  'principal.boss.age',
  'User::"a".age',
  'principal.address.zip',
];
const TEXT_PATHS = [
  'context.s',
  'principal.name',
  'principal.address.city',
  'resource.owner.name',
  'context.r.y',
  'principal.getTag("t")',
];
const SET_PATHS = [
  'context.set',
  'context.names',
  'principal.tagged',
  'resource.readers',
  '[1, 2]',
  '["a", "b"]',
  '[principal]',
  '[]',
  'resource.getTag("t")',
];
const ENTITY_PATHS = [
  'principal',
  'resource',
  'action',
  'context.who',
  'resource.owner',
  'principal.boss',
  'context.kind',
];
const COMPARISONS = ['==', '!=', '<', '<=', '>', '>='];
const EXTENSION_METHODS = [
  'lessThan',
  'lessThanOrEqual',
  'greaterThan',
  'greaterThanOrEqual',
  'isInRange',
  'offset',
  'durationSince',
];
const EXTENSION_UNARY = [
  'isIpv4',
  'isIpv6',
  'isLoopback',
  'isMulticast',
  'toDate',
  'toTime',
  'toMilliseconds',
  'toSeconds',
  'toMinutes',
  'toHours',
  'toDays',
];

/** An expression that is mostly of the kind asked for. */
export class Expressions {
  readonly #dice: Dice;
  /** One in how many is of any kind instead. */
  readonly #wild: number;

  constructor(dice: Dice, wild: number) {
    this.#dice = dice;
    this.#wild = wild;
  }

  bool(depth: number): string {
    const dice = this.#dice;
    if (dice.isLucky(this.#wild)) return `(${this.any(depth - 1)})`;
    if (depth <= 0) return dice.pick(BOOLEAN_PATHS);
    switch (dice.roll(14)) {
      case 0:
        return `(${this.bool(depth - 1)} && ${this.bool(depth - 1)})`;
      case 1:
        return `(${this.bool(depth - 1)} || ${this.bool(depth - 1)})`;
      case 2:
        return `!${this.bool(depth - 1)}`;
      case 3:
        return `(${this.long(depth - 1)} ${dice.pick(COMPARISONS)} ${this.long(depth - 1)})`;
      case 4:
        return `(${this.text()} ${dice.pick(['==', '!='])} ${this.text()})`;
      case 5:
        return `(${this.text()} like ${dice.pick(PATTERNS)})`;
      case 6:
        return this.#has();
      case 7:
        return `(${this.entity()} in ${dice.isLucky(3) ? `[${this.entity()}, ${this.entity()}]` : this.entity()})`;
      case 8:
        return `(${this.entity()} is ${dice.pick(['User', 'Group', 'Doc', 'Action'])}${dice.isLucky(3) ? ` in ${this.entity()}` : ''})`;
      case 9:
        return this.#setMethod(depth);
      case 10:
        return `(if ${this.bool(depth - 1)} then ${this.bool(depth - 1)} else ${this.bool(depth - 1)})`;
      case 11:
        return `(${this.extension()} ${dice.pick(COMPARISONS)} ${this.extension()})`;
      case 12:
        return dice.isLucky(2)
          ? `${this.extension()}.${dice.pick(EXTENSION_METHODS)}(${this.extension()})`
          : `${this.extension()}.${dice.pick(EXTENSION_UNARY)}()`;
      default:
        return `(${this.entity()}.hasTag("t") && ${this.entity()}.getTag("t") == ${this.text()})`;
    }
  }

  long(depth: number): string {
    const dice = this.#dice;
    if (depth <= 0 || dice.isLucky(2)) return dice.isLucky(2) ? dice.pick(NUMBERS) : dice.pick(LONG_PATHS);
    if (dice.isLucky(4)) return `-(${this.long(depth - 1)})`;
    return `(${this.long(depth - 1)} ${dice.pick(['+', '-', '*'])} ${this.long(depth - 1)})`;
  }

  text(): string {
    return this.#dice.isLucky(2) ? this.#dice.pick(TEXTS) : this.#dice.pick(TEXT_PATHS);
  }

  entity(): string {
    return this.#dice.isLucky(2) ? this.#dice.pick(ENTITIES) : this.#dice.pick(ENTITY_PATHS);
  }

  extension(): string {
    const dice = this.#dice;
    return dice.isLucky(2)
      ? dice.pick(EXTENSIONS)
      : dice.pick(['context.when', 'context.price', 'context.from', 'context.span', 'resource.from']);
  }

  any(depth: number): string {
    const dice = this.#dice;
    switch (dice.roll(9)) {
      case 0:
        return this.long(depth);
      case 1:
        return this.text();
      case 2:
        return this.entity();
      case 3:
        return this.extension();
      case 4:
        return dice.pick(SET_PATHS);
      case 5:
        return `{ "${dice.pick(NAMES)}": ${this.long(0)}, "z": ${this.text()} }`;
      case 6:
        return `${dice.pick(VARIABLES)}.${dice.pick(NAMES)}`;
      case 7:
        return `${dice.pick(VARIABLES)}["${dice.pick(NAMES)}"].${dice.pick(NAMES)}`;
      default:
        return depth <= 0 ? 'true' : this.bool(depth - 1);
    }
  }

  #has(): string {
    const dice = this.#dice;
    const [target, name] = [
      dice.pick([...VARIABLES, 'resource.owner', 'principal.address', '{ a: 1 }']),
      dice.pick(NAMES),
    ];
    const test = dice.isLucky(4) ? `${target} has ${name}.${dice.pick(NAMES)}` : `${target} has ${name}`;
    return dice.isLucky(2)
      ? `(${test})`
      : `(${test} && ${target}.${name} == ${dice.isLucky(2) ? this.long(0) : this.text()})`;
  }

  #setMethod(depth: number): string {
    const dice = this.#dice;
    const set = dice.pick(SET_PATHS);
    switch (dice.roll(4)) {
      case 0:
        return `${set}.contains(${dice.isLucky(2) ? this.long(0) : dice.isLucky(2) ? this.text() : this.any(depth - 2)})`;
      case 1:
        return `${set}.containsAll(${dice.pick(SET_PATHS)})`;
      case 2:
        return `${set}.containsAny(${dice.pick(SET_PATHS)})`;
      default:
        return `${set}.isEmpty()`;
    }
  }
}

/** One policy; `slots` makes a template of some. */
export function generatePolicy(dice: Dice, wild: number, slots = false): string {
  const expressions = new Expressions(dice, wild);
  const slot = (name: string): string | undefined => (slots && dice.isLucky(2) ? `?${name}` : undefined);
  const scope = (name: 'principal' | 'resource', types: readonly string[]): string => {
    const entity = slot(name) ?? dice.pick(ENTITIES.slice(0, 11));
    switch (dice.roll(slots ? 3 : 6)) {
      case 0:
        return `${name} == ${entity}`;
      case 1:
        return `${name} in ${entity}`;
      case 2:
        return `${name} is ${dice.pick(types)} in ${entity}`;
      case 3:
        return `${name} is ${dice.pick(types)}`;
      default:
        return name;
    }
  };
  const action = dice.pick([
    'action',
    'action == Action::"read"',
    'action == Action::"write it"',
    'action in Action::"calls"',
    'action in [Action::"read", Action::"drop"]',
    'action in [Action::"read", Action::"calls"]',
    'action in []',
    'action == Action::"drop"',
  ]);
  const conditions = dice.many(
    2,
    () => `${dice.isLucky(4) ? 'unless' : 'when'} { ${conjunction(dice, expressions)} }`,
  );
  return `${dice.isLucky(3) ? 'forbid' : 'permit'}(${scope('principal', ['User', 'Group'])}, ${action}, ${scope('resource', ['Doc', 'Group'])}) ${conditions.join(' ')};`;
}

/** Conjuncts that an index could be made of come first now and then. */
function conjunction(dice: Dice, expressions: Expressions): string {
  const simple = (): string =>
    dice.pick([
      `context.n == ${dice.pick(NUMBERS)}`,
      `context.s == ${dice.pick(TEXTS)}`,
      `context.names.contains(${dice.pick(TEXTS)})`,
      `context has r`,
      `context.r.x == ${dice.pick(['1', '2'])}`,
      `context has r && context.r has y && context.r.y == ${dice.pick(TEXTS)}`,
      `principal.age == ${dice.pick(['1', '7'])}`,
      `resource.size == ${dice.pick(NUMBERS)}`,
      `context.missing == 1`,
      `context has missing && context.missing == 1`,
      `context.s has x && context.n == 1`,
      `"a" == context.s`,
    ]);
  return [...dice.many(2, simple), expressions.bool(2)].join(' && ');
}

/** Entities in Cedar's JSON form: groups in groups, deep and wide; users and documents in them. */
export function generateEntities(dice: Dice): readonly object[] {
  const groups = 1 + dice.roll(9);
  const group = (index: number): object => ({ type: 'Group', id: `g${index}` });
  const parents = (below: number): object[] =>
    Array.from({ length: below }, (_, index) => index)
      .filter(() => dice.isLucky(3))
      .map(group);
  const entities: object[] = Array.from({ length: groups }, (_, index) => ({
    uid: group(index),
    attrs: { level: index },
    parents: parents(index),
  }));
  for (const id of ['a', 'b', 'c']) {
    if (dice.isLucky(6)) continue;
    entities.push({
      uid: { type: 'User', id },
      attrs: {
        age: dice.pick([1, 7, 30]),
        name: dice.pick(['a', 'ab', '😀']),
        tagged: dice.many(2, () => dice.pick(['a', 'b', 'x'])),
        ...(dice.isLucky(2)
          ? { boss: { __entity: { type: 'User', id: dice.pick(['a', 'b', 'nobody']) } } }
          : {}),
        ...(dice.isLucky(2) ? { address: { city: 'a', ...(dice.isLucky(2) ? { zip: 7 } : {}) } } : {}),
      },
      parents: parents(groups),
      ...(dice.isLucky(2) ? { tags: { t: dice.pick(['a', 'b']) } } : {}),
    });
  }
  for (const id of ['d', 'e']) {
    if (dice.isLucky(6)) continue;
    entities.push({
      uid: { type: 'Doc', id },
      attrs: {
        owner: { __entity: { type: 'User', id: dice.pick(['a', 'b', 'nobody']) } },
        size: dice.pick([0, 1, 100, 4294967296]),
        readers: dice.many(2, () => ({ __entity: { type: 'User', id: dice.pick(['a', 'b', 'c']) } })),
        ...(dice.isLucky(2) ? { from: { __extn: { fn: 'ip', arg: dice.pick(['10.0.0.7', '::1']) } } } : {}),
      },
      parents: parents(groups),
      ...(dice.isLucky(2) ? { tags: { t: dice.many(2, () => dice.pick(['a', 'b'])) } } : {}),
    });
  }
  const calls = { type: 'Action', id: 'calls' };
  entities.push({ uid: calls, attrs: {}, parents: [] });
  for (const id of ['read', 'write it'])
    entities.push({ uid: { type: 'Action', id }, attrs: {}, parents: [calls] });
  return entities;
}

/** A request in Cedar's JSON form. */
export interface GeneratedRequest {
  readonly principal: { readonly type: string; readonly id: string };
  readonly action: { readonly type: string; readonly id: string };
  readonly resource: { readonly type: string; readonly id: string };
  readonly context: Readonly<Record<string, unknown>>;
}

export function generateRequest(dice: Dice): GeneratedRequest {
  const extn = (fn: string, arg: string): object => ({ __extn: { fn, arg } });
  const context: Record<string, unknown> = {
    n: dice.pick([0, 1, 2, 7, 100, -1, 9007199254740991]),
    s: dice.pick(['', 'a', 'ab', '*', '__proto__']),
    b: dice.isLucky(2),
    set: dice.many(3, () => dice.pick([1, 2, 3])),
    names: dice.many(3, () => dice.pick(['a', 'b', 'ab'])),
    when: extn('datetime', dice.pick(['2026-11-21', '1969-12-31T23:59:59.999Z'])),
    price: extn('decimal', dice.pick(['1.5', '0.0', '-1.25'])),
    from: extn('ip', dice.pick(['10.0.0.1', '192.168.0.0/16', '::1'])),
    span: extn('duration', dice.pick(['1h', '-1ms'])),
    who: { __entity: { type: 'User', id: dice.pick(['a', 'b', 'nobody']) } },
    ...(dice.isLucky(2)
      ? { r: { x: dice.pick([1, 2]), ...(dice.isLucky(2) ? { y: dice.pick(['a', 'b']) } : {}) } }
      : {}),
  };
  if (dice.isLucky(8)) delete context[dice.pick(Object.keys(context))];
  return {
    principal: {
      type: dice.isLucky(5) ? 'Group' : 'User',
      id: dice.pick(['a', 'b', 'c', 'g0', 'g1', 'nobody']),
    },
    action: { type: 'Action', id: dice.pick(['read', 'write it', 'drop', 'unknown']) },
    resource: { type: dice.isLucky(5) ? 'Group' : 'Doc', id: dice.pick(['d', 'e', 'g0', 'zz']) },
    context,
  };
}
