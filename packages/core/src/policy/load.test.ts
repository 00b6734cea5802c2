/** Loading policy sets: what is refused, where, and with which advice. */
import { describe, expect, test } from 'vitest';
import { Fault, type JsonObject } from '../kernel/index.ts';
import { checkPolicySet } from './check-set.ts';
import { decideOver, FILE_TOOLS, fileTool, PERMIT_CALLS, pointOf, queryOf } from './fixtures.ts';
import { renderIssue } from './language/index.ts';
import { loadPolicySet } from './load.ts';

const ANY = 'principal, action, resource';
const WRITE = 'principal, action == Action::"files/write_file", resource';

function problemsOf(text: string, tools: typeof FILE_TOOLS | undefined = FILE_TOOLS): readonly string[] {
  const options = { sources: [{ name: 'main.cedar', text }], ...(tools === undefined ? {} : { tools }) };
  return checkPolicySet(options).problems.map(renderIssue);
}

describe('defect 1: a condition that is not understood is a load error with its place', () => {
  test.each([
    ['an unknown operator', `permit(${ANY}) when { 1 = 1 };`, '= 1', /did you mean `==`/],
    ['an empty condition', `\n  permit(${ANY}) when { };`, '};', /says nothing/],
    ['an unclosed parenthesis', `permit(${ANY}) when { (true };`, '};', /found `}`, expected `\)`/],
    ['a misspelt keyword', `permit(${ANY}) whn { true };`, 'whn', /whn/],
    [
      'a misspelt fact',
      `permit(${ANY}) when { context.sesion.id == "x" };`,
      'context.s',
      /did you mean `session`/,
    ],
    ['a wrong type', `forbid(${WRITE}) when { context.args.path == 3 };`, 'context', /not compatible/],
    [
      'a misspelt argument',
      `forbid(${WRITE}) when { context.args.pth == "x" };`,
      '.pth',
      /did you mean `path`/,
    ],
    [
      'a misspelt argument behind `has`, which Cedar takes for false',
      `forbid(${WRITE}) when { context.args has pth && context.args.pth == "x" };`,
      'has pth',
      /context\.args\.pth.*did you mean `path`/,
    ],
    [
      'an optional fact read without `has`',
      `permit(${ANY}) when { context.purpose == "x" };`,
      'context.p',
      /optional/,
    ],
    ['a condition that is never true', `forbid(${ANY}) when { false };`, 'forbid', /no request can satisfy/],
    ['a template', 'permit(principal == ?principal, action, resource);', 'permit', /template.*no link/],
    ['a missing semicolon', `permit(${ANY})`, '', /ends here, expected `;`/],
    ['text after an astral character', `permit(${ANY}) when { "😀é" = 1 };`, '= 1', /did you mean `==`/],
  ])('%s', (_what, text, at, message) => {
    const { problems } = checkPolicySet({ sources: [{ name: 'main.cedar', text }], tools: FILE_TOOLS });
    expect(problems.map(renderIssue)).toEqual([expect.stringMatching(message)]);
    const before = text.slice(0, at === '' ? text.length : text.indexOf(at)).split('\n');
    const [line, column] = [before.length, (before.at(-1) ?? '').length + 1];
    expect(problems[0]?.place).toEqual({ file: 'main.cedar', line, column });
  });

  test('every problem of every file is reported, in the order of the files', () => {
    const sources = [
      { name: 'b.cedar', text: `permit(${ANY}) when { };\n\npermit(${ANY}) when { nope() };` },
      { name: 'a.cedar', text: `@verdict("maybe") forbid(${ANY});` },
    ];
    const places = checkPolicySet({ sources, tools: FILE_TOOLS }).problems.map(
      ({ place }) => `${place?.file}:${place?.line}`,
    );
    expect(places).toEqual(['b.cedar:1', 'b.cedar:3', 'a.cedar:1']);
  });

  test('a set with a problem is not loaded, and the fault carries every line', () => {
    const text = `@id("a") permit(${ANY}) when { };\n@id("b") permit(${ANY}) when { context.nope };`;
    let thrown: unknown;
    try {
      pointOf(text);
    } catch (fault) {
      thrown = fault;
    }
    expect(thrown).toBeInstanceOf(Fault);
    const { data, code } = thrown as Fault;
    expect(code).toBe('policy.syntax');
    expect(data).toMatchObject({ file: 'main.cedar', line: 1 });
    expect(data['problems']).toHaveLength(2);
  });
});

