import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../../kernel/index.ts';
import type { ToolDefinition } from '../../../model/index.ts';
import { queryOf, type QuerySpec } from '../../fixtures.ts';
import { loadPolicySet } from '../../load.ts';
import { toolOf } from '../fixtures.ts';
import {
  createPatternMatcher,
  type ImportedPolicies,
  importAgentGovernanceToolkit,
  importAgentgateway,
  importAuthensor,
  importCedar,
} from '../index.ts';

const TEXT: JsonObject = { type: 'string' };
const TOOLS: readonly ToolDefinition[] = [
  toolOf('shop/echo', { text: TEXT }),
  toolOf('shop/add', { a: { type: 'integer' }, b: { type: 'integer' } }),
  toolOf('shop/refund', { amount: { type: 'number' }, currency: TEXT }, ['amount']),
  toolOf('shop/drop_table', { table: TEXT }),
  toolOf('stripe/charges.create', { amount: { type: 'integer' } }, ['amount']),
  toolOf('stripe/transfers.create', { amount: { type: 'integer' } }),
  toolOf('stripe/refunds.create', { charge: TEXT }),
];

/** The verdict of a call over what was imported. */
function verdictOf(
  imported: ImportedPolicies,
  tool: string,
  args: JsonObject = {},
  spec: QuerySpec & { user?: { id: string; roles: string[] }; agent?: string } = {},
  tools: readonly ToolDefinition[] = TOOLS,
): string {
  const { user, agent, ...rest } = spec;
  const { decisionPoint } = loadPolicySet({
    sources: [{ name: 'imported.cedar', text: imported.cedar }],
    tools,
    mode: 'strict',
  });
  const findings = createPatternMatcher(imported.patterns).findingsOf(tool, args);
  return decisionPoint.decide(
    queryOf({
      id: tool,
      args,
      context: { findings },
      subject: {
        agent: { id: agent ?? 'bot' },
        ...(user === undefined ? {} : { person: user }),
        chain: [],
        authentication: { method: 'configured', assurance: 1, credentialId: 'test', at: 0 },
      },
      ...rest,
    }),
  ).verdict;
}

const kinds = ({ report }: ImportedPolicies): string[] => report.map(({ kind, what }) => `${kind} ${what}`);

