/** What a policy set is refused for: every problem at its place, with advice. */
import { describe, expect, test } from 'vitest';
import { Fault } from '../kernel/index.ts';
import { checkPolicySet } from './check-set.ts';
import { decideOver, FILE_TOOLS, fileTool, PERMIT_CALLS, pointOf } from './fixtures.ts';
import { renderIssue } from './language/index.ts';

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
