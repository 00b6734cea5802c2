/** Callers that a face authenticated: whole, apart from one another, and never the node's own agent by mistake. */
import { describe, expect, test } from 'vitest';
import { createSigningKey } from '../../identity/index.ts';
import type { JsonObject } from '../../kernel/index.ts';
import type { Caller } from '../../model/index.ts';
import { fakeRandom, type GuardWorld, toolCall } from '../../testing/index.ts';
import type { Enforced, InterceptedAction } from '../index.ts';
import { ASK, CALL, counted, DELIVER, labelsOf, PERMIT_ALL, world } from './fixtures.ts';

const OAUTH = { method: 'oauth', assurance: 1, credentialId: 'okta:t1', at: 7 } as const;

function caller(id: string, rest: Partial<Caller> = {}): Caller {
  return { agent: { id }, authentication: OAUTH, ...rest };
}

const ann = { id: 'okta:ann', roles: ['accountant'], mfa: true };

/** The subject that the record of `end` holds. */
function recorded(here: GuardWorld, end: Enforced): JsonObject {
  const { fields } = here.log.reader.body(Number(end.receipt?.split('#')[1])) as { fields: JsonObject };
  return fields['subject'] as JsonObject;
}

async function call(here: GuardWorld, who: Caller | undefined, rest: Partial<InterceptedAction> = {}) {
  const tool = counted();
  const action = toolCall(
    'bank/pay',
    { amount: 5 },
    { wait: false, ...(who === undefined ? {} : { caller: who }), ...rest },
  );
  return { end: await here.guard.enforce(action, tool.perform), runs: tool.runs };
}

describe('who is recorded', () => {
  test('a caller replaces agent, person and chain of the node together', async () => {
    const here = await world({
      ports: { person: { id: 'operator', roles: ['admin'], mfa: true }, chain: [{ id: 'boss' }] },
    });
    const { end } = await call(here, caller('okta:bot'));
    expect(recorded(here, end)).toStrictEqual({
      agent: { id: 'okta:bot' },
      chain: [],
      authentication: OAUTH,
    });
  });

  test('without a caller it is the node’s own agent, as before', async () => {
    const here = await world({ ports: { person: { id: 'operator', roles: [] } } });
    const { end } = await call(here, undefined);
    expect(recorded(here, end)).toMatchObject({
      agent: { id: 'bot' },
      person: { id: 'operator' },
      authentication: { method: 'configured' },
    });
  });

  test('what vouches for the node’s own agent is named, and says nothing of callers', async () => {
    const vouchedBy = { method: 'os_user', assurance: 1, credentialId: 'uid:1000' } as const;
    const here = await world({ ports: { vouchedBy } });
    expect(recorded(here, (await call(here, undefined)).end)).toMatchObject({
      authentication: { ...vouchedBy, at: here.clock.now() },
    });
    expect(recorded(here, (await call(here, caller('x'))).end)).toMatchObject({ authentication: OAUTH });
  });

  test('what happens to the caller’s object afterwards changes nothing', async () => {
    const here = await world({
      policies: `${DELIVER} @id("a") permit(principal == Agent::"good", action, resource);`,
    });
    const who = {
      agent: { id: 'good' },
      person: { id: 'ann', roles: ['r'] },
      chain: [] as { id: string }[],
      authentication: { ...OAUTH },
    };
    const tool = counted();
    const ending = here.guard.enforce(toolCall('bank/pay', {}, { caller: who }), tool.perform);
    who.agent.id = 'evil';
    who.person.roles.push('admin');
    who.chain.push({ id: 'evil' });
    const end = await ending;
    expect(end.verdict).toBe('allow');
    expect(recorded(here, end)).toMatchObject({ agent: { id: 'good' }, person: { roles: ['r'] }, chain: [] });
  });

  test('the node’s key signs for its own agent and for nobody else', async () => {
    const { key } = createSigningKey('bot', fakeRandom(9));
    const signed: Uint8Array[] = [];
    const signer = {
      keyId: key.keyId,
      publicKey: key.publicKey,
      sign: (statement: Uint8Array) => {
        signed.push(statement);
        return key.sign(statement);
      },
    };
    const here = await world({ ports: { signer } });
    const { end } = await call(here, caller('okta:bot'));
    expect(end.verdict).toBe('allow');
    expect(signed).toHaveLength(0);
    expect(recorded(here, end)).toMatchObject({ authentication: OAUTH });
    expect(recorded(here, (await call(here, undefined)).end)).toMatchObject({
      authentication: { method: 'key' },
    });
    expect(signed).not.toHaveLength(0);
  });
});

