/** Limits that a fleet keeps together: nodes with logs of their own never pass them, and what is not used returns. */
import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../kernel/index.ts';
import type { LimitLeases } from '../../model/index.ts';
import { createMemoryLeases } from '../../reliability/index.ts';
import { fakeClock, fakeRandom, type GuardWorld, toolCall } from '../../testing/index.ts';
import { createGuard } from '../library/index.ts';
import type { Enforced, Perform } from '../types.ts';
import { PERMIT_ALL, world } from './fixtures.ts';

const TEN: JsonObject = { id: 'ten', kind: 'calls', amount: 10, key: ['principal'], across: 'fleet' };

const shared = (): LimitLeases => createMemoryLeases({ clock: fakeClock(), random: fakeRandom() });

function node(leases: LimitLeases, options: Partial<Parameters<typeof world>[0]> = {}): Promise<GuardWorld> {
  const { ports, ...rest } = options;
  return world({
    policies: PERMIT_ALL,
    limits: [TEN],
    supplied: ['fleet', 'tokens'],
    ports: { leases, maxConcurrent: 64, ...ports },
    ...rest,
  });
}

const call = (
  here: GuardWorld,
  perform: Perform = () => Promise.resolve({}),
  tool = 'bank/pay',
): Promise<Enforced> => here.guard.enforce(toolCall(tool, {}), perform);

const allowed = (ends: readonly Enforced[]): number =>
  ends.filter(({ verdict }) => verdict === 'allow').length;

describe('a limit across a fleet', () => {
  test('is passed by no race of fifty calls over five nodes', async () => {
    const leases = shared();
    const nodes = await Promise.all(Array.from({ length: 5 }, () => node(leases)));
    let ran = 0;
    const perform: Perform = () => Promise.resolve({ ran: (ran += 1) });
    const ends = await Promise.all(
      Array.from({ length: 50 }, (_, at) => call(nodes[at % 5] as GuardWorld, perform)),
    );
    expect([ran, allowed(ends)]).toEqual([10, 10]);
    const refused = ends.find(({ verdict }) => verdict === 'deny');
    expect(refused?.decision.determining).toMatchObject([{ id: 'limit:ten' }]);
    expect(refused?.message).toContain('kept by the whole fleet');
  });

  test('is seen by policies', async () => {
    const text = `${PERMIT_ALL} @id("early") forbid(principal, action, resource) when { context has limits && context.limits has ten && context.limits.ten.remaining < 2 };`;
    const here = await node(shared(), { policies: text, limits: [{ ...TEN, amount: 40 }] });
    const verdicts = [];
    for (let at = 0; at < 3; at += 1) verdicts.push((await call(here)).verdict);
    // A share is a twentieth: two units, of which one is left at the second call.
    expect(verdicts).toEqual(['allow', 'deny', 'deny']);
  });

  test('loses nothing to what is refused', async () => {
    const leases = shared();
    const forbid = '@id("no") forbid(principal, action == Action::"bank/no", resource);';
    const here = await node(leases, { policies: `${PERMIT_ALL} ${forbid}` });
    for (let at = 0; at < 20; at += 1) expect((await call(here, undefined, 'bank/no')).verdict).toBe('deny');
    const other = await node(leases);
    await here.guard.close();
    const ends = await Promise.all(Array.from({ length: 10 }, () => call(other)));
    expect(allowed(ends)).toBe(10);
  });

  test('gets back what a call did not use, and not what nobody knows', async () => {
    const leases = shared();
    const usage = {
      supplies: new Set(['tokens' as const]),
      actual: (_request: unknown, result: unknown) => result as { tokens: number },
    };
    const limits = [
      { id: 't', kind: 'tokens', amount: 100, reserve: 60, key: ['principal'], across: 'fleet' },
    ];
    const here = await node(leases, { limits, ports: { leases, usage } });
    expect((await call(here, () => Promise.resolve({ tokens: 10 }))).verdict).toBe('allow');
    expect((await call(here, () => Promise.reject(new Error('gone')))).outcome).toBe('failed');
    expect((await call(here, () => Promise.resolve({ tokens: 1 }))).verdict).toBe('deny');
  });

  test('counts what a call used beyond what it was said to need', async () => {
    const usage = {
      supplies: new Set(['tokens' as const]),
      actual: (_request: unknown, result: unknown) => result as { tokens: number },
    };
    const limits = [
      { id: 't', kind: 'tokens', amount: 100, reserve: 1, key: ['principal'], across: 'fleet' },
    ];
    const here = await node(shared(), { limits, ports: { leases: shared(), usage } });
    let ran = 0;
    const perform: Perform = () => Promise.resolve({ tokens: 60, ran: (ran += 1) });
    for (let at = 0; at < 5; at += 1) await call(here, perform);
    expect(ran).toBe(2);
  });

  test('denies while the shared side is out of reach', async () => {
    const gone: LimitLeases = {
      take: () => Promise.reject(new Error('no way')),
      settle: () => Promise.resolve(false),
    };
    const end = await call(await node(gone));
    expect(end.decision).toMatchObject({ verdict: 'deny', code: 'limit.unavailable' });
    expect(end.decision.checks).toContainEqual(
      expect.objectContaining({ id: 'limit:ten', status: 'failed' }),
    );
  });

  test('returns with the node that closes', async () => {
    const leases = shared();
    const here = await node(leases, { limits: [{ ...TEN, amount: 200 }] });
    await call(here);
    await here.guard.close();
    const other = await node(leases, { limits: [{ ...TEN, amount: 200 }] });
    let count = 0;
    while ((await call(other)).verdict === 'allow') count += 1;
    expect(count).toBe(199);
  });

  test('does not load where no side is shared, and not for what runs at once', async () => {
    const base = { policies: PERMIT_ALL, agent: { id: 'bot' } };
    await expect(createGuard({ ...base, limits: [TEN] })).rejects.toThrow(
      'is counted across a fleet, and no side that the nodes share is configured',
    );
    const atOnce = [{ id: 'c', kind: 'concurrency', amount: 2, across: 'fleet' }];
    await expect(createGuard({ ...base, limits: atOnce, leases: shared() })).rejects.toThrow(
      'a call under way belongs to its node',
    );
  });
});