describe('a policy of the Agent Governance Toolkit', () => {
  const agt = (rules: string, head = 'default_action: deny'): ImportedPolicies =>
    importAgentGovernanceToolkit(
      `apiVersion: governance.toolkit/v1\nversion: "1.0"\nname: test\n${head}\nrules:\n${rules}`,
      { tools: TOOLS, file: 'agt.yaml' },
    );

  test('keeps what the first rule by priority said', () => {
    const imported = agt(`
  - { name: allow-shop, condition: "tool_name in ['echo', 'refund', 'drop_table']", action: allow, priority: 10 }
  - { name: block-drop, condition: { field: tool_name, operator: matches, value: "^drop_" }, action: deny, priority: 100, message: No. }
  - { name: big, condition: "tool_name == 'refund' and args.amount > 100", action: require_approval, approvers: [finance], priority: 50 }
  - { name: too-late, condition: "tool_name == 'echo'", action: deny, priority: 1 }
`);
    expect(imported.report).toEqual([]);
    expect(verdictOf(imported, 'shop/echo')).toBe('allow');
    expect(verdictOf(imported, 'shop/drop_table')).toBe('deny');
    expect(verdictOf(imported, 'shop/refund', { amount: 100 })).toBe('allow');
    expect(verdictOf(imported, 'shop/refund', { amount: 100.01 })).toBe('step_up');
    expect(verdictOf(imported, 'shop/add')).toBe('deny');
    expect(verdictOf(imported, 'shop/echo', {}, { method: 'tools/list', phase: 'list' })).toBe('allow');
    expect(verdictOf(imported, 'shop/add', {}, { method: 'tools/list', phase: 'list' })).toBe('deny');
  });

  test('keeps a default that allows, and says so', () => {
    const imported = agt(
      '\n  - { name: no, condition: "tool_name == \'add\'", action: block }\n',
      'default_action: allow',
    );
    expect(kinds(imported)).toEqual(['changed default']);
    expect([verdictOf(imported, 'shop/add'), verdictOf(imported, 'shop/echo')]).toEqual(['deny', 'allow']);
  });

  test.each([
    ['a field nothing here is', 'data.contains_pii'],
    ['a list of the context', 'tool_name in blocked_tools'],
    ['an expression that is not read', 'tool_name ~ 3'],
    ['an argument no tool has', 'args.colour == "red"'],
    ['a tool no server has', "tool_name == 'nothing'"],
  ])('a rule that denies on %s denies everything it may have meant, loudly', (_why, condition) => {
    const imported = agt(
      `\n  - { name: odd, condition: '${condition.replaceAll("'", "''")}', action: deny, priority: 5 }\n  - { name: all, condition: "tool_name != 'none'", action: allow }\n`,
      'default_action: allow',
    );
    const note = imported.report.find(({ what }) => what === 'agt.odd');
    expect(note).toMatchObject({ kind: 'stricter', place: { file: 'agt.yaml', line: 7 } });
    expect(note?.why).toContain('A RULE THAT RESTRICTED IS NOT CARRIED OVER');
    expect(imported.cedar).toContain('NOT CARRIED OVER EXACTLY');
    for (const tool of ['shop/echo', 'shop/add']) expect(verdictOf(imported, tool)).toBe('deny');
  });

  test('denies no more than what is understood of such a rule', () => {
    const imported = agt(
      '\n  - { name: odd, condition: "tool_name == \'refund\' and data.contains_pii", action: deny }\n',
      'default_action: allow',
    );
    expect(verdictOf(imported, 'shop/refund', { amount: 1 })).toBe('deny');
    expect(verdictOf(imported, 'shop/echo')).toBe('allow');
  });

  test('a rule that allows on what is not understood permits nothing', () => {
    const imported = agt('\n  - { name: odd, condition: "action.authorized", action: allow }\n');
    expect(kinds(imported)).toEqual(['lost agt.odd']);
    expect(verdictOf(imported, 'shop/echo')).toBe('deny');
  });

  test('regular expressions over arguments are looked for, and deny where nobody looks', () => {
    const imported = agt(
      '\n  - { name: rm, condition: { field: args.text, operator: matches, value: "rm +-rf" }, action: deny, priority: 9 }\n  - { name: echo, condition: "tool == \'echo\'", action: allow }\n',
    );
    expect(verdictOf(imported, 'shop/echo', { text: 'hello' })).toBe('allow');
    expect(verdictOf(imported, 'shop/echo', { text: 'sudo rm  -rf' })).toBe('deny');
    expect(verdictOf({ ...imported, patterns: [] }, 'shop/echo', { text: 'hello' })).toBe('deny');
  });

  test('a rate becomes a limit', () => {
    const imported = agt(
      '\n  - { name: slow, condition: "tool == \'echo\'", action: rate_limit, limit: 100/hour }\n',
    );
    expect(imported.limits).toMatchObject([{ id: 'agt_slow', kind: 'rate', amount: 100, perMs: 3_600_000 }]);
    expect(kinds(imported)).toEqual(['stricter agt.slow']);
  });

  test('of another version is refused', () => {
    const imported = importAgentGovernanceToolkit('apiVersion: governance.toolkit/v2\nname: x\nrules: []');
    expect([imported.cedar, imported.report[0]?.kind]).toEqual(['', 'lost']);
  });
});