describe('defect 2: what would exhaust the engine is refused, and what is accepted can be evaluated', () => {
  const term = 'context.findings.contains("a")';
  const shapes: readonly (readonly [string, (count: number) => string])[] = [
    ['||', (count) => Array.from({ length: count }, () => term).join(' || ')],
    ['&&', (count) => Array.from({ length: count }, () => `!(${term})`).join(' && ')],
    ['+', (count) => `${Array.from({ length: count }, () => '1').join(' + ')} > 5`],
    ['if', (count) => `${`if ${term} then true else `.repeat(count)}true`],
    [
      '==',
      (count) => `${'('.repeat(60)}${term}${' == true)'.repeat(60)} ${`&& ${term} `.repeat(count - 60)}`,
    ],
  ];

  test.each(shapes)('a chain of `%s`', (_operator, chain) => {
    const text = (count: number): string => `@id("p") forbid(${ANY}) when { ${chain(count)} };`;
    expect(decideOver(text(110))).toMatchObject({ source: 'policy', errors: [] });
    expect(problemsOf(text(400))).toEqual([
      expect.stringMatching(/(?:nests or chains|nested) more than 12[08]/),
    ]);
  });
});

describe('defect 10: what is not known is refused, not dropped', () => {
  test.each([
    [
      'an unknown annotation',
      `@verdct("step_up") forbid(${ANY});`,
      /unknown annotation `@verdct`.*did you mean `verdict`/,
    ],
    [
      'an unknown verdict',
      `@verdict("stepup") forbid(${ANY});`,
      /expected `step_up` or `defer`.*did you mean `step_up`/,
    ],
    ['a denying verdict', `@verdict("deny") forbid(${ANY});`, /a forbid without `@verdict` denies/],
    ['a verdict on a permit', `@verdict("step_up") permit(${ANY});`, /`@verdict` stands on a permit/],
    ['approvers without step_up', `@approvers("alice") forbid(${ANY});`, /without `@verdict\("step_up"\)`/],
    [
      'needs without defer',
      `@needs("context.user") @verdict("step_up") forbid(${ANY});`,
      /without `@verdict\("defer"\)`/,
    ],
    [
      'a fact that no request carries',
      `@needs("context.user.mfaa") @verdict("defer") forbid(${ANY});`,
      /did you mean `context\.user\.mfa`/,
    ],
    ['a quorum of none', `@verdict("step_up") @quorum("0") forbid(${ANY});`, /from 1 to 16/],
    ['a duration without unit', `@verdict("step_up") @timeout("15") forbid(${ANY});`, /`30s`, `15m` or `2h`/],
    ['an empty list', `@redact("") permit(${ANY});`, /`@redact` has no value/],
    ['a hole in a list', `@redact("secret,,card") permit(${ANY});`, /separated by commas/],
    ['another mode', `@mode("permissive") permit(${ANY});`, /expected `audit`/],
    [
      'confinement',
      `@confine("net") permit(${ANY});`,
      /expected `permissive` or `moderate` or `restrictive`/,
    ],
    ['an id with a space', `@id("a b") permit(${ANY});`, /`@id` has the value `a b`/],
    [
      'an id taken twice',
      `@id("a") permit(${ANY});\n@id("a") forbid(${WRITE});`,
      /already taken at main\.cedar:1:1/,
    ],
    [
      'an unknown tool',
      'permit(principal, action == Action::"files/wrte_file", resource);',
      /did you mean `Action::"files\/write_file"`/,
    ],
    ['an unknown entity type', 'permit(principal is Agnt, action, resource);', /did you mean `Agent`/],
    [
      'the group of calls as one action',
      'permit(principal, action == Action::"tools/call", resource);',
      /action in Action::"tools\/call"/,
    ],
    ['limits, which nothing supplies', `forbid(${ANY}) when { context.limits.calls > 3 };`, /limits/],
  ])('%s', (_what, text, message) => {
    const problems = problemsOf(text);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(message);
  });

  test('an annotation is blamed where it stands', () => {
    const { problems } = checkPolicySet({
      sources: [{ name: 'p', text: `@id("a")\n  @timeout("soon")\n@verdict("step_up") forbid(${ANY});` }],
    });
    expect(problems[0]?.place).toEqual({ file: 'p', line: 2, column: 3 });
    expect(problems[0]?.text).toBe('@timeout("soon")');
  });
});

