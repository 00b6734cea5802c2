/** A tool receives what its purpose needs, and nothing besides. */
import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../kernel/index.ts';
import { createRegister, type Purpose, registerDraft } from '../../privacy/index.ts';
import { type GuardWorld, type GuardWorldOptions, toolCall } from '../../testing/index.ts';
import { ASK, CARD, counted, DELIVER, PERMIT_ALL, world } from './fixtures.ts';

const ARGS = { customer: 'c-1', note: 'x', address: { city: 'Rome', street: 'Via' } };
const RULE = { 'crm/find': ['customer', 'address.city'] };
const LEFT = { customer: 'c-1', address: { city: 'Rome' } };

async function minimising(
  minimise: Purpose['minimise'] = RULE,
  options: Partial<GuardWorldOptions> = {},
  more: Partial<Purpose> = {},
): Promise<GuardWorld> {
  const register = createRegister({
    purposes: [
      {
        id: 'support',
        description: 'answer questions',
        data: ['contact'],
        basis: 'contract',
        retention: 'decision',
        recipients: [],
        subject: 'none',
        ...(minimise === undefined ? {} : { minimise }),
        ...more,
      },
    ],
    notices: [],
  });
  const purposes = { scope: 'p', current: () => register, declared: () => 'support' };
  const here = await world({ ...options, ports: { purposes, ...options.ports } });
  const draft = registerDraft(register, 'p', here.log.state);
  const times = { tenant: 'test', time: here.clock.now(), monotonicNs: here.clock.monotonicNs() };
  if (draft !== undefined) await here.log.writer.append({ ...draft, ...times });
  return here;
}

const last = ({ log: { reader } }: GuardWorld, back = 2) => {
  const { entry } = reader.entry(reader.size() - back);
  if (entry.kind !== 'decision') throw new Error(entry.kind);
  return { decision: entry.decision, body: reader.body(reader.size() - back) };
};