describe('a policy of Authensor', () => {
  const authensor = (rules: readonly JsonObject[], more: JsonObject = {}): ImportedPolicies =>
    importAuthensor(
      JSON.stringify(
        { id: 'pay', name: 'Pay', version: '1.0.0', defaultEffect: 'deny', rules, ...more },
        null,
        2,
      ),
      { tools: TOOLS, file: 'pay.json' },
    );
  const when = (field: string, operator: string, value: JsonObject[string]): JsonObject => ({
    field,
    operator,
    value,
  });
  const CHARGE = when('action.type', 'eq', 'stripe.charges.create');

  test('keeps what the first rule said', () => {
    const imported = authensor(
      [
        {
          id: 'small',
          effect: 'allow',
          condition: { all: [CHARGE, when('action.parameters.amount', 'lte', 10_000)] },
        },
        {
          id: 'large',
          effect: 'require_approval',
          condition: { all: [CHARGE, when('action.parameters.amount', 'gt', 10_000)] },
          approvalConfig: {
            requiredApprovals: 2,
            expiresIn: '4h',
            approvers: [{ type: 'user', id: 'finance' }],
          },
        },
        {
          id: 'no-transfers',
          effect: 'deny',
          condition: when('action.type', 'matches', 'stripe\\.transfers\\..*'),
        },
        { id: 'rest', effect: 'allow', condition: when('action.type', 'startsWith', 'stripe.') },
      ],
      { scope: { actionTypes: ['stripe.**'] } },
    );
    expect(imported.report).toEqual([]);
    expect(verdictOf(imported, 'stripe/charges.create', { amount: 10_000 })).toBe('allow');
    expect(verdictOf(imported, 'stripe/charges.create', { amount: 10_001 })).toBe('step_up');
    expect(verdictOf(imported, 'stripe/transfers.create')).toBe('deny');
    expect(verdictOf(imported, 'stripe/refunds.create')).toBe('allow');
    expect(verdictOf(imported, 'shop/echo')).toBe('deny');
    expect(imported.cedar).toContain('@quorum("2")\n@timeout("4h")');
  });

  test('a field that is not known here denies its scope, and permits nothing', () => {
    const imported = authensor([
      {
        id: 'odd',
        effect: 'deny',
        condition: { all: [CHARGE, when('context.environment', 'eq', 'production')] },
      },
      { id: 'reads', effect: 'allow', condition: when('action.operation', 'eq', 'read') },
      { id: 'all', effect: 'allow' },
    ]);
    expect(kinds(imported)).toEqual(['stricter authensor.odd', 'lost authensor.reads']);
    expect(verdictOf(imported, 'stripe/charges.create', { amount: 1 })).toBe('deny');
    expect(verdictOf(imported, 'shop/echo')).toBe('allow');
  });

  test('what is absent differs from everything, as there', () => {
    const imported = authensor([
      {
        id: 'euros',
        effect: 'deny',
        condition: {
          all: [when('action.type', 'eq', 'refund'), when('action.parameters.currency', 'neq', 'EUR')],
        },
      },
      { id: 'all', effect: 'allow' },
    ]);
    expect(verdictOf(imported, 'shop/refund', { amount: 1, currency: 'EUR' })).toBe('allow');
    expect(verdictOf(imported, 'shop/refund', { amount: 1, currency: 'USD' })).toBe('deny');
    expect(verdictOf(imported, 'shop/refund', { amount: 1 })).toBe('deny');
  });

  test('rates become limits, and rules for sessions are named as lost', () => {
    const imported = authensor(
      [
        {
          id: 'slow',
          effect: 'allow',
          condition: CHARGE,
          rateLimit: { requests: 50, window: '1h', scope: 'principal' },
        },
      ],
      { sessionRules: { maxActions: 5 } },
    );
    expect(imported.limits).toMatchObject([
      { kind: 'quota', amount: 50, perMs: 3_600_000, key: ['principal'] },
    ]);
    expect(kinds(imported)).toEqual(['lost pay: sessionRules', 'stricter authensor.slow']);
  });

  test('something else is refused', () => {
    expect(importAuthensor('{"rules": 1}').cedar).toBe('');
    expect(importAuthensor('{').report[0]?.why).toContain('nothing is imported');
  });
});

