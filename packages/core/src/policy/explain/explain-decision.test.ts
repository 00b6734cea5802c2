// Explanations: sentences an operator can act on, and facts that were read.
import { describe, expect, test } from 'vitest';
import { FILE_TOOLS, fileTool, OVERFLOW, queryOf, type QuerySpec } from '../fixtures.ts';
import type { PolicySetOptions } from '../load.ts';
import { type DecisionExplanation, openExplainer } from './index.ts';

const TOOLS = [
  ...FILE_TOOLS,
  fileTool('pay', {
    type: 'object',
    properties: {
      amount: { type: 'integer' },
      price: { type: 'number' },
      to: { type: 'string' },
      from: { type: 'string' },
      tags: { type: 'array', items: { type: 'string' } },
    },
    required: ['amount'],
  }),
];

function explained(
  text: string,
  spec: QuerySpec = {},
  options: Partial<PolicySetOptions> = {},
): DecisionExplanation {
  const sources = [{ name: 'main.cedar', text }];
  return openExplainer({ sources, tools: TOOLS, mode: 'strict', ...options }).explain(
    queryOf({ id: 'files/pay', args: { amount: 730, to: 'eve', tags: ['dev'], price: 12.25 }, ...spec }),
  );
}

const pay = (condition: string, scope = 'principal, action == Action::"files/pay", resource'): string =>
  `@id("pay-limit") permit(${scope}) ${condition};`;

/** What a single permit that does not apply says. */
function sentenceOf(
  condition: string,
  spec: QuerySpec = {},
  options: Partial<PolicySetOptions> = {},
): string {
  return explained(pay(condition), spec, options)
    .near.map(({ sentence }) => sentence)
    .join('\n');
}

test('a condition that cannot be looked at before another one holds is not said to hold', () => {
  const condition = 'when { context.args has from && context.args.from == "ann" }';
  expect(sentenceOf(condition)).toBe(
    '`pay-limit` would permit if `context.args.from` were given; it is missing (and 1 more cannot be judged before)',
  );
});