describe('arguments of a call for a purpose', () => {
  test('reach the tool without what its rule does not name, and both are recorded', async () => {
    const here = await minimising();
    const tool = counted();
    const end = await here.guard.enforce(toolCall('crm/find', ARGS), tool.perform);
    expect(end).toMatchObject({ verdict: 'modify', outcome: 'performed' });
    expect(end.decision.obligations).toEqual([{ type: 'minimise', purpose: 'support' }]);
    expect(tool.runs).toEqual([LEFT]);
    const { decision, body } = last(here);
    expect(decision.obligations).toEqual([{ type: 'minimise', names: ['support'] }]);
    expect(body).toMatchObject({
      fields: { arguments: ARGS, performedArguments: LEFT },
    });
  });

  test('that hold nothing else pass as they are, and the rule is named', async () => {
    const here = await minimising();
    const end = await here.guard.enforce(toolCall('crm/find', LEFT), counted().perform);
    expect(end).toMatchObject({ verdict: 'allow', decision: { obligations: [{ type: 'minimise' }] } });
    expect(end.decision.performedDigest).toBeDefined();
  });

  test('what is minimised is the action of its own digest', async () => {
    const here = await minimising();
    const changed = await here.guard.enforce(toolCall('crm/find', ARGS), counted().perform);
    const direct = await here.guard.enforce(toolCall('crm/find', LEFT), counted().perform);
    expect(changed.decision.performedDigest).toBe(direct.decision.performedDigest);
  });

  test('a result is not minimised', async () => {
    const here = await minimising();
    const end = await here.guard.enforce(toolCall('crm/find', ARGS), counted({ note: 'kept' }).perform);
    expect(end.result).toEqual({ note: 'kept' });
  });

  test('to a tool without a rule are refused, with no rule for anybody', async () => {
    const here = await minimising();
    const tool = counted();
    const end = await here.guard.enforce(toolCall('mail/send', { to: 'x' }), tool.perform);
    expect(end).toMatchObject({
      verdict: 'deny',
      decision: { source: 'admission', code: 'privacy.no-rule', determining: [] },
    });
    expect(tool.runs).toHaveLength(0);
  });

  test('to a tool that may receive everything pass', async () => {
    const here = await minimising({ 'mail/send': 'everything' });
    const tool = counted();
    expect((await here.guard.enforce(toolCall('mail/send', ARGS), tool.perform)).verdict).toBe('allow');
    expect(tool.runs).toEqual([ARGS]);
  });

  test('pass as they are where the purpose has no rules at all', async () => {
    const register = await minimising({});
    expect((await register.guard.enforce(toolCall('crm/find', ARGS), counted().perform)).verdict).toBe(
      'deny',
    );
    const here = await minimising(RULE, {}, {});
    expect((await here.guard.enforce(toolCall('crm/find', {}), counted().perform)).verdict).toBe('allow');
  });

  test.each([
    ['ping', 'allow'],
    ['resources/read', 'deny'],
    ['resources/subscribe', 'deny'],
    ['prompts/get', 'deny'],
    ['memory/write', 'deny'],
    ['vendor/unheard-of', 'deny'],
  ])('of method `%s` without a rule: %s', async (method, verdict) => {
    const policies = '@id("all") permit(principal, action, resource);';
    const here = await minimising(RULE, { policies });
    const parts = [{ action: { name: method }, resource: { type: 'server' as const, id: 'crm' } }];
    const end = await here.guard.enforce({ ...toolCall('', {}), method, parts }, counted().perform);
    expect(end).toMatchObject({
      verdict,
      ...(verdict === 'deny' ? { decision: { code: 'privacy.no-rule' } } : {}),
    });
  });

  test('of the protocol’s own messages pass without a rule, and nothing but them', async () => {
    const policies = '@id("all") permit(principal, action, resource);';
    const here = await minimising(RULE, { policies });
    const parts = [{ action: { name: 'tasks/get' }, resource: { type: 'server' as const, id: 'crm' } }];
    const asked = { ...toolCall('', { taskId: '7', note: 'x' }), method: 'tasks/get', parts };
    const tool = counted();
    expect((await here.guard.enforce(asked, tool.perform)).verdict).toBe('modify');
    expect(tool.runs).toEqual([{ taskId: '7' }]);
  });

  test.each<[string, NonNullable<Purpose['minimise']>, string]>([
    ['no rule', {}, 'deny'],
    [
      'a rule of what is asked, which says nothing of the answer',
      { 'elicitation/create': ['message'] },
      'deny',
    ],
    ['`everything`', { 'elicitation/create': 'everything' }, 'allow'],
  ])('of a server that asks a person, with %s: %s', async (_why, rules, verdict) => {
    const policies = '@id("all") permit(principal, action, resource);';
    const here = await minimising({ ...RULE, ...rules }, { policies });
    const method = 'elicitation/create';
    const parts = [{ action: { name: method }, resource: { type: 'server' as const, id: 'crm' } }];
    const asking = { initiator: 'server' as const, initiatingServer: 'crm', method, parts };
    const tool = counted();
    const end = await here.guard.enforce({ ...toolCall('', { message: 'who?' }), ...asking }, tool.perform);
    expect(end.verdict).toBe(verdict);
    expect(tool.runs).toHaveLength(verdict === 'allow' ? 1 : 0);
  });

  test('come with a word that nothing may stand beside them, unless the tool may receive everything', async () => {
    const here = await minimising({ ...RULE, 'mail/send': 'everything' });
    const told = async (tool: string, args: JsonObject): Promise<unknown> => {
      let isMinimised: unknown;
      await here.guard.enforce(toolCall(tool, args), (performance) => {
        ({ isMinimised } = performance);
        return Promise.resolve({});
      });
      return isMinimised;
    };
    expect([
      await told('crm/find', ARGS),
      await told('crm/find', LEFT),
      await told('mail/send', ARGS),
    ]).toEqual([true, true, undefined]);
  });

  test('are minimised in audit mode too, which relaxes policies alone', async () => {
    const here = await minimising(RULE, { mode: 'audit', policies: DELIVER });
    const tool = counted();
    const end = await here.guard.enforce(toolCall('crm/find', ARGS), tool.perform);
    expect(end.decision).toMatchObject({ verdict: 'modify', would: 'deny' });
    expect(tool.runs).toEqual([LEFT]);
    expect(await here.guard.enforce(toolCall('mail/send', ARGS), tool.perform)).toMatchObject({
      decision: { code: 'privacy.no-rule' },
    });
  });

  test('are minimised for a person who did not consent just the same', async () => {
    const here = await minimising(
      RULE,
      { ports: { person: { id: 'ann', roles: [] } } },
      {
        basis: 'consent',
        subject: 'person',
      },
    );
    const tool = counted();
    await here.guard.enforce(toolCall('crm/find', ARGS), tool.perform);
    expect(tool.runs).toEqual([LEFT]);
  });
});