describe('rules of agentgateway', () => {
  const rulesOf = (rules: string, tools: readonly ToolDefinition[] | undefined = TOOLS): ImportedPolicies =>
    importAgentgateway(
      `binds:\n- listeners:\n  - routes:\n    - policies:\n        mcpAuthorization:\n          rules:\n${rules}`,
      {
        file: 'gateway.yaml',
        ...(tools === undefined ? {} : { tools }),
      },
    );
  const ann = { user: { id: 'ann', roles: ['admin'] } };

  test('allow what one of them allows', () => {
    const imported = rulesOf(`
          - 'mcp.tool.name == "echo"'
          - 'jwt.sub == "ann" && mcp.tool.name == "add"'
          - '"admin" in jwt.roles && mcp.tool.name.startsWith("ref") && mcp.tool.arguments.amount < 10.5'
`);
    expect(imported.report).toEqual([]);
    expect(verdictOf(imported, 'shop/echo')).toBe('allow');
    expect(verdictOf(imported, 'shop/add')).toBe('deny');
    expect(verdictOf(imported, 'shop/add', {}, ann)).toBe('allow');
    expect(verdictOf(imported, 'shop/refund', { amount: 10 }, ann)).toBe('allow');
    expect(verdictOf(imported, 'shop/refund', { amount: 10.5 }, ann)).toBe('deny');
    expect(verdictOf(imported, 'shop/refund', {}, { ...ann, method: 'tools/list', phase: 'list' })).toBe(
      'allow',
    );
  });

  test('that only deny leave the rest allowed', () => {
    const imported = rulesOf('\n          - deny: \'mcp.tool.name == "echo"\'\n');
    expect([verdictOf(imported, 'shop/echo'), verdictOf(imported, 'shop/add')]).toEqual(['deny', 'allow']);
  });

  test('that require deny what does not hold, and what cannot be said is denied', () => {
    const held = rulesOf(
      "\n          - require: 'has(jwt.sub)'\n          - allow: 'mcp.tool.name == \"echo\"'\n",
    );
    expect([verdictOf(held, 'shop/echo'), verdictOf(held, 'shop/echo', {}, ann)]).toEqual(['deny', 'allow']);
    const odd = rulesOf(
      '\n          - require: \'jwt.aud == "x"\'\n          - allow: \'mcp.tool.name == "echo"\'\n',
    );
    expect(kinds(odd)).toEqual(['stricter agentgateway.1.require-1']);
    expect(verdictOf(odd, 'shop/echo', {}, ann)).toBe('deny');
  });

  test('on claims that are not known permit nothing', () => {
    const imported = rulesOf(
      '\n          - \'mcp.tool.name == "add" && jwt.nested.key == "value"\'\n          - \'mcp.tool.name == "echo"\'\n',
    );
    expect(kinds(imported)).toEqual(['lost agentgateway.1.allow-1']);
    expect([verdictOf(imported, 'shop/add', {}, ann), verdictOf(imported, 'shop/echo')]).toEqual([
      'deny',
      'allow',
    ]);
  });

  test('of a target hold for that server', () => {
    const imported = importAgentgateway(
      `mcp:\n  targets:\n  - name: shop\n    policies:\n      mcpAuthorization:\n        rules: ['true']\n  - name: stripe\n    policies:\n      mcpAuthorization:\n        rules: [{ deny: 'mcp.tool.name == "transfers.create"' }]\n`,
      { tools: TOOLS },
    );
    expect(imported.report).toEqual([]);
    expect(verdictOf(imported, 'shop/add')).toBe('allow');
    expect(verdictOf(imported, 'stripe/refunds.create')).toBe('allow');
    expect(verdictOf(imported, 'stripe/transfers.create')).toBe('deny');
  });

  test('of Kubernetes are read too', () => {
    const imported = importAgentgateway(
      'spec:\n  backend:\n    mcp:\n      authorization:\n        action: Deny\n        policy:\n          matchExpressions: [\'mcp.tool.name == "echo"\']\n',
      { tools: TOOLS },
    );
    expect([verdictOf(imported, 'shop/echo'), verdictOf(imported, 'shop/add')]).toEqual(['deny', 'allow']);
  });

  test('of several routes are not mixed', () => {
    const one = "policies: { mcpAuthorization: { rules: ['true'] } }";
    const imported = importAgentgateway(`routes:\n- ${one}\n- ${one}\n`, { tools: TOOLS });
    expect([imported.cedar, imported.report[0]?.why]).toEqual([
      '',
      expect.stringContaining('NOTHING IS IMPORTED'),
    ]);
  });
});

