// A set that follows another takes over what both have in common, and is the same set as one that is loaded afresh.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isFault } from '../kernel/index.ts';
import { FILE_TOOLS, fileTool, queryOf } from './fixtures.ts';
import { type LoadedPolicySet, loadPolicySet, type PolicySetOptions } from './load.ts';

const QUERIES = [
  queryOf({ args: { path: '/srv/a', size: 3 } }),
  queryOf({ id: 'files/read_file', args: { path: '/etc/passwd' } }),
  queryOf({ method: 'ping', type: 'server', id: 'files', args: {} }),
];

/** Policies by name; `{id}` becomes their own. Some are refused, so that refusals are compared as well. */
const TEXTS = [
  '@id("{id}") permit (principal, action, resource);',
  '@id("{id}") permit (principal, action in Action::"tools/call", resource) when { context.args.path like "/srv/*" };',
  '@id("{id}") forbid (principal, action == Action::"files/write_file", resource) when { context.args has size && context.args.size > 2 };',
  '@id("{id}") forbid (principal == Agent::"bot", action, resource) when { resource in Server::"nobody" };',
  'forbid (principal, action == Action::"files/write_file", resource) unless { context.args.path like "*/a" };',
  '@id("{id}") permit (principal == ?principal, action, resource);',
  '@id("shared") permit (principal, action, resource);',
  '@id("{id}") permit (principal, action, resource) when { context.args.missing == 1 };',
  '@id("{id}") permit (principal, action, resource) when {',
];

/** Packs; the last is refused where its tool is not listed. */
const PACKS = [
  "version: 1\nname: p\nrules:\n  - {id: read, allow: 'files/*'}\n",
  "version: 1\nname: p\nrules:\n  - {id: read, allow: 'files/*'}\n  - {id: key, block: 'files/*', argument: path, regex: 'passwd$'}\n",
  'version: 1\nname: p\nrules:\n  - {id: write, allow: files/write_file}\n',
];

const anyPolicies = fc.array(fc.integer({ min: 0, max: 5 }), { maxLength: 4 });
const anyFiles = fc.dictionary(
  fc.constantFrom('a.cedar', 'b.cedar', 'c.cedar'),
  fc.record({
    policies: fc.oneof(
      { weight: 5, arbitrary: anyPolicies },
      { weight: 1, arbitrary: fc.array(fc.integer({ min: 0, max: TEXTS.length - 1 }), { maxLength: 3 }) },
    ),
    team: fc.option(fc.constantFrom('research', 'sales'), { nil: undefined }),
  }),
);

const anyOptions = fc.record({
  files: anyFiles,
  tools: fc.constantFrom(FILE_TOOLS, FILE_TOOLS.slice(0, 1), undefined, [
    ...FILE_TOOLS.slice(0, 1),
    fileTool('write_file', { type: 'object', properties: { path: { type: 'integer' } } }),
  ]),
  mode: fc.constantFrom('strict', 'permissive'),
  packs: fc.oneof(
    { weight: 2, arbitrary: fc.constant<number[]>([]) },
    { weight: 1, arbitrary: fc.uniqueArray(fc.integer({ min: 0, max: PACKS.length - 1 }), { maxLength: 2 }) },
  ),
});

function optionsOf({
  files,
  tools,
  mode,
  packs,
}: typeof anyOptions extends fc.Arbitrary<infer One> ? One : never) {
  const sources = Object.entries(files).map(([name, { policies, team }]) => ({
    name,
    text: policies.map((which, index) => (TEXTS[which] ?? '').replace('{id}', `${name}-${index}`)).join('\n'),
    ...(team === undefined ? {} : { level: { kind: 'team' as const, team } }),
  }));
  const links = [{ id: 'linked', template: 'a.cedar-0', principal: { type: 'Agent', id: 'bot' } }];
  const isLinked = files['a.cedar']?.policies[0] === 5;
  return {
    sources,
    mode,
    packs: packs.map((which) => ({
      name: `pack-${which}.yaml`,
      text: (PACKS[which] ?? '').replace('name: p', `name: p${which}`),
    })),
    ...(isLinked ? { links } : {}),
    ...(tools === undefined ? {} : { tools }),
  } as const;
}

