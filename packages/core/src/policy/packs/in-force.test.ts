/** Packs of a set that is loaded: what they say, what they look for, and how much of it is in force. */
import { describe, expect, test } from 'vitest';
import { queryOf } from '../fixtures.ts';
import { checkPolicySet } from '../check-set.ts';
import { loadPolicySet, type PolicySetOptions } from '../load.ts';
import { toolOf } from './fixtures.ts';
import { compilePack } from './index.ts';

const TOOLS = [toolOf('shell/run', { command: { type: 'string' } }, ['command'])];
const RULES = `rules:
  - id: run
    allow: shell/*
  - id: no-destruction
    block: shell/run
    argument: command
    regex: 'rm +-r'
    reason: Nothing is deleted by the folder.
`;
const HEAD = 'version: 1\nname: p\n';
const PACK = { name: 'pack.yaml', text: HEAD + RULES };

const options = (rest: Partial<PolicySetOptions> = {}): PolicySetOptions => ({
  sources: [],
  packs: [PACK],
  tools: TOOLS,
  mode: 'strict',
  ...rest,
});
const load = (rest?: Partial<PolicySetOptions>) => loadPolicySet(options(rest)).decisionPoint;
const messages = (rest: Partial<PolicySetOptions>): readonly string[] =>
  checkPolicySet(options(rest)).problems.map(({ message }) => message);
const outcomeOf = (command: string, point = load()) =>
  point.decide(queryOf({ id: 'shell/run', args: { command } }));

describe('patterns of a pack', () => {
  test('are looked for by the decision itself, which says so', () => {
    const [kind, cruel] = [outcomeOf('ls'), outcomeOf('rm   -rf /')];
    expect([kind.verdict, cruel.verdict]).toEqual(['allow', 'deny']);
    expect(cruel.determining.map(({ id }) => id)).toEqual(['p.no-destruction']);
    for (const { checks } of [kind, cruel])
      expect(checks).toEqual([expect.objectContaining({ id: 'patterns', status: 'ran', mode: 'block' })]);
  });

  test('that nobody looks for deny every call they are about', () => {
    const { cedar } = compilePack(PACK, { tools: TOOLS });
    const bare = loadPolicySet({ sources: [{ name: 'p', text: cedar }], tools: TOOLS, mode: 'strict' });
    expect(outcomeOf('ls', bare.decisionPoint).verdict).toBe('deny');
    expect(outcomeOf('ls', bare.decisionPoint)).not.toHaveProperty('checks');
  });

  test('are not looked for where there is no call', () => {
    const text =
      '@id("looked") forbid(principal, action, resource) when { context.findings.contains("patterns:p") };';
    const point = load({ sources: [{ name: 'a', text }] });
    const outcome = point.decide(queryOf({ phase: 'list', method: 'tools/list', id: 'shell/run' }));
    expect(outcome).toMatchObject({ verdict: 'allow' });
    expect(outcome).not.toHaveProperty('checks');
    expect(outcomeOf('ls', point).verdict).toBe('deny');
  });

  test('are part of the identity of the set', () => {
    const { cedar, patterns } = compilePack(PACK, { tools: TOOLS });
    const sources = [{ name: 'p', text: cedar }];
    const hashes = [[], patterns].map((found) => load({ packs: [], sources, patterns: found }).policyHash);
    expect(new Set(hashes).size).toBe(2);
  });
});

describe('the identity of a set with packs', () => {
  test('is that of their texts, and not of the tools they meet', () => {
    const more = [...TOOLS, toolOf('shell/other', {})];
    expect(load({ tools: more }).policyHash).toBe(load().policyHash);
    const other = { ...PACK, text: PACK.text.replace('rm', 'mv') };
    expect(load({ packs: [other] }).policyHash).not.toBe(load().policyHash);
    expect(load({ packs: [{ ...PACK, name: 'moved.yaml' }] }).policyHash).toBe(load().policyHash);
  });
});

