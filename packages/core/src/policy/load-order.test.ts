import { expect, test } from 'vitest';
import type { PolicyDecisionPoint, PolicyQuery } from '../model/index.ts';
import { loadPolicySet } from './load.ts';

const ASK = '@id("ask") @verdict("step_up") forbid(principal, action == Action::"bank/pay", resource);';
const NEVER = '@id("never") forbid(principal, action == Action::"bank/close", resource);';
const CALL = '@id("calls") permit(principal, action in Action::"tools/call", resource);';

const load = (text: string): PolicyDecisionPoint =>
  loadPolicySet({ sources: [{ name: 'a.cedar', text }], mode: 'strict' }).decisionPoint;

function call(tool: string): PolicyQuery {
  return {
    subject: {
      agent: { id: 'bot' },
      chain: [],
      authentication: { method: 'configured', assurance: 1, credentialId: 'c', at: 0 },
    },
    initiator: 'agent',
    phase: 'call',
    parts: [{ action: { name: 'tools/call' }, resource: { type: 'tool', id: tool } }],
    lifted: new Set(),
    context: { args: {}, session: { id: 's', labels: [] }, findings: [], factsMissing: [], time: 0 },
  };
}

test('one set loaded twice in two orders decides the same, and each names its own policies', () => {
  const one = load(`${ASK} ${NEVER} ${CALL}`);
  const other = load(`${NEVER} ${ASK} ${CALL}`);
  expect(other.policyHash).toBe(one.policyHash);
  for (const set of [one, other]) {
    expect(set.decide(call('bank/pay'))).toMatchObject({ verdict: 'step_up', determining: [{ id: 'ask' }] });
    expect(set.decide(call('bank/close'))).toMatchObject({ verdict: 'deny', determining: [{ id: 'never' }] });
  }
});
