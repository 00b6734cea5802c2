import { describe, expect, test } from 'vitest';
import { FILE_TOOLS, fileTool } from '../../fixtures.ts';
import type { PolicySetOptions } from '../../load.ts';
import { type ComparedSet, differenceOn, openComparedSet, searchDifference } from './index.ts';

/** Requests that a planted difference may need. */
const ENOUGH = 2_000;
const TOOLS = [
  ...FILE_TOOLS,
  fileTool('pay', {
    type: 'object',
    properties: {
      amount: { type: 'integer' },
      price: { type: 'number' },
      to: { type: 'string' },
      options: { type: 'object', properties: { urgent: { type: 'boolean' } } },
    },
    required: ['amount'],
  }),
];

function setOf(text: string, options: Partial<PolicySetOptions> = {}): ComparedSet {
  return openComparedSet({
    sources: [{ name: 'main.cedar', text }],
    tools: TOOLS,
    mode: 'strict',
    ...options,
  });
}

const READ = '@id("read") permit(principal, action == Action::"files/read_file", resource);';
const permitPay = (condition: string): string =>
  `${READ} @id("pay") permit(principal, action == Action::"files/pay", resource) ${condition};`;
const forbidPay = (condition: string, annotations = ''): string =>
  `@id("all") permit(principal, action, resource); @id("stop") ${annotations} forbid(principal, action == Action::"files/pay", resource) ${condition};`;

const AGENTS = (trust: number): Partial<PolicySetOptions> => ({
  entities: [{ uid: { type: 'Agent', id: 'bot' }, attrs: { trust }, parents: [{ type: 'Group', id: 'g' }] }],
});

const LIMITED: Partial<PolicySetOptions> = {
  limits: [{ id: 'calls', kind: 'calls', measure: 'calls', key: [], actions: 'all', amount: 50 }],
};

