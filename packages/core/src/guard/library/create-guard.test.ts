/** `createGuard`: what a guard has without being asked for it. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { LimitFact } from '../../model/index.ts';
import { createRegister } from '../../privacy/index.ts';
import { createGuard, type LibraryGuard } from './create-guard.ts';
import type { GuardedTool, Tool } from './wrap.ts';

const POLICIES = `
@id("calls") permit(principal, action in Action::"tools/call", resource);
@id("results") permit(principal, action == Action::"results/deliver", resource);
@id("large") forbid(principal, action == Action::"app/pay", resource) when { context.args has amount && context.args.amount > 100 };
`;

let data: string;
let guard: LibraryGuard;
let runs: unknown[];

beforeEach(async () => {
  data = join(mkdtempSync(join(tmpdir(), 'writ-library-')), '.writ');
  guard = await createGuard({ policies: POLICIES, agent: { id: 'bot' }, data });
  runs = [];
});
afterEach(async () => {
  await guard.close();
  rmSync(join(data, '..'), { recursive: true, force: true });
});

function pay(): GuardedTool<{ readonly amount: unknown; readonly to?: unknown }, unknown> {
  const tool: Tool<{ readonly amount: unknown; readonly to?: unknown }, unknown> = {
    name: 'pay',
    inputSchema: {
      type: 'object',
      properties: { amount: { type: 'integer' }, to: { type: 'string' } },
      required: ['amount'],
    },
    execute: (args) => {
      runs.push(args);
      return 'paid';
    },
  };
  return guard.wrap(tool);
}

test('every check that ran would have stopped what it could not judge', async () => {
  const { decision } = await pay().enforce({ amount: 1 });
  expect(decision.checks.length).toBeGreaterThan(2);
  expect(decision.checks.every(({ mode, status }) => mode === 'block' && status === 'ran')).toBe(true);
});

test('its own data folder is out of reach', async () => {
  const tool = pay();
  const end = await tool.enforce({ amount: 1, to: join(data, 'writ.db') });
  expect(end).toMatchObject({ verdict: 'deny', decision: { code: 'guard.self-protection' } });
  expect(runs).toHaveLength(0);
});

test('a wrapped tool is judged by the types of its own schema', async () => {
  const tool = pay();
  await expect(tool.execute({ amount: 101 })).rejects.toThrow('large');
  expect(await tool.enforce({ amount: '1' })).toMatchObject({ decision: { code: 'policy.arguments' } });
  expect(await tool.enforce({ amount: 1, to: 5 })).toMatchObject({ decision: { code: 'policy.arguments' } });
  expect(await tool.execute({ amount: 100 })).toBe('paid');
  expect(runs).toEqual([{ amount: 100 }]);
});

test('a closed guard runs nothing', async () => {
  const tool = pay();
  await guard.close();
  await expect(tool.execute({ amount: 1 })).rejects.toThrow('closing');
  expect(runs).toHaveLength(0);
});

test('a limit that cannot be understood, or is on what nothing counts, does not load', async () => {
  const base = { policies: POLICIES, agent: { id: 'bot' }, data };
  const limits = [{ id: 'pays', kind: 'rate', amount: 'many', per: '1h' }];
  await expect(createGuard({ ...base, limits })).rejects.toMatchObject({ code: 'policy.limit' });
  const tokens = [{ id: 'tokens', kind: 'tokens', amount: 100 }];
  await expect(createGuard({ ...base, limits: tokens })).rejects.toThrow('which no configured face supplies');
  const usage = { supplies: new Set<LimitFact>(['tokens']) };
  await (await createGuard({ ...base, limits: tokens, usage })).close();
});

test('limits count over the guards of one folder', async () => {
  const limits = [{ id: 'pays', kind: 'quota', amount: 1, per: '1d' }];
  await guard.close();
  for (const verdict of ['allow', 'deny']) {
    guard = await createGuard({ policies: POLICIES, agent: { id: 'bot' }, data, limits });
    expect((await pay().enforce({ amount: 1 })).verdict).toBe(verdict);
    await guard.close();
  }
  expect(runs).toHaveLength(1);
});

test('packs are in force beside the policies, for each tool as it is wrapped', async () => {
  const text =
    "version: 1\nname: p\nrules:\n  - {id: no-sea, block: app/pa*, argument: to, regex: '^sea', reason: Nothing goes to sea.}\n";
  await guard.close();
  const packs = [{ name: 'p.yaml', text }];
  guard = await createGuard({ policies: POLICIES, packs, agent: { id: 'bot' }, data });
  const tool = pay();
  expect(await tool.enforce({ amount: 1, to: 'land' })).toMatchObject({ verdict: 'allow' });
  const { decision } = await tool.enforce({ amount: 1, to: 'sea side' });
  expect(decision.determining).toMatchObject([{ id: 'p.no-sea' }]);
  expect(decision.checks).toContainEqual(expect.objectContaining({ id: 'patterns', status: 'ran' }));
  expect(runs).toEqual([{ amount: 1, to: 'land' }]);
});

test('a pack that is none, and a limit of a pack on what nothing counts, open nothing', async () => {
  const base = { policies: POLICIES, agent: { id: 'bot' }, data };
  const pack = (rest: string) => ({ packs: [{ name: 'p.yaml', text: `version: 1\nname: p\n${rest}\n` }] });
  await expect(createGuard({ ...base, ...pack('rule: []') })).rejects.toThrow('neither `rules`');
  const shadow = { policies: POLICIES, ...pack('rule: []') };
  await expect(createGuard({ ...base, shadow })).rejects.toThrow('neither `rules`');
  const tokens = pack('limits: [{id: tokens, kind: tokens, amount: 100}]');
  await expect(createGuard({ ...base, ...tokens })).rejects.toThrow('which no configured face supplies');
});

test('calls for a purpose are held to its register, and what they claim is believed', async () => {
  const register = createRegister({
    purposes: [
      {
        id: 'paying',
        description: 'pay what is owed',
        data: ['account'],
        basis: 'contract',
        retention: 'decision',
        recipients: [],
        subject: 'none',
        minimise: { 'app/pay': ['amount'] },
      },
    ],
    notices: [],
  });
  await guard.close();
  const purposes = { register, purpose: 'paying' };
  const policies = POLICIES.replace(
    'resource);',
    'resource) when { context has purpose && context.purpose == "paying" };',
  );
  guard = await createGuard({ policies, agent: { id: 'bot' }, data, purposes });
  expect((await pay().enforce({ amount: 1, to: 'ann' })).verdict).toBe('modify');
  expect(runs).toEqual([{ amount: 1 }]);
  const parts = [{ action: { name: 'tools/call' }, resource: { type: 'tool' as const, id: 'app/pay' } }];
  const call = { face: 'library', initiator: 'agent', phase: 'call', method: 'tools/call', parts } as const;
  const claimed = await guard.enforce({ ...call, args: { amount: 1 }, purpose: 'else' }, async () => 'paid');
  expect(claimed.verdict).toBe('deny');
});

test('a notice is handed to a process that shows it, once, and to no other', async () => {
  const register = createRegister({
    purposes: [
      {
        id: 'paying',
        description: 'pay what is owed',
        data: ['account'],
        basis: 'contract',
        retention: 'decision',
        recipients: [],
        subject: 'person',
        notice: 'welcome',
      },
    ],
    notices: [{ id: 'welcome', version: 1, texts: { en: 'We pay for you.', it: 'Paghiamo per te.' } }],
  });
  const policies = POLICIES.replace('resource);', 'resource) when { context has purpose };');
  const openWith = async (showsNotices: boolean): Promise<void> => {
    await guard.close();
    const purposes = { register, purpose: 'paying', showsNotices, languages: ['it'] };
    guard = await createGuard({
      policies,
      agent: { id: 'bot' },
      person: { id: 'ann', roles: [] },
      data,
      purposes,
    });
  };
  await openWith(false);
  await expect(pay().execute({ amount: 1, to: 'ann' })).rejects.not.toHaveProperty('enforced.notice');
  await openWith(true);
  const tool = pay();
  await expect(tool.execute({ amount: 1, to: 'ann' })).rejects.toMatchObject({
    enforced: { notice: { id: 'welcome', language: 'it', text: 'Paghiamo per te.' } },
  });
  expect(runs).toEqual([]);
  expect(await tool.enforce({ amount: 1, to: 'ann' })).toMatchObject({
    verdict: 'allow',
    outcome: 'performed',
  });
});