describe('a condition that failed is turned around', () => {
  test.each([
    ['<=', 'when { context.args.amount <= 500 }', '`context.args.amount` were at most 500; it is 730'],
    ['<', 'when { context.args.amount < 500 }', '`context.args.amount` were less than 500; it is 730'],
    ['>=', 'when { context.args.amount >= 900 }', '`context.args.amount` were at least 900; it is 730'],
    ['>', 'when { context.args.amount > 900 }', '`context.args.amount` were more than 900; it is 730'],
    ['==', 'when { context.args.amount == 5 }', '`context.args.amount` were 5; it is 730'],
    ['!=', 'when { context.args.amount != 730 }', '`context.args.amount` were not 730; it is 730'],
    [
      'a literal on the left',
      'when { 500 >= context.args.amount }',
      '`context.args.amount` were at most 500; it is 730',
    ],
    [
      '! before <=',
      'when { !(context.args.amount <= 900) }',
      '`context.args.amount` were more than 900; it is 730',
    ],
    [
      '! before ==',
      'when { !(context.args.amount == 730) }',
      '`context.args.amount` were not 730; it is 730',
    ],
    ['unless', 'unless { context.args.amount > 500 }', '`context.args.amount` were at most 500; it is 730'],
    [
      'unless with ||',
      'unless { context.args.amount < 5 || context.args.amount > 500 }',
      '`context.args.amount` were at most 500; it is 730',
    ],
    [
      'the first of &&',
      'when { context.args.amount < 1000 && context.args.amount < 700 && context.args.amount < 600 }',
      '`context.args.amount` were less than 700; it is 730 (and 1 more condition does not hold)',
    ],
    [
      'all of ||',
      'when { context.args.amount < 5 || context.args.amount > 900 }',
      '`context.args.amount` were less than 5, or `context.args.amount` were more than 900; `context.args.amount`: it is 730',
    ],
    [
      '! before &&',
      'when { !(context.args.amount > 5 && context.args.amount < 900) }',
      '`context.args.amount` were at most 5, or `context.args.amount` were at least 900; `context.args.amount`: it is 730',
    ],
    [
      'decimals',
      'when { context.args has price && context.args.price.lessThanOrEqual(decimal("9.5")) }',
      '`context.args.price` were at most 9.5; it is 12.25',
    ],
    [
      'a text',
      'when { context.args has to && context.args.to == "ann" }',
      '`context.args.to` were "ann"; it is "eve"',
    ],
    [
      'like',
      'when { context.args has to && context.args.to like "*@example.org" }',
      '`context.args.to` matched "*@example.org"; it is "eve"',
    ],
    [
      '! before like',
      'when { context.args has to && !(context.args.to like "e*") }',
      '`context.args.to` did not match "e*"; it is "eve"',
    ],
    ['has', 'when { context.args has from }', '`context.args.from` were given; it is missing'],
    [
      'has of a path',
      'when { context has user.mfa }',
      '`context.user.mfa` were given; `context.user` is missing',
    ],
    ['! before has', 'when { !(context.args has to) }', '`context.args.to` were not given; it is'],
    [
      'contains',
      'when { context.args has tags && context.args.tags.contains("ops") }',
      '`context.args.tags` contained "ops"; it is ["dev"]',
    ],
    [
      '! before contains',
      'when { context.args has tags && !context.args.tags.contains("dev") }',
      '`context.args.tags` did not contain "dev"; it is ["dev"]',
    ],
    [
      'containsAll',
      'when { context.args has tags && context.args.tags.containsAll(["dev", "ops"]) }',
      '`context.args.tags` contained all of ["dev", "ops"]; it is ["dev"]',
    ],
    [
      'containsAny',
      'when { context.args has tags && context.args.tags.containsAny(["a", "b"]) }',
      '`context.args.tags` contained one of ["a", "b"]; it is ["dev"]',
    ],
    [
      'a list that is written',
      'when { context.args has to && ["ann", "bob"].contains(context.args.to) }',
      '`context.args.to` were one of ["ann", "bob"]; it is "eve"',
    ],
    [
      'isEmpty',
      'when { context.args has tags && context.args.tags.isEmpty() }',
      '`context.args.tags` were empty; it is ["dev"]',
    ],
    [
      'in',
      'when { principal in Team::"finance" }',
      '`principal` were in Team::"finance"; it is Agent::"bot", in Org::"acme", Team::"research"',
    ],
    [
      'another fact',
      'when { context.args has to && context.args has from && context.args.to == context.args.from }',
      '`context.args.to` were `context.args.from`, which is "ann"; it is "eve"',
      { args: { amount: 1, to: 'eve', from: 'ann' } },
    ],
    [
      'a time',
      'when { context.time < datetime("2026-01-01") }',
      '`context.time` were less than 2026-01-01T00:00:00.000Z; it is 2026-01-31T12:00:00.000Z',
    ],
    [
      'if',
      'when { if context.args.amount > 500 then context.args has from else true }',
      '`context.args.from` were given; it is missing, and `context.args.amount > 500` is true',
    ],
    [
      'arithmetic',
      'when { context.args.amount + 1 < 500 }',
      '`context.args.amount + 1` were less than 500; it is 731',
    ],
    [
      'a truth value',
      'when { context has user && context.user has mfa && context.user.mfa }',
      '`context.user.mfa` were true; it is false',
      { subject: { ...queryOf().subject, person: { id: 'ann', roles: [], mfa: false } } },
    ],
  ])('%s', (_operator, condition, expected, spec: QuerySpec = {}) => {
    expect(sentenceOf(condition, spec)).toBe(`\`pay-limit\` would permit if ${expected}`);
  });
});

describe('a scope that does not fit is told', () => {
  test.each([
    [
      'the principal',
      'principal == Agent::"ann", action, resource',
      '`principal` were Agent::"ann"; it is Agent::"bot"',
    ],
    [
      'a team',
      'principal in Team::"finance", action, resource',
      '`principal` were in Team::"finance"; it is Agent::"bot", in Org::"acme", Team::"research"',
    ],
    [
      'the resource',
      'principal, action == Action::"files/pay", resource == Server::"bank"',
      '`resource` were Server::"bank"; it is Server::"files"',
    ],
  ])('%s', (_part, scope, expected) => {
    const { near } = explained(pay('', scope));
    expect(near.map(({ sentence }) => sentence)).toEqual([`\`pay-limit\` would permit if ${expected}`]);
  });

  test('a type of resource', () => {
    const { near } = explained(
      '@id("tools") permit(principal, action == Action::"results/deliver", resource is Tool);',
      {
        method: 'results/deliver',
        type: 'data',
        id: 'file:///a',
        phase: 'result',
      },
    );
    expect(near.map(({ sentence }) => sentence)).toEqual([
      '`tools` would permit if `resource` were a `Tool`; it is Data::"file:///a"',
    ]);
  });

  test('a policy about another action is counted and not told', () => {
    const { near, others } = explained(
      `${pay('when { context.args.amount < 1 }')} @id("read") permit(principal, action == Action::"files/read_file", resource);`,
    );
    expect(near.map(({ id }) => id)).toEqual(['pay-limit']);
    expect(others).toBe(1);
  });
});