describe('defect 12: integers are exact or refused', () => {
  test('a literal beyond 2^53 is exact, and one beyond 64 bits is refused with its place', () => {
    const exact = (literal: string): string =>
      `@id("a") forbid(${WRITE}) when { context.args has size && context.args.size == ${literal} };`;
    expect(problemsOf(exact('9007199254740993'))).toEqual([]);
    expect(problemsOf(exact('9223372036854775808'))).toEqual([
      expect.stringMatching(/^main\.cedar:1:12\d: the integer is outside 64 bits, at `9223372036854775808`/),
    ]);
    const hashes = ['9007199254740993', '9007199254740992'].map(
      (literal) =>
        checkPolicySet({ sources: [{ name: 'a', text: exact(literal) }] }).policies[0]?.contentHash,
    );
    expect(new Set(hashes).size).toBe(2);
  });

  test('digits in texts and comments are no literals', () => {
    expect(
      problemsOf(
        `@id("a") // 9007199254740993\nforbid(${WRITE}) when { context.args.path == "9007199254740993" };`,
      ),
    ).toEqual([]);
  });
});

describe('arguments that cannot be judged', () => {
  test('a policy that reads a union of one tool is a load error naming it', () => {
    expect(problemsOf(`forbid(${WRITE}) when { context.args has mode };`)).toEqual([
      expect.stringMatching(
        /`context\.args\.mode`, which no policy can judge for `files\/write_file`: a union/,
      ),
    ]);
  });

  test('one odd tool never spoils the rest', () => {
    const tools = [
      ...FILE_TOOLS,
      fileTool('odd', { type: 'array' }),
      { server: 'x', name: 'none', definition: {} },
    ];
    const { problems, report } = checkPolicySet({
      sources: [
        {
          name: 'p',
          text: `${PERMIT_CALLS} @id("b") forbid(${WRITE}) when { context.args.path like "/etc/*" };`,
        },
      ],
      tools,
    });
    expect(problems).toEqual([]);
    expect(report.tools).toBe(4);
    expect(report.oddities.map(({ tool, path }) => `${tool} ${path ?? ''}`.trim())).toEqual([
      'files/write_file mode',
      'files/odd',
      'x/none',
    ]);
  });

  test('a tool that is called like a method is left out and named', () => {
    const { report, schema } = checkPolicySet({
      sources: [{ name: 'p', text: PERMIT_CALLS }],
      tools: [
        ...FILE_TOOLS,
        { server: 'tools', name: 'call', definition: {} },
        { server: 'memory', name: 'write', definition: {} },
      ],
    });
    expect([...schema.excluded]).toEqual(['tools/call', 'memory/write']);
    expect(report.oddities.map(({ tool }) => tool)).toContain('memory/write');
  });
});