describe('minimised arguments are judged again', () => {
  test('by policies: what only the whole ones allow is refused', async () => {
    const policies = `${DELIVER} @id("noted") permit(principal, action == Action::"crm/find", resource) when { context.args has note && context.args.note == "x" };`;
    const tool = counted();
    const here = await minimising(RULE, { policies });
    expect((await here.guard.enforce(toolCall('crm/find', ARGS), tool.perform)).verdict).toBe('deny');
    expect(tool.runs).toHaveLength(0);
  });

  test('what the whole ones are refused for is refused', async () => {
    const policies = `${PERMIT_ALL} @id("cards") forbid(principal, action in Action::"tools/call", resource) when { context.findings.contains("payment-card") };`;
    const here = await minimising(RULE, { policies });
    const end = await here.guard.enforce(toolCall('crm/find', { ...ARGS, note: CARD }), counted().perform);
    expect(end).toMatchObject({ verdict: 'deny', decision: { determining: [{ id: 'cards' }] } });
  });

  test('by the tool’s own schema: a required argument that is gone denies, and says so', async () => {
    const inputSchema: JsonObject = {
      type: 'object',
      properties: { customer: { type: 'string' }, reason: { type: 'string' } },
      required: ['customer', 'reason'],
    };
    const here = await minimising(RULE, {
      tools: [{ server: 'crm', name: 'find', definition: { name: 'find', inputSchema } }],
    });
    const tool = counted();
    const end = await here.guard.enforce(toolCall('crm/find', { customer: 'c', reason: 'r' }), tool.perform);
    expect(end.verdict).toBe('deny');
    expect(end.message).toContain('reason');
    expect(tool.runs).toHaveLength(0);
  });

  test('together with redaction, in one change', async () => {
    const policies = PERMIT_ALL.replace('permit', '@redact("payment-card") permit');
    const here = await minimising(RULE, { policies });
    const tool = counted();
    const args = { ...ARGS, customer: CARD, note: CARD };
    expect((await here.guard.enforce(toolCall('crm/find', args), tool.perform)).verdict).toBe('modify');
    expect(tool.runs).toEqual([{ ...LEFT, customer: '[redacted:payment-card]' }]);
  });

  test('an approval is for what is performed', async () => {
    const here = await minimising(RULE, { policies: `${PERMIT_ALL} ${ASK}`, approvers: ['ann'] });
    const tool = counted();
    const held = await here.guard.enforce(toolCall('crm/find', ARGS, { wait: false }), tool.perform);
    expect(held.verdict).toBe('step_up');
    const hold = here.log.state.holds()[0];
    if (hold === undefined) throw new Error('no hold');
    await here.answer(hold, 'ann', 'approve');
    // The same performed action, asked for with other words beside.
    const end = await here.guard.enforce(toolCall('crm/find', { ...ARGS, note: 'y' }), tool.perform);
    expect(end.decision.performedDigest).toBe(hold.digest);
    expect(tool.runs).toEqual([LEFT]);
  });

  test('parts that say more than their place have to be told anew, or nothing runs', async () => {
    const policies = '@id("all") permit(principal, action, resource);';
    const here = await minimising({ 'host/Bash': ['command'] }, { policies });
    const part = {
      action: { name: 'file/read' },
      resource: { type: 'file' as const, id: '/a' },
      args: { path: '/a', in_workspace: true, through_link: false, unresolved: [], by: 'cat' },
    };
    const call = toolCall('host/Bash', { command: 'ls', note: 'x' });
    const end = await here.guard.enforce({ ...call, parts: [...call.parts, part] }, counted().perform);
    expect(end).toMatchObject({ verdict: 'deny', decision: { code: 'guard.change-loop' } });
  });
});