test('policies with the fewest requirements in the way come first, and no more than asked for', () => {
  const text = [3, 1, 2].map((wrong) => {
    const conditions = [
      'context.args.amount < 1',
      'context.args has from',
      'context.findings.contains("x")',
    ].slice(0, wrong);
    return `@id("p${wrong}") permit(principal, action == Action::"files/pay", resource) when { ${conditions.join(' && ')} };`;
  });
  const { near } = explained(text.join('\n'));
  expect(near.map(({ id, failing }) => [id, failing])).toEqual([
    ['p1', 1],
    ['p2', 2],
    ['p3', 3],
  ]);
  const explainer = openExplainer({
    sources: [{ name: 'm', text: text.join('\n') }],
    tools: TOOLS,
    mode: 'strict',
  });
  expect(explainer.explain(queryOf({ id: 'files/pay', args: { amount: 5 } }), 1).near).toHaveLength(1);
});

const FORBID =
  '@id("large") forbid(principal, action == Action::"files/pay", resource) when { context.args.amount > 500 };';

test('a forbid that determined the denial says what would make it not apply', () => {
  const { outcome, determined, near } = explained(`${pay('')} ${FORBID}`);
  expect(outcome.verdict).toBe('deny');
  expect(determined.map(({ sentence }) => sentence)).toEqual([
    '`large` forbids it; it would not if `context.args.amount` were at most 500; it is 730',
  ]);
  expect(near).toEqual([]);
});

test('after a permit, the forbids that nearly applied are told, in the words of their verdict', () => {
  const text = `${pay('')} ${FORBID.replace('500', '900')} @id("ask") @verdict("step_up") forbid(principal, action == Action::"files/pay", resource) when { context.args.amount > 800 };`;
  const { determined, near } = explained(text);
  expect(determined.map(({ sentence }) => sentence)).toEqual(['`pay-limit` permits it']);
  expect(near.map(({ sentence }) => sentence).sort()).toEqual([
    '`ask` would ask for an approval if `context.args.amount` were more than 800; it is 730',
    '`large` would forbid if `context.args.amount` were more than 900; it is 730',
  ]);
});

test('a policy that failed says why', () => {
  const { determined } = explained(
    `${pay('')} @id("bad") forbid(principal, action == Action::"files/pay", resource) when { ${OVERFLOW} };`,
  );
  expect(determined).toMatchObject([{ id: 'bad', status: 'errs' }]);
  expect(determined[0]?.sentence).toMatch(/^`bad` could not be evaluated: .*overflow/);
});

test('the facts that were read are told with their values, those behind the first failure are not', () => {
  const { facts } = explained(
    pay('when { context.args.amount < 5 && context.args has to && context.args.to == "x" }'),
  );
  expect(facts).toEqual([{ path: 'context.args.amount', value: 730 }]);
});

test('a fact that is not there has no value', () => {
  const { facts } = explained(pay('when { context has purpose }'));
  expect(facts.at(-1)).toEqual({ path: 'context.purpose' });
});

test('a request that cannot be put to the policies is explained by its outcome alone', () => {
  const { outcome, near, facts } = explained(pay(''), { args: { amount: 'much' } });
  expect(outcome).toMatchObject({ verdict: 'deny', source: 'fault', code: 'policy.arguments' });
  expect([near, facts]).toEqual([[], []]);
});

test('levels that do not concern the agent are not told', () => {
  const text = pay('when { context.args.amount < 5 }');
  const sources = [
    { name: 'a.cedar', text, level: { kind: 'team', team: 'finance' } as const },
    {
      name: 'b.cedar',
      text: text.replace('pay-limit', 'own'),
      level: { kind: 'agent', agent: 'bot' } as const,
    },
  ];
  const explainer = openExplainer({ sources, tools: TOOLS, mode: 'strict' });
  const { near } = explainer.explain(queryOf({ id: 'files/pay', args: { amount: 730 } }));
  expect(near.map(({ id, level }) => [id, level])).toEqual([['own', 'agent:bot']]);
});

test('long values are cut, and a sentence stays on one line', () => {
  const sentence = sentenceOf('when { context.args has to && context.args.to == "x" }', {
    args: { amount: 1, to: 'y\n'.repeat(500) },
  });
  expect(sentence.length).toBeLessThan(300);
  expect(sentence).not.toContain('\n');
});

test('deciding explains nothing: neither outcome nor reasons hold a value', () => {
  const explainer = openExplainer({
    sources: [{ name: 'm', text: `${pay('')} ${FORBID}` }],
    tools: TOOLS,
    mode: 'strict',
  });
  const outcome = explainer.decisionPoint.decide(
    queryOf({ id: 'files/pay', args: { amount: 730, to: 'sesame' } }),
  );
  expect(JSON.stringify(outcome)).not.toMatch(/730|sesame/);
});