describe('what policy sees', () => {
  test.each([
    ['the id', 'context.user.id == "okta:ann"'],
    ['the roles', 'context.user.roles.contains("accountant")'],
    ['the factors', 'context.user.mfa'],
  ])('%s of the caller’s person', async (_what, condition) => {
    const here = await world({
      policies: `${DELIVER} @id("c") permit(principal, action in Action::"tools/call", resource) when { context has user && context.user has mfa && ${condition} };`,
      ports: { person: { id: 'operator', roles: [] } },
    });
    expect((await call(here, caller('x', { person: ann }))).end.verdict).toBe('allow');
    expect(
      (await call(here, caller('x', { person: { id: 'okta:eve', roles: [], mfa: false } }))).end.verdict,
    ).toBe('deny');
    expect((await call(here, caller('x'))).end.verdict).toBe('deny');
  });

  test('nobody, where the caller acts for nobody, though the node has a person', async () => {
    const here = await world({
      policies: `${PERMIT_ALL} @id("u") forbid(principal, action in Action::"tools/call", resource) when { context has user };`,
      ports: { person: { id: 'operator', roles: [] } },
    });
    expect((await call(here, caller('x'))).end.verdict).toBe('allow');
  });

  test.each([
    ['the agent', caller('evil', { chain: [{ id: 'one' }, { id: 'two' }] })],
    ['the first that delegated', caller('x', { chain: [{ id: 'evil' }, { id: 'two' }] })],
    ['the last that delegated', caller('x', { chain: [{ id: 'one' }, { id: 'evil' }] })],
  ])('each of the chain is judged: %s', async (_who, who) => {
    const here = await world({
      policies: `${PERMIT_ALL} @id("no") forbid(principal == Agent::"evil", action in Action::"tools/call", resource);`,
    });
    const { end, runs } = await call(here, who);
    expect(end.decision.determining.map(({ id }) => id)).toContain('no');
    expect(runs).toHaveLength(0);
  });

  test('a list is that of the caller', async () => {
    const here = await world({
      policies: '@id("l") permit(principal == Agent::"okta:bot", action == Action::"tools/list", resource);',
    });
    const action = toolCall('bank/pay', {}, { phase: 'list', method: 'tools/list' });
    const parts = [{ action: { name: 'tools/list' }, resource: { type: 'tool' as const, id: 'bank/pay' } }];
    const seen = async (who?: Caller) =>
      (await here.guard.list({ ...action, parts, ...(who === undefined ? {} : { caller: who }) })).visible;
    expect([await seen(caller('okta:bot')), await seen(caller('other')), await seen()]).toStrictEqual([
      [true],
      [false],
      [false],
    ]);
  });
});

describe('callers are apart', () => {
  const TAINT = `${CALL} @id("t") @label("tainted") permit(principal, action == Action::"results/deliver", resource);`;

  test.each([
    ['another agent', caller('b')],
    ['another person', caller('a', { person: { id: 'eve', roles: [] } })],
    ['no person', caller('a')],
  ])('labels of one session do not reach that of %s', async (_who, other) => {
    const here = await world({ policies: TAINT });
    const first = caller('a', { person: ann });
    await call(here, first);
    const tool = counted();
    const labels = async (who: Caller): Promise<unknown> => {
      const end = await here.guard.enforce(toolCall('probe/labels', {}, { caller: who }), tool.perform);
      const { input } = here.log.reader.body(Number(end.receipt?.split('#')[1])) as { input: JsonObject };
      return input['labels'];
    };
    expect(await labels(other)).toStrictEqual([]);
    expect(await labels(first)).toStrictEqual(['tainted']);
    expect(await labelsOf(here)).toStrictEqual([]);
  });

  test.each<[string, Caller | undefined]>([
    ['another agent', caller('b', { person: ann, chain: [{ id: 'boss' }] })],
    ['another person', caller('a', { person: { ...ann, id: 'okta:eve' }, chain: [{ id: 'boss' }] })],
    ['no person', caller('a', { chain: [{ id: 'boss' }] })],
    ['another chain', caller('a', { person: ann, chain: [{ id: 'chief' }] })],
    ['a longer chain', caller('a', { person: ann, chain: [{ id: 'boss' }, { id: 'chief' }] })],
    ['no chain', caller('a', { person: ann })],
    ['the node’s own agent', undefined],
  ])('an approval for one caller does not serve %s', async (_who, other) => {
    const here = await world({ policies: `${PERMIT_ALL} ${ASK}`, approvers: ['zoe'] });
    const first = caller('a', { person: ann, chain: [{ id: 'boss' }] });
    await call(here, first);
    await here.answer(here.log.state.holds()[0]!, 'zoe', 'approve');
    const { end, runs } = await call(here, other);
    expect(end.verdict).toBe('step_up');
    expect(runs).toHaveLength(0);
    expect((await call(here, first)).end.verdict).toBe('allow');
    // Once.
    expect((await call(here, first)).end.verdict).toBe('step_up');
  });

  test.each([
    ['the caller’s person', caller('x', { person: { id: 'zoe', roles: [] } })],
    [
      'the caller’s person, as an identity provider names them',
      caller('x', { person: { id: 'okta:Zoe', roles: [] } }),
    ],
    ['the agent', caller('zoe')],
    ['the agent, as an identity provider names it', caller('okta:zoe')],
    ['an agent that delegated', caller('x', { chain: [{ id: 'zoe' }] })],
  ])('%s does not approve', async (_who, who) => {
    const here = await world({ policies: `${PERMIT_ALL} ${ASK}`, approvers: ['zoe'] });
    expect((await call(here, who)).end).toMatchObject({
      verdict: 'deny',
      decision: { code: 'approval.nobody' },
    });
    // Whom the node itself works for asks nothing of this caller's.
    expect((await call(here, caller('x'))).end.verdict).toBe('step_up');
  });

  test('an approval that the caller’s person managed to record does not count', async () => {
    const here = await world({ policies: `${PERMIT_ALL} ${ASK}`, approvers: ['zoe', 'bo'] });
    const who = caller('x', { person: { id: 'okta:zoe', roles: [] } });
    await call(here, who);
    await here.answer(here.log.state.holds()[0]!, 'zoe', 'approve');
    expect((await call(here, who)).end.verdict).toBe('step_up');
  });

  test('killing an agent stops the caller that it is, and those it delegated to', async () => {
    const here = await world();
    await here.kill('agent', 'okta:bot');
    expect((await call(here, caller('okta:bot'))).end.verdict).toBe('deny');
    expect((await call(here, caller('x', { chain: [{ id: 'okta:bot' }] }))).end.verdict).toBe('deny');
    expect((await call(here, caller('entra:bot'))).end.verdict).toBe('allow');
    expect((await call(here, undefined)).end.verdict).toBe('allow');
  });
});

