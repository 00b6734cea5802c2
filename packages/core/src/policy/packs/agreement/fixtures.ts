// Rules and calls of every kind, for comparing what a pack says with what its Cedar decides.
import fc from 'fast-check';
import { PACK_TOOLS } from '../fixtures.ts';

/** A rule as YAML has it. */
export type Loose = ReturnType<typeof JSON.parse>;
export type Yaml = Record<string, Loose>;
export interface Call {
  readonly tool: string;
  readonly agent: string;
  readonly team: string;
  readonly roles: readonly string[] | undefined;
  readonly args: Yaml;
  readonly time: number;
}

const SERVERS_OF: ReadonlyMap<string, readonly string[]> = new Map(
  ['files', 'bank', 'web'].map((server) => [
    server,
    PACK_TOOLS.filter((tool) => tool.server === server).map(({ name }) => `${server}/${name}`),
  ]),
);
const TOOLS = [...SERVERS_OF.values()].flat();

const maybe = <Value>(arbitrary: fc.Arbitrary<Value>): fc.Arbitrary<Value | undefined> =>
  fc.option(arbitrary, { nil: undefined, freq: 3 });
const some = <Value>(...values: readonly Value[]): fc.Arbitrary<Value[]> =>
  fc.uniqueArray(fc.constantFrom(...values), { minLength: 1, maxLength: 3 });
const subjects = fc
  .record({
    agents: maybe(some('bot', 'ape')),
    teams: maybe(some('research', 'sales')),
    roles: maybe(some('clerk', 'boss')),
  })
  .filter((who) => Object.values(who).some((one) => one !== undefined));
const globs = fc.oneof(
  some(...TOOLS),
  some('*', 'files/*', 'bank/*', '*/*', 'files/*_file', 'bank/t*', '*/fetch', 'files/r*', 'bank/nothing*'),
);
const number = fc.constantFrom(-5, 0, 1, 1.5, 99.9999, 100, 500);
const amount = fc.oneof(
  fc.record({ min: number }),
  fc.record({ max: number, above: number }),
  fc.record({ below: number }),
  fc.record({ one_of: fc.array(number, { minLength: 1, maxLength: 3 }) }),
);
const texts = fc.constantFrom('EUR', 'USD', 'x*y', 'a"b\\c', 'über');
const currency = fc.oneof(
  texts,
  some('EUR', 'USD', 'x*y'),
  fc.record({ none_of: some('EUR', 'USD') }),
  fc.record({ like: fc.constantFrom('*', 'E*', '*\\c', 'x*') }),
  fc.record({ unlike: fc.constantFrom('E*R', '*b*', 'über*') }),
);
const tags = fc.oneof(
  fc.record({ includes: fc.constantFrom('a', 'b') }),
  fc.record({ one_of: some('a', 'b') }),
  fc.record({ none_of: some('a', 'c') }),
);
const count = fc.oneof(fc.record({ min: fc.constantFrom(-3, 0, 7) }), fc.constantFrom(0, 7, -3));
const where = fc
  .record({
    amount: maybe(amount),
    currency: maybe(currency),
    tags: maybe(tags),
    count: maybe(count),
    urgent: maybe(fc.boolean()),
  })
  .filter((one) => Object.values(one).some((value) => value !== undefined));
const lengths = fc.record({ min_length: fc.nat(3), max_length: fc.integer({ min: 3, max: 5 }) });
const required = <Check extends object>(check: fc.Arbitrary<Check>): fc.Arbitrary<object> =>
  fc
    .tuple(check, maybe(fc.boolean()))
    .map(([one, flag]) => ({ ...one, ...(flag === undefined ? {} : { required: flag }) }));
const constraints = fc
  .record({
    amount: maybe(required(amount)),
    to: maybe(required(lengths)),
    count: maybe(required(fc.record({ min: fc.constantFrom(-3, 0, 7) }))),
    currency: maybe(required(fc.record({ one_of: some('EUR', 'x*y') }))),
  })
  .filter((one) => Object.values(one).some((value) => value !== undefined));
const zone = fc.constantFrom('UTC', '+01:00', '-08:00', '+05:45', '+14:00');
const clock = fc
  .tuple(fc.nat(22), fc.constantFrom(0, 30))
  .map(([hour, minute]) => [hour * 60 + minute, hour] as const);