describe('defect 8: a set is named by its content', () => {
  const one = `@id("a") permit(${ANY});`;
  const two = `@id("b") forbid(${WRITE});`;

  test('neither order nor files change the hash', () => {
    const hash = pointOf(`${one}\n${two}`).policyHash;
    expect(pointOf(`${two} // again\n ${one}`).policyHash).toBe(hash);
    const split = {
      sources: [
        { name: 'x', text: two },
        { name: 'y', text: one },
      ],
    };
    expect(pointOf('', split).policyHash).toBe(hash);
  });

  test.each([
    ['a condition', `@id("a") permit(${ANY}) when { context.findings.isEmpty() };`, {}],
    ['an annotation', `@id("a") @reason("because") permit(${ANY});`, {}],
    ['the id', `@id("c") permit(${ANY});`, {}],
    ['the mode', one, { mode: 'permissive' as const }],
    ['the end of audit', one, { auditUntil: 5 }],
  ])('%s changes the hash', (_what, text, options) => {
    expect(pointOf(text, options).policyHash).not.toBe(pointOf(one).policyHash);
  });

  test('what a decision point answers is fixed when it is loaded', () => {
    const sources = [{ name: 'p', text: PERMIT_CALLS }];
    const { decisionPoint } = loadPolicySet({ sources, tools: FILE_TOOLS, mode: 'strict' });
    const before = decisionPoint.policyHash;
    sources[0] = { name: 'p', text: '' };
    expect(decisionPoint.policyHash).toBe(before);
  });
});

describe('without servers', () => {
  const load = (text: string): readonly string[] => {
    const { problems } = checkPolicySet({ sources: [{ name: 'p', text }] });
    return problems.map(renderIssue);
  };

  test('tools that policies name are taken as given, with the types that policies imply', () => {
    const text = `@id("a") forbid(principal, action == Action::"mail/send", resource) when {
      context.args.to like "*@evil" || context.args.count > 3 || context.args.cc.contains("x") || context.args.urgent ||
      context.args.cost.greaterThan(decimal("1.5")) || (context.args has deep && context.args.deep.er == "x") };`;
    const { problems, report } = checkPolicySet({ sources: [{ name: 'p', text }] });
    expect(problems).toEqual([]);
    expect(report.assumed).toEqual(['mail/send']);
  });

  test('the base schema still binds', () => {
    expect(load(`permit(${ANY}) when { context.usr.id == "x" };`)).toHaveLength(1);
    expect(load('permit(principal, action == Action::"tools/cal", resource);')).toHaveLength(1);
  });

  test('a contradiction is reported as unchecked, not guessed', () => {
    const text = `@id("a") forbid(principal, action == Action::"mail/send", resource) when { context.args.x > 1 || context.args.x like "a" };`;
    const { problems, report } = checkPolicySet({ sources: [{ name: 'p', text }] });
    expect(problems).toEqual([]);
    expect(report.unchecked).toEqual(['a']);
  });

  test('unlisted tools can be assumed beside listed ones', () => {
    const text = `@id("a") forbid(principal, action in [Action::"files/write_file", Action::"files/later"], resource) when { context.args has path && context.args.path == "x" };`;
    const sources = [{ name: 'p', text }];
    expect(checkPolicySet({ sources, tools: FILE_TOOLS }).problems).toHaveLength(1);
    const { problems, report } = checkPolicySet({ sources, tools: FILE_TOOLS, unlisted: 'assume' });
    expect(problems).toEqual([]);
    expect(report).toMatchObject({ tools: 2, assumed: ['files/later'] });
    const typo = [{ name: 'p', text: text.replaceAll('path', 'pth') }];
    expect(checkPolicySet({ sources: typo, tools: FILE_TOOLS, unlisted: 'assume' }).report.assumed).toEqual([
      'files/later',
    ]);
  });

  test('an argument that a policy reads may be missing from a request', () => {
    const text = `@id("p") permit(principal, action == Action::"mail/send", resource);
      @id("f") forbid(principal, action == Action::"mail/send", resource) when { context.args has bcc && context.args.bcc like "*@evil" };
      @id("g") forbid(principal, action == Action::"mail/send", resource) when { context.args.to like "*@evil" };`;
    const { decisionPoint } = loadPolicySet({ sources: [{ name: 'p', text }], mode: 'strict' });
    const send = (args: JsonObject) => decisionPoint.decide(queryOf({ id: 'mail/send', args }));
    expect(send({ to: 'a@b', text: 'x' })).toMatchObject({ verdict: 'allow', unjudgedArgs: ['text'] });
    expect(send({ text: 'x' })).toMatchObject({
      verdict: 'deny',
      source: 'policy',
      errors: [{ policy: 'g' }],
    });
    expect(send({ to: 5 })).toMatchObject({ verdict: 'deny', source: 'fault', code: 'policy.arguments' });
  });

  test('a policy over all calls holds for a tool that nobody named', () => {
    const text = `${PERMIT_CALLS} @id("etc") forbid(principal, action in Action::"tools/call", resource) when { context.args has path && context.args.path like "/etc/*" };`;
    const point = loadPolicySet({ sources: [{ name: 'p', text }], mode: 'strict' }).decisionPoint;
    expect(point.engineVersion).toBe('writ-cedar 4.5.2');
    expect(
      decideOver(text, { id: 'some/tool', args: { path: '/etc/x' } }, { tools: undefined as never }).verdict,
    ).toBe('deny');
    expect(
      decideOver(text, { id: 'some/tool', args: { path: '/tmp/x' } }, { tools: undefined as never }).verdict,
    ).toBe('allow');
  });
});