const PLANTED: readonly (readonly [string, ComparedSet, ComparedSet])[] = [
  ['a policy that is gone', setOf(permitPay('')), setOf(READ)],
  [
    'at most instead of less',
    setOf(permitPay('when { context.args.amount <= 500 }')),
    setOf(permitPay('when { context.args.amount < 500 }')),
  ],
  [
    'another bound',
    setOf(permitPay('when { context.args.amount <= 500 }')),
    setOf(permitPay('when { context.args.amount <= 501 }')),
  ],
  [
    'a bound written the other way around',
    setOf(permitPay('when { 10 < context.args.amount }')),
    setOf(permitPay('when { 10 <= context.args.amount }')),
  ],
  [
    'the last digit of a decimal',
    setOf(permitPay('when { context.args has price && context.args.price.lessThan(decimal("9.9900")) }')),
    setOf(
      permitPay('when { context.args has price && context.args.price.lessThanOrEqual(decimal("9.9900")) }'),
    ),
  ],
  [
    'a letter of a text',
    setOf(permitPay('when { context.args has to && context.args.to == "alice" }')),
    setOf(permitPay('when { context.args has to && context.args.to == "alicf" }')),
  ],
  [
    'an optional argument that must be there',
    setOf(permitPay('')),
    setOf(permitPay('when { context.args has to }')),
  ],
  [
    'a nested argument',
    setOf(
      permitPay(
        'when { context.args has options && context.args.options has urgent && context.args.options.urgent }',
      ),
    ),
    setOf(permitPay('when { context.args has options && context.args.options has urgent }')),
  ],
  [
    'a wildcard less',
    setOf(permitPay('when { context.args has to && context.args.to like "*@example.org" }')),
    setOf(permitPay('when { context.args has to && context.args.to == "@example.org" }')),
  ],
  [
    'a pattern that is open at its end',
    setOf(permitPay('when { context.args has to && context.args.to like "acc-*-eu" }')),
    setOf(permitPay('when { context.args has to && context.args.to like "acc-*-eu*" }')),
  ],
  [
    'a role',
    setOf(permitPay('when { context has user && context.user.roles.contains("admin") }')),
    setOf(permitPay('when { context has user && context.user.roles.contains("finance") }')),
  ],
  [
    'all instead of any',
    setOf(permitPay('when { context has user && context.user.roles.containsAll(["a", "b"]) }')),
    setOf(permitPay('when { context has user && context.user.roles.containsAny(["a", "b"]) }')),
  ],
  [
    'a second factor',
    setOf(permitPay('when { context has user && context.user has mfa && context.user.mfa }')),
    setOf(permitPay('when { context has user && context.user has mfa }')),
  ],
  [
    'a finding',
    setOf(forbidPay('when { context.findings.contains("secret") }')),
    setOf(forbidPay('when { context.findings.contains("payment-card") }')),
  ],
  [
    'a label',
    setOf(forbidPay('when { context.session.labels.contains("untrusted") }')),
    setOf(forbidPay('when { context.session.labels.contains("untrusted") && context.args.amount > 100 }')),
  ],
  [
    'unless instead of when',
    setOf(forbidPay('unless { context has purpose && context.purpose == "refund" }')),
    setOf(forbidPay('when { context has purpose && context.purpose == "refund" }')),
  ],
  [
    'a date',
    setOf(permitPay('when { context.time < datetime("2026-03-01") }')),
    setOf(permitPay('when { context.time <= datetime("2026-03-01") }')),
  ],
  [
    'an hour of the day',
    setOf(permitPay('when { context.time.toTime() < duration("17h") }')),
    setOf(permitPay('when { context.time.toTime() <= duration("17h") }')),
  ],
  [
    'an agent',
    setOf(permitPay('when { principal == Agent::"a" }')),
    setOf(permitPay('when { principal == Agent::"b" }')),
  ],
  [
    'a team',
    setOf('@id("t") permit(principal in Team::"x", action, resource);'),
    setOf('@id("t") permit(principal in Team::"y", action, resource);'),
  ],
  [
    'an action of many',
    setOf(
      '@id("t") permit(principal, action in [Action::"files/pay", Action::"files/read_file"], resource);',
    ),
    setOf('@id("t") permit(principal, action == Action::"files/pay", resource);'),
  ],
  [
    'a method',
    setOf('@id("t") permit(principal, action in [Action::"resources/read", Action::"ping"], resource);'),
    setOf('@id("t") permit(principal, action == Action::"ping", resource);'),
  ],
  [
    'a resource',
    setOf('@id("t") permit(principal, action == Action::"file/read", resource == File::"/a");'),
    setOf('@id("t") permit(principal, action == Action::"file/read", resource == File::"/b");'),
  ],
  [
    'a resource by its path',
    setOf(
      '@id("t") permit(principal, action == Action::"file/read", resource) when { resource is File && resource.path like "/srv/*" };',
    ),
    setOf(
      '@id("t") permit(principal, action == Action::"file/read", resource) when { resource is File && resource.path like "/srv*" };',
    ),
  ],
  [
    'a server',
    setOf('@id("t") permit(principal, action in Action::"tools/call", resource == Server::"files");'),
    setOf('@id("t") permit(principal, action in Action::"tools/call", resource == Server::"mail");'),
  ],
  [
    'a verdict',
    setOf(forbidPay('', '@verdict("step_up")')),
    setOf(forbidPay('', '@verdict("defer") @needs("context.user.mfa")')),
  ],
  [
    'a quorum',
    setOf(forbidPay('', '@verdict("step_up") @quorum("1")')),
    setOf(forbidPay('', '@verdict("step_up") @quorum("2")')),
  ],
  [
    'a redaction',
    setOf('@id("t") @redact("secret") permit(principal, action, resource);'),
    setOf('@id("t") @redact("payment-card") permit(principal, action, resource);'),
  ],
  ['the mode', setOf(READ), setOf(READ, { mode: 'permissive' })],
  [
    'the end of audit mode',
    setOf(READ, { mode: 'audit', auditUntil: Date.UTC(2027, 0, 1) }),
    setOf(READ, { mode: 'audit', auditUntil: Date.UTC(2028, 0, 1) }),
  ],
  [
    'the trust of an agent',
    setOf(
      '@id("t") permit(principal is Agent, action, resource) when { principal has trust && principal.trust > 500 };',
      AGENTS(400),
    ),
    setOf(
      '@id("t") permit(principal is Agent, action, resource) when { principal has trust && principal.trust > 500 };',
      AGENTS(600),
    ),
  ],
  [
    'what an error does',
    setOf(
      `${READ} @id("stop") forbid(principal, action == Action::"files/read_file", resource) when { 9007199254740991 * 9007199254740991 > 0 };`,
    ),
    setOf(
      `${READ} @id("stop") forbid(principal, action == Action::"files/read_file", resource) when { 9007199254740991 * 9007199254740991 > 0 };`,
      { onError: 'skip' },
    ),
  ],
  ['one condition deep in six', setOf(permitPay(six(5))), setOf(permitPay(six(6)))],
  [
    'what remains of a limit',
    setOf(
      permitPay(
        'when { context has limits && context.limits has calls && context.limits.calls.remaining > 10 }',
      ),
      LIMITED,
    ),
    setOf(
      permitPay(
        'when { context has limits && context.limits has calls && context.limits.calls.remaining >= 10 }',
      ),
      LIMITED,
    ),
  ],
  [
    'what an approval lifts',
    setOf(`${forbidPay('', '@verdict("step_up")')}`),
    setOf(
      `${forbidPay('', '@verdict("step_up")')} @id("never") forbid(principal, action, resource) when { context has approval };`,
    ),
  ],
  [
    'what a server starts',
    setOf('@id("t") permit(principal is Server, action == Action::"sampling/createMessage", resource);'),
    setOf('@id("t") permit(principal is Agent, action, resource);'),
  ],
];