const clockText = (minutes: number): string =>
  `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;
const blockPattern = fc.oneof(
  fc.record({ substring: fc.constantFrom('rm', 'x*y', 'DROP', '\\') }),
  fc.record({ glob: fc.constantFrom('*rm*', 'ls', 'DROP*', '*.?') }),
  fc.record({ regex: fc.constantFrom('rm\\s+-r', '^ls', '(?:a|b)+$', 'drop') }),
);
const who = { for: maybe(subjects), except: maybe(subjects) };
const folders = some('/srv', '/srv/notes', '/etc', '/');
const hosts = some('example.com', '*.example.com', 'b.example.com', '*.org');
const onlyOrNever = (list: fc.Arbitrary<string[]>): fc.Arbitrary<object> =>
  fc.oneof(fc.record({ only: list }), fc.record({ never: list }), fc.record({ only: list, never: list }));

export const rule: fc.Arbitrary<Yaml> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ allow: globs, for: maybe(subjects) }) },
  fc.record({ allow: fc.constant('bank/transfer'), for: maybe(subjects), where }),
  fc.record({ deny: globs, ...who }),
  fc.record({ deny: fc.constantFrom('bank/transfer', 'bank/*'), where, ...who }),
  fc.record({ approve: globs, ...who }),
  fc.record({ approve: fc.constant('bank/transfer'), where, ...who }),
  fc.record({ constrain: fc.constantFrom('bank/transfer', 'bank/t*'), arguments: constraints, ...who }),
  fc
    .tuple(
      fc.record({
        block: fc.constantFrom('files/*', 'files/write_file'),
        argument: fc.constantFrom('content', '*'),
        ignore_case: fc.boolean(),
        ...who,
      }),
      blockPattern,
    )
    .map(([one, pattern]) => ({ ...one, ...pattern })),
  fc
    .tuple(
      fc.record({
        paths: fc.constantFrom('files/*', 'files/read_file'),
        argument: fc.constant('path'),
        ...who,
      }),
      onlyOrNever(folders),
    )
    .map(([one, lists]) => ({ ...one, ...lists })),
  fc
    .tuple(
      fc.record({ domains: fc.constantFrom('web/*', 'web/fetch'), argument: fc.constant('url'), ...who }),
      onlyOrNever(hosts),
    )
    .map(([one, lists]) => ({ ...one, ...lists })),
  fc
    .record({
      hours: globs,
      from: clock,
      to: clock,
      zone,
      days: maybe(some('mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun')),
      ...who,
    })
    .filter(({ from, to }) => from[0] < to[0])
    .map(({ from, to, ...rest }) => ({ ...rest, from: clockText(from[0]), to: clockText(to[0]) })),
);

const pathText = fc.constantFrom(
  '/srv',
  '/srv/',
  '/srv/notes/a',
  '/srv/../etc',
  '/etc/passwd',
  '/srvx',
  'srv/a',
  '/srv//a',
  '/srv/./a',
  '/srv/a/..',
  '/srv\\a',
  '/srv/..a',
);
const content = fc.constantFrom(
  'ls -l',
  'sudo rm  -rf',
  'DROP TABLE',
  'drop',
  'aabb',
  'x*y',
  'xzy',
  'a\\b',
  '',
);
const url = fc.constantFrom(
  'https://example.com/',
  'http://a.example.com/x',
  'https://b.example.com/',
  'https://c.b.example.com',
  'https://notexample.com/',
  'https://d.org/',
  'https://EXAMPLE.com:8080/',
);
const argsOf = (tool: string): fc.Arbitrary<Yaml> => {
  if (tool === 'web/fetch') return fc.record({ url });
  if (tool === 'bank/balance') return fc.record({ account: maybe(texts) });
  if (tool === 'bank/transfer')
    return fc.record({
      amount: number,
      currency: maybe(texts),
      to: maybe(fc.constantFrom('', 'ab', 'abc', 'abcd', 'abcdef')),
      count: maybe(fc.constantFrom(-4, -3, 0, 7, 8)),
      urgent: maybe(fc.boolean()),
      tags: maybe(fc.uniqueArray(fc.constantFrom('a', 'b', 'c'))),
    });
  return tool === 'files/write_file'
    ? fc.record({ path: pathText, content: maybe(content) })
    : fc.record({ path: pathText });
};
export const call: fc.Arbitrary<Call> = fc.constantFrom(...TOOLS).chain((tool) =>
  fc.record({
    tool: fc.constant(tool),
    agent: fc.constantFrom('bot', 'ape', 'cat'),
    team: fc.constantFrom('research', 'sales', 'ops'),
    roles: maybe(fc.subarray(['clerk', 'boss', 'guest'])),
    args: argsOf(tool),
    time: fc.integer({ min: Date.UTC(2024, 0, 3), max: Date.UTC(2064, 5, 1) }),
  }),
);

/** Drops what is undefined, as YAML and JSON do. */
export const plain = (value: unknown): Loose => JSON.parse(JSON.stringify(value));