describe('what is no caller is nobody', () => {
  test.each<[string, unknown]>([
    ['null', null],
    ['a text', 'okta:bot'],
    ['nothing in it', {}],
    ['no agent', { authentication: OAUTH }],
    ['no proof', { agent: { id: 'bot' } }],
    ['an agent without an id', { agent: {}, authentication: OAUTH }],
    ['an empty id', caller('')],
    ['an id that is too long', caller('x'.repeat(257))],
    ['an id with half a character', caller('\ud800')],
    ['an id that is a number', caller(7 as never)],
    ['a team that is an object', { ...caller('x'), agent: { id: 'x', team: {} } }],
    ['a person without roles', caller('x', { person: { id: 'ann' } as never })],
    ['roles that are a text', caller('x', { person: { id: 'ann', roles: 'admin' as never } })],
    ['a role that is an object', caller('x', { person: { id: 'ann', roles: [{}] as never } })],
    ['a factor in words', caller('x', { person: { id: 'ann', roles: [], mfa: 'yes' as never } })],
    ['a chain that is a text', caller('x', { chain: 'boss' as never })],
    ['a chain without ids', caller('x', { chain: [{}] as never })],
    [
      'a chain that is too long',
      caller('x', { chain: Array.from({ length: 17 }, (_, at) => ({ id: `a${at}` })) }),
    ],
    ['a method that nobody knows', caller('x', { authentication: { ...OAUTH, method: 'magic' as never } })],
    ['an assurance beyond all', caller('x', { authentication: { ...OAUTH, assurance: 9 as never } })],
    ['an instant that is none', caller('x', { authentication: { ...OAUTH, at: Number.NaN } })],
    [
      'an object that throws',
      {
        get agent(): never {
          throw new Error('secret');
        },
      },
    ],
  ])('%s: denied, recorded, and not in the name of the node’s agent', async (_what, who) => {
    const here = await world({
      policies: PERMIT_ALL,
      mode: 'permissive',
      ports: { person: { id: 'operator', roles: [] } },
    });
    const { end, runs } = await call(here, undefined, { caller: who as Caller });
    expect(end).toMatchObject({
      verdict: 'deny',
      decision: { source: 'admission', code: 'identity.unauthenticated' },
    });
    expect(recorded(here, end)).toMatchObject({
      agent: { id: 'unidentified' },
      authentication: { method: 'none' },
    });
    expect(recorded(here, end)).not.toHaveProperty('person');
    expect(end.message).not.toContain('secret');
    expect(runs).toHaveLength(0);
  });

  test('sees nothing of a list', async () => {
    const here = await world({ mode: 'permissive' });
    const action = toolCall('bank/pay', {}, { phase: 'list', method: 'tools/list', caller: {} as Caller });
    expect((await here.guard.list(action)).visible).toStrictEqual([false]);
  });
});