function six(amount: number): string {
  return `when { context.args.amount > 0 && context.args has to && context.args.to like "a*" && context has user && context.user.roles.contains("r") && context.findings.contains("f") && context.session.labels.contains("l") && context.args.amount == ${amount} }`;
}

describe('a planted difference is found', () => {
  test.each(PLANTED)('%s', (_why, one, other) => {
    const { found, tried } = searchDifference(one, other, { requests: ENOUGH });
    expect(found, `tried ${tried}`).toBeDefined();
    if (found === undefined) return;
    expect(differenceOn(one, other, found.query).fields).toEqual(found.fields);
    expect(found.fields.length).toBeGreaterThan(0);
  });
});

const LONG_SET = `
@id("a") permit(principal, action in Action::"tools/call", resource) when { context.args has path && context.args.path like "/srv/*" };
@id("b") forbid(principal, action, resource) when { context.findings.contains("secret") };
@id("c") permit(principal in Team::"x", action == Action::"files/pay", resource) when { context.args.amount < 100 };
@id("d") @verdict("step_up") forbid(principal, action == Action::"files/pay", resource) when { context.args.amount >= 50 };`;

describe('sets that mean the same show no difference', () => {
  test.each([
    ['in another order', LONG_SET, LONG_SET.split('\n').toReversed().join('\n')],
    ['formatted otherwise', LONG_SET, LONG_SET.replaceAll(' && ', '\n  &&\n  ').replaceAll('; ', ';\n')],
    ['with other names', LONG_SET, LONG_SET.replaceAll(/@id\("(.)"\)/g, '@id("renamed-$1")')],
    [
      'written the other way around',
      LONG_SET,
      LONG_SET.replace('context.args.amount < 100', '100 > context.args.amount'),
    ],
    ['with a condition twice', LONG_SET, LONG_SET.replace('< 100', '< 100 && context.args.amount < 100')],
    [
      'with when as unless',
      LONG_SET,
      LONG_SET.replace('when { context.args.amount < 100 }', 'unless { context.args.amount >= 100 }'),
    ],
  ])('%s', (_why, one, other) => {
    const { found, tried } = searchDifference(setOf(one), setOf(other), { requests: 1_500 });
    expect(found?.query).toBeUndefined();
    expect(tried).toBe(1_500);
  });
});

test('one seed tries the same requests, another seed tries others', () => {
  const [one, other] = [setOf(permitPay(six(5))), setOf(permitPay(six(6)))];
  const first = searchDifference(one, other, { seed: 7 });
  expect(searchDifference(one, other, { seed: 7 })).toEqual(first);
  const tries = new Set([1, 2, 3, 4, 5].map((seed) => searchDifference(one, other, { seed }).tried));
  expect(tries.size).toBeGreaterThan(1);
});

test('the request is shrunk to what the difference needs', () => {
  const one = setOf(permitPay('when { context.args.amount <= 500 }'));
  const other = setOf(permitPay('when { context.args.amount < 500 }'));
  const { found } = searchDifference(one, other, { seed: 3 });
  expect(found?.query.context).toMatchObject({
    args: { amount: 500 },
    findings: [],
    session: { labels: [] },
  });
  expect(Object.keys(found?.query.context.args ?? {})).toEqual(['amount']);
  expect(found?.query.subject.person).toBeUndefined();
  expect(found?.query.subject.chain).toEqual([]);
});

test('a search ends by its count and by its clock, and says how much it tried', () => {
  const set = setOf(LONG_SET);
  expect(searchDifference(set, set, { requests: 25, seed: 4 })).toEqual({ tried: 25, seed: 4 });
  let asked = 0;
  expect(searchDifference(set, set, { isOver: () => (asked += 1) > 10 }).tried).toBe(10);
});
