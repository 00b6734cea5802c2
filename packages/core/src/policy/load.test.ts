/** What a policy set is loaded from and named by: its content, the tools that are known and those that are not, entities. */
import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../kernel/index.ts';
import { checkPolicySet } from './check-set.ts';
import { decideOver, FILE_TOOLS, PERMIT_CALLS, pointOf, queryOf } from './fixtures.ts';
import { renderIssue } from './language/index.ts';
import { loadPolicySet } from './load.ts';

const ANY = 'principal, action, resource';
const WRITE = 'principal, action == Action::"files/write_file", resource';

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