describe('entities', () => {
  const entity = {
    uid: { type: 'Agent', id: 'bot' },
    attrs: { trust: 700 },
    parents: [{ type: 'Group', id: 'trusted' }],
  };

  test('give attributes and groups to agents', () => {
    const typed = `@id("a") permit(principal is Agent in Group::"trusted", action, resource) when { principal has trust && principal.trust > 500 };`;
    expect(decideOver(typed, {}, { entities: [entity] }).verdict).toBe('allow');
    expect(decideOver(typed).verdict).toBe('deny');
  });

  test('that do not fit the schema are refused', () => {
    const wrong = { ...entity, attrs: { trust: 'high' } };
    expect(() => pointOf(PERMIT_CALLS, { entities: [wrong] })).toThrow(/entities do not fit the schema/);
    const action = { uid: { type: 'Action', id: 'files/write_file' }, attrs: {}, parents: [] };
    expect(() => pointOf(PERMIT_CALLS, { entities: [action] })).toThrow(/comes from the schema alone/);
  });
});

describe('servers whose tools nobody knows yet', () => {
  const UNSEEN = ['bank'];
  const check = (text: string, unseen: readonly string[] = UNSEEN) =>
    checkPolicySet({ sources: [{ name: 'main.cedar', text }], tools: FILE_TOOLS, unseen });

  test.each([
    ['one of its tools', `permit(principal, action == Action::"bank/pay", resource);`],
    [
      'an argument of one of its tools',
      `permit(principal, action == Action::"bank/pay", resource) when { context.args.amount < 10 };`,
    ],
    [
      'an argument that a tool of it may have',
      `forbid(${ANY}) when { context.args has amount && context.args.amount > 10 };`,
    ],
  ])('a policy that names %s is loaded, and told of at its place', (_what, text) => {
    const { problems, report } = check(`\n${text}`);
    expect(problems).toEqual([]);
    expect(report.waiting.map(({ place }) => place?.line)).toContain(2);
    expect(report.waiting[0]?.message).toMatch(/^not checked before server `bank` was asked for its tools: /);
    expect(check(text, []).problems).not.toEqual([]);
  });

  test.each([
    [
      'a tool that another server does not have',
      `permit(principal, action == Action::"files/pay", resource);`,
    ],
    [
      'a tool of a server that is not configured',
      `permit(principal, action == Action::"bnak/pay", resource);`,
    ],
    ['an argument that a known tool does not have', `forbid(${WRITE}) when { context.args.pth == "x" };`],
  ])('%s is a load error all the same', (_what, text) => {
    expect(check(text).problems).not.toEqual([]);
  });

  test('a set that names none of it waits for nothing', () => {
    expect(check(`forbid(${WRITE});`).report.waiting).toEqual([]);
  });
});