describe('before the tools are known', () => {
  test('a glob stands for no tool, an exact name for itself, and what restricts for every tool', () => {
    const exact = { ...PACK, text: PACK.text.replace('shell/*', 'shell/run') };
    const unknown = loadPolicySet({ sources: [], packs: [exact], mode: 'strict' }).decisionPoint;
    expect([outcomeOf('ls', unknown).verdict, outcomeOf('rm -r', unknown).verdict]).toEqual([
      'allow',
      'deny',
    ]);
    const glob = loadPolicySet({ sources: [], packs: [PACK], mode: 'strict' }).decisionPoint;
    expect(outcomeOf('ls', glob).verdict).toBe('deny');
  });

  test('what was not known when a glob restricted is denied', () => {
    const rules =
      'rules:\n  - {id: a, allow: [shell/run, shell/x]}\n  - {id: d, deny: shell/r*, where: {command: x}}\n';
    const packs = [{ ...PACK, text: HEAD + rules }];
    const point = loadPolicySet({
      sources: [],
      packs,
      tools: TOOLS,
      unlisted: 'assume',
      mode: 'strict',
    }).decisionPoint;
    const verdict = (id: string) => point.decide(queryOf({ id, args: { command: 'y' } })).verdict;
    expect([verdict('shell/run'), verdict('shell/x')]).toEqual(['allow', 'deny']);
  });

  test('with all tools known, a tool that is not among them is a problem', () => {
    const packs = [{ ...PACK, text: PACK.text.replace('shell/*', 'shell/rum') }];
    expect(messages({ packs })).toEqual([expect.stringContaining('no server has the tool `shell/rum`')]);
  });
});

describe('the mode of a pack', () => {
  const withMode = (mode: string) => ({ packs: [{ ...PACK, text: `${HEAD}${mode}\n${RULES}` }] });
  const END = Date.UTC(2030, 0, 31);
  const AUDIT = 'mode: audit\naudit_until: 2030-01-31T00:00:00Z';

  test.each([
    ['strict in a set that is permissive', 'mode: strict', { mode: 'permissive' as const }, /enforces less/],
    ['strict in a set that only watches', 'mode: strict', { mode: 'audit' as const }, /enforces less/],
    [
      'audit with an end in a set without one',
      AUDIT,
      { mode: 'audit' as const },
      /ends before that of the set/,
    ],
    [
      'audit that ends before the set',
      AUDIT,
      { mode: 'audit' as const, auditUntil: END + 1 },
      /ends before that of the set/,
    ],
  ])('is never weakened: %s is a problem', (_what, mode, rest, message) => {
    expect(messages({ ...withMode(mode), ...rest })).toEqual([expect.stringMatching(message)]);
  });

  test('never weakens: a set that enforces more holds, and the author is told', () => {
    const { problems, warnings } = checkPolicySet(options(withMode('mode: permissive')));
    expect([problems, warnings.map(({ message }) => message)]).toEqual([
      [],
      ['the pack says mode `permissive`; the set is in mode `strict`, which holds'],
    ]);
    expect(load(withMode('mode: permissive')).mode).toBe('strict');
    expect(messages({ ...withMode(AUDIT), mode: 'audit', auditUntil: END })).toEqual([]);
  });
});

describe('what a pack says wrongly', () => {
  test('is a problem of the set, at its line, beside the problems of others', () => {
    const packs = [{ ...PACK, text: PACK.text.replace('regex:', 'regexp:') }];
    const sources = [{ name: 'a.cedar', text: 'permit(' }];
    const { problems } = checkPolicySet(options({ packs, sources }));
    const places = new Set(problems.map(({ place }) => `${place?.file}:${place?.line}`));
    expect(places).toEqual(new Set(['a.cedar:1', 'pack.yaml:6', 'pack.yaml:9']));
  });

  test('that only the types tell is placed at the rule, not in Cedar that nobody wrote', () => {
    const sources = [
      { name: 'a.cedar', text: '@id("p.run") permit(principal, action == Action::"shell/run", resource);' },
    ];
    const { policies } = checkPolicySet(options());
    expect(policies.map(({ id, place }) => [id, place.file, place.line])).toContainEqual([
      'p.no-destruction',
      'pack.yaml',
      6,
    ]);
    expect(checkPolicySet(options({ sources })).problems).toHaveLength(1);
  });

  test('two limits of one name are a problem, wherever they stand', () => {
    const limit = '{ id: runs, kind: calls, amount: 1 }';
    const pack = { ...PACK, text: `${PACK.text}limits:\n  - ${limit}\n` };
    expect(messages({ packs: [pack] })).toEqual([]);
    const declared = { id: 'runs', kind: 'calls', measure: 'calls', key: ['session'] } as never;
    expect(messages({ packs: [pack], limits: [declared] })).toEqual(['the limit `runs` is declared twice']);
    expect(load({ packs: [pack] }).limits?.map(({ id }) => id)).toEqual(['runs']);
  });
});