describe('plain Cedar', () => {
  test('stays as it is where it types', () => {
    const text =
      '@id("echo")\n@description("Say it.")\npermit (principal, action == Action::"shop/echo", resource)\nwhen { context.input has text };\n';
    const imported = importCedar(text, { tools: TOOLS });
    expect(kinds(imported)).toEqual(['changed @description', 'changed context.input']);
    expect(imported.cedar).toContain('@reason("Say it.")');
    expect(imported.cedar).toContain('context.args has text');
    expect([verdictOf(imported, 'shop/echo', { text: 'a' }), verdictOf(imported, 'shop/echo')]).toEqual([
      'allow',
      'deny',
    ]);
  });

  test('loses a permit that does not type, and denies for a forbid that does not', () => {
    const imported = importCedar(
      '@id("a") permit (principal, action, resource);\n@id("b") permit (principal, action, resource) when { context.colour == "red" };\n@id("c") forbid (principal in User::"x", action, resource) when { resource.owner == principal };',
      { tools: TOOLS },
    );
    expect(kinds(imported)).toEqual(['lost b', 'stricter c']);
    expect(imported.cedar).toContain('NOT CARRIED OVER');
    expect(verdictOf(imported, 'shop/echo')).toBe('deny');
  });

  test('that is not Cedar denies every call', () => {
    const imported = importCedar('permit (principal, action, resource);\nforbid (principal, action', {
      tools: TOOLS,
    });
    expect(imported.report.at(-1)?.why).toContain('NOTHING IS IMPORTED');
    expect(verdictOf(imported, 'shop/echo')).toBe('deny');
  });

  test('strings and comments that look like what is changed are left alone', () => {
    const text =
      '// @custom("x") context.input\n@id("a") permit (principal, action == Action::"shop/echo", resource) when { context.args has text && context.args.text == "@custom context.input" };';
    const imported = importCedar(text, { tools: TOOLS });
    expect(imported.report).toEqual([]);
    expect(imported.cedar).toContain('"@custom context.input"');
  });
});

describe('any text', () => {
  const words = fc.constantFrom(
    'tool_name',
    '==',
    "'echo'",
    'and',
    'or',
    'not',
    '(',
    ')',
    '[',
    ']',
    ',',
    'in',
    '!',
    '&&',
    '||',
    'mcp.tool.name',
    '"a"',
    '1.5',
    'has(',
    'jwt.sub',
    '.startsWith(',
    'true',
    '\\',
  );

  test('as a condition ends in policies that load, and a rule that denies never permits', () => {
    fc.assert(
      fc.property(fc.array(words, { maxLength: 12 }), (tokens) => {
        const condition = JSON.stringify(tokens.join(' '));
        const imported = importAgentGovernanceToolkit(
          `apiVersion: governance.toolkit/v1\nname: x\ndefault_action: deny\nrules:\n  - { name: a, action: deny, condition: ${condition} }\n`,
          { tools: TOOLS },
        );
        expect(verdictOf(imported, 'shop/echo')).toBe('deny');
        const gateway = importAgentgateway(`mcpAuthorization:\n  rules:\n  - ${condition}\n`, {
          tools: TOOLS,
        });
        if (gateway.cedar !== '') verdictOf(gateway, 'shop/echo');
      }),
      { numRuns: 60 },
    );
  });

  test('as a file never throws', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 80 }), (text) => {
        for (const read of [importAgentGovernanceToolkit, importAuthensor, importAgentgateway, importCedar])
          expect(read(text, { tools: TOOLS }).report).toBeInstanceOf(Array);
      }),
      { numRuns: 100 },
    );
  });
});
