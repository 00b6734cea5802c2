// What the first rule that matches said there is what the policies say here, whatever their order.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { stringify } from 'yaml';
import { queryOf } from '../../fixtures.ts';
import { loadPolicySet } from '../../load.ts';
import { toolOf } from '../fixtures.ts';
import { createPatternMatcher, importAgentGovernanceToolkit } from '../index.ts';

const TOOLS = [
  toolOf('a/read', { path: { type: 'string' }, size: { type: 'integer' } }),
  toolOf('a/write', { path: { type: 'string' }, size: { type: 'number' } }, ['path']),
  toolOf('b/read', { path: { type: 'string' } }),
];
type Value = string | number;
interface Test {
  readonly field: string;
  readonly operator: string;
  readonly value: Value | readonly Value[];
}
interface Rule {
  readonly name: string;
  readonly condition: Test | { readonly all: readonly Test[] } | { readonly any: readonly Test[] };
  readonly action: string;
  readonly priority: number;
}

const check: fc.Arbitrary<Test> = fc.oneof(
  fc.record({
    field: fc.constant('tool_name'),
    operator: fc.constantFrom('eq', 'ne'),
    value: fc.constantFrom('read', 'write'),
  }),
  fc.record({
    field: fc.constant('tool_name'),
    operator: fc.constantFrom('in', 'not_in'),
    value: fc.constant(['read', 'write']),
  }),
  fc.record({
    field: fc.constant('tool_name'),
    operator: fc.constant('matches'),
    value: fc.constantFrom('^r', 'rit', 'e$'),
  }),
  fc.record({
    field: fc.constant('agent_id'),
    operator: fc.constantFrom('eq', 'ne'),
    value: fc.constantFrom('bot', 'ape'),
  }),
  fc.record({
    field: fc.constant('args.path'),
    operator: fc.constantFrom('eq', 'contains', 'starts_with', 'ends_with', 'matches'),
    value: fc.constantFrom('/srv', 'x'),
  }),
  fc.record({
    field: fc.constant('args.size'),
    operator: fc.constantFrom('gt', 'gte', 'lt', 'lte'),
    value: fc.constantFrom(0, 10, 10.5, -0.5),
  }),
);
const rules = fc.array(
  fc.record({
    condition: fc.oneof(
      check,
      fc.record({ all: fc.array(check, { minLength: 1, maxLength: 3 }) }),
      fc.record({ any: fc.array(check, { minLength: 1, maxLength: 2 }) }),
    ),
    action: fc.constantFrom('allow', 'deny', 'require_approval', 'audit', 'block'),
    priority: fc.nat(3),
  }),
  { minLength: 1, maxLength: 5 },
);
const call = fc.record({
  tool: fc.constantFrom('a/read', 'a/write', 'b/read'),
  agent: fc.constantFrom('bot', 'ape'),
  path: fc.constantFrom('/srv', '/srv/x', 'x', ''),
  size: fc.option(fc.constantFrom(-1, 0, 10, 11), { nil: undefined }),
});
type Call = typeof call extends fc.Arbitrary<infer One> ? One : never;

function holds({ field, operator, value }: Test, one: Call): boolean {
  const given: Value | undefined = {
    tool_name: one.tool.slice(2),
    agent_id: one.agent,
    'args.path': one.path,
    'args.size': one.size,
  }[field];
  if (given === undefined) return false;
  const [text, wanted] = [String(given), String(value)];
  switch (operator) {
    case 'eq':
      return given === value;
    case 'ne':
      return given !== value;
    case 'in':
      return [value].flat().includes(given);
    case 'not_in':
      return ![value].flat().includes(given);
    case 'contains':
      return text.includes(wanted);
    case 'starts_with':
      return text.startsWith(wanted);
    case 'ends_with':
      return text.endsWith(wanted);
    case 'matches':
      return new RegExp(wanted).test(text);
    case 'gt':
      return given > value;
    case 'gte':
      return given >= value;
    case 'lt':
      return given < value;
    case 'lte':
      return given <= value;
    default:
      throw new Error(operator);
  }
}

function first(list: readonly Rule[], one: Call): string {
  const ordered = list.toSorted((left, right) => right.priority - left.priority);
  const rule = ordered.find(({ condition }) => {
    if ('all' in condition) return condition.all.every((part) => holds(part, one));
    return 'any' in condition ? condition.any.some((part) => holds(part, one)) : holds(condition, one);
  });
  return { allow: 'allow', audit: 'allow', require_approval: 'step_up' }[rule?.action ?? ''] ?? 'deny';
}

test('the verdict is that of the first rule by priority', () => {
  const seen = new Map<string, number>();
  fc.assert(
    fc.property(rules, fc.array(call, { minLength: 8, maxLength: 8 }), (generated, calls) => {
      const list: readonly Rule[] = generated.map((rule, index) => ({ name: `r${index}`, ...rule }));
      const text = stringify(
        {
          apiVersion: 'governance.toolkit/v1',
          name: 'x',
          default_action: 'deny',
          rules: list,
        },
        { aliasDuplicateObjects: false },
      );
      const imported = importAgentGovernanceToolkit(text, { tools: TOOLS });
      expect(imported.report.filter(({ kind }) => kind !== 'changed')).toEqual([]);
      const { decisionPoint } = loadPolicySet({
        sources: [{ name: 'imported.cedar', text: imported.cedar }],
        tools: TOOLS,
        mode: 'strict',
      });
      const matcher = createPatternMatcher(imported.patterns);
      for (const one of calls) {
        // `size` is no argument of one of the tools.
        const hasSize = one.size !== undefined && one.tool !== 'b/read';
        const args = { path: one.path, ...(hasSize ? { size: one.size ?? 0 } : {}) };
        const given = hasSize ? one : { ...one, size: undefined };
        const findings = matcher.findingsOf(one.tool, args);
        const outcome = decisionPoint.decide(
          queryOf({
            id: one.tool,
            args,
            context: { findings },
            subject: {
              agent: { id: one.agent },
              chain: [],
              authentication: { method: 'configured', assurance: 1, credentialId: 'test', at: 0 },
            },
          }),
        );
        const expected = first(list, given);
        seen.set(expected, (seen.get(expected) ?? 0) + 1);
        expect({ verdict: outcome.verdict, one, text, cedar: imported.cedar }).toMatchObject({
          verdict: expected,
        });
      }
    }),
    { numRuns: 80 },
  );
  for (const verdict of ['allow', 'step_up', 'deny']) expect(seen.get(verdict) ?? 0).toBeGreaterThan(5);
});