/** Everything that can be known of a set from outside, or of its refusal. */
function outcomeOf(options: PolicySetOptions): { readonly seen: unknown; readonly loaded?: LoadedPolicySet } {
  try {
    const loaded = loadPolicySet(options);
    const { decisionPoint, ...others } = loaded;
    const { decide, ...identity } = decisionPoint;
    return { seen: { ...others, identity, decided: QUERIES.map((query) => decide(query)) }, loaded };
  } catch (thrown) {
    if (!isFault(thrown)) throw thrown;
    return { seen: { code: thrown.code, message: thrown.message, data: thrown.data } };
  }
}

test('a chain of sets, each loaded with the one before it, is the same as sets loaded afresh', () => {
  let both = 0;
  fc.assert(
    fc.property(fc.array(anyOptions, { minLength: 2, maxLength: 6 }), (chain) => {
      let previous: LoadedPolicySet | undefined;
      for (const one of chain) {
        const options = optionsOf(one);
        const afresh = outcomeOf(options);
        const again = outcomeOf({ ...options, ...(previous === undefined ? {} : { previous }) });
        expect(again.seen).toEqual(afresh.seen);
        if (again.loaded !== undefined && previous !== undefined) both += 1;
        previous = again.loaded ?? previous;
      }
    }),
    { numRuns: 100 },
  );
  // The chains are worth something: often enough a set follows one that was loaded.
  // About every other chain has one; fewer than this does not happen by chance.
  expect(both).toBeGreaterThan(5);
});

describe('what was taken over', () => {
  const text =
    '@id("a") permit (principal, action == Action::"files/write_file", resource) when { context.args.path like "/srv/*" };';
  const options = { sources: [{ name: 'a.cedar', text }], tools: FILE_TOOLS, mode: 'strict' } as const;

  test('is checked again when the tools have changed', () => {
    const previous = loadPolicySet(options);
    const tools = [fileTool('write_file', { type: 'object', properties: { path: { type: 'integer' } } })];
    expect(() => loadPolicySet({ ...options, tools, previous })).toThrow('context.args.path');
  });

  test('is what was loaded, whatever became of the objects it was loaded from', () => {
    const source = { name: 'a.cedar', text };
    const previous = loadPolicySet({ ...options, sources: [source] });
    source.text = text.replace('permit', 'forbid');
    const next = loadPolicySet({ ...options, sources: [source], previous });
    expect(next.policies.map(({ effect }) => effect)).toEqual(['forbid']);
    expect(next.decisionPoint.policyHash).not.toBe(previous.decisionPoint.policyHash);
  });

  test('leaves the set before it as it is', () => {
    const previous = loadPolicySet(options);
    const query = queryOf({ args: { path: '/srv/a' } });
    const before = previous.decisionPoint.decide(query);
    const sources = [
      ...options.sources,
      { name: 'b.cedar', text: '@id("b") forbid (principal, action, resource);' },
    ];
    const next = loadPolicySet({ ...options, sources, previous });
    expect(next.decisionPoint.decide(query).verdict).toBe('deny');
    expect(previous.decisionPoint.decide(query)).toEqual(before);
    expect(before.verdict).toBe('allow');
  });

  test('is without the policies whose source is gone', () => {
    const ban = { name: 'b.cedar', text: '@id("b") forbid (principal, action, resource);' };
    const previous = loadPolicySet({ ...options, sources: [...options.sources, ban] });
    const query = queryOf({ args: { path: '/srv/a' } });
    expect(previous.decisionPoint.decide(query).verdict).toBe('deny');
    expect(loadPolicySet({ ...options, previous }).decisionPoint.decide(query).verdict).toBe('allow');
  });
});
