/** AuthZEN requests in, decisions out. */
import { describe, expect, test } from 'vitest';
import type { JsonValue } from '../kernel/index.ts';
import { parseAuthZenRequest, printDecision } from './authzen.ts';
import { FILE_TOOLS } from './fixtures.ts';
import { loadPolicySet } from './load.ts';

const NOW = Date.UTC(2026, 0, 31);
const REQUEST = {
  subject: {
    type: 'agent',
    id: 'research-bot',
    properties: {
      team: 'research',
      org: 'acme',
      chain: ['boss', { id: 'root', org: 'acme' }],
      trust: 700,
      verified: true,
      roles: ['reader'],
      groups: ['trusted'],
    },
  },
  action: { name: 'tools/call' },
  resource: { type: 'tool', id: 'files/write_file' },
  context: {
    args: { path: '/srv/a' },
    user: { id: 'ann', roles: ['lead'], mfa: true },
    session: { labels: ['confidential'], goal: 'tidy up' },
    findings: ['secret', 'email', 'secret'],
    time: '2026-01-31T12:00:00Z',
  },
};

describe('parseAuthZenRequest', () => {
  test('reads every field', () => {
    const { query, entities } = parseAuthZenRequest(REQUEST, NOW);
    expect(query).toMatchObject({
      subject: {
        agent: { id: 'research-bot', team: 'research', org: 'acme' },
        chain: [{ id: 'boss' }, { id: 'root', org: 'acme' }],
        person: { id: 'ann', roles: ['lead'], mfa: true },
      },
      initiator: 'agent',
      phase: 'call',
      parts: [{ action: { name: 'tools/call' }, resource: { type: 'tool', id: 'files/write_file' } }],
      context: {
        args: { path: '/srv/a' },
        session: { labels: ['confidential'], goal: 'tidy up' },
        findings: ['email', 'secret'],
        time: Date.UTC(2026, 0, 31, 12),
      },
    });
    expect(entities).toEqual([
      {
        uid: { type: 'Agent', id: 'research-bot' },
        attrs: { trust: 700, verified: true, roles: ['reader'] },
        parents: [{ type: 'Group', id: 'trusted' }],
      },
    ]);
  });

  test.each([
    ['tools/list', 'list'],
    ['results/deliver', 'result'],
    ['resources/read', 'call'],
  ])('%s is the phase %s', (name, phase) => {
    expect(parseAuthZenRequest({ ...REQUEST, action: { name } }, NOW).query.phase).toBe(phase);
  });

  test('a server as subject has started it by itself', () => {
    const request = {
      subject: { type: 'server', id: 'files' },
      action: { name: 'roots/list' },
      resource: { type: 'server', id: 'files' },
    };
    expect(parseAuthZenRequest(request, NOW).query).toMatchObject({
      initiator: 'server',
      initiatingServer: 'files',
      context: { time: NOW },
    });
  });

  test.each<[string, JsonValue, string]>([
    ['no object', 'x', ''],
    ['no subject', { ...REQUEST, subject: null }, 'subject'],
    ['an unknown field', { ...REQUEST, tenant: 'other' }, 'tenant'],
    [
      'an unknown property',
      { ...REQUEST, subject: { type: 'agent', id: 'a', properties: { taem: 'x' } } },
      'subject.properties.taem',
    ],
    ['an unknown fact', { ...REQUEST, context: { fidings: [] } }, 'context.fidings'],
    ['an unknown session fact', { ...REQUEST, context: { session: { label: [] } } }, 'context.session.label'],
    ['an empty id', { ...REQUEST, subject: { type: 'agent', id: '' } }, 'subject.id'],
    ['another subject', { ...REQUEST, subject: { type: 'user', id: 'ann' } }, 'subject.type'],
    ['another resource', { ...REQUEST, resource: { type: 'cat', id: 'tom' } }, 'resource.type'],
    ['a number for a text', { ...REQUEST, action: { name: 3 } }, 'action.name'],
    ['a list item of another type', { ...REQUEST, context: { findings: ['a', 1] } }, 'context.findings[1]'],
    [
      'a delegator without id',
      { ...REQUEST, subject: { type: 'agent', id: 'a', properties: { chain: [{}] } } },
      'subject.properties.chain[0].id',
    ],
    ['a time that is none', { ...REQUEST, context: { time: 'tomorrow' } }, 'context.time'],
    ['arguments that are no object', { ...REQUEST, context: { args: [] } }, 'context.args'],
  ])('defect 10: %s is refused with its path', (_what, json, path) => {
    expect(() => parseAuthZenRequest(json, NOW)).toThrow(
      expect.objectContaining({ code: 'request.invalid', data: expect.objectContaining({ path }) as object }),
    );
  });

  test('defect 9: nothing in a request chooses tenant, node or mode', () => {
    for (const field of ['tenant', 'node', 'mode', 'environment']) {
      expect(() => parseAuthZenRequest({ ...REQUEST, context: { [field]: 'x' } }, NOW)).toThrow(
        /not a known field/,
      );
    }
  });
});

describe('printDecision', () => {
  const text = `@id("lead") @redact("secret") permit(principal in Group::"trusted", action == Action::"files/write_file", resource == Server::"files") when { context has user && context.user.roles.contains("lead") && context.session.labels.contains("confidential") };
    @id("boss") permit(principal, action, resource) unless { principal in Team::"research" };`;

  test('prints the answer with the hash of the set', () => {
    const { query, entities } = parseAuthZenRequest(REQUEST, NOW);
    const { decisionPoint } = loadPolicySet({
      sources: [{ name: 'p', text }],
      tools: FILE_TOOLS,
      entities,
      mode: 'strict',
    });
    expect(printDecision(decisionPoint.decide(query), decisionPoint.policyHash)).toEqual({
      verdict: 'modify',
      policies: ['lead'],
      obligations: [{ type: 'redact', target: 'arguments', kinds: ['secret'] }],
      reasons: [],
      errors: [],
      policy_hash: decisionPoint.policyHash,
    });
  });

  test('a fault stands among the errors', () => {
    const { query, entities } = parseAuthZenRequest({ ...REQUEST, context: { args: { path: 3 } } }, NOW);
    const { decisionPoint } = loadPolicySet({
      sources: [{ name: 'p', text }],
      tools: FILE_TOOLS,
      entities,
      mode: 'strict',
    });
    expect(printDecision(decisionPoint.decide(query), '')).toMatchObject({
      verdict: 'deny',
      policies: [],
      errors: [{ code: 'policy.arguments' }],
    });
  });
});
