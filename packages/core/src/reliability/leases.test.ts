/** Shares of a limit on many nodes: the shared side keeps its contract, and a node its share. */
import { describe, expect, test } from 'vitest';
import type { LimitLeases } from '../model/index.ts';
import { fakeClock, fakeRandom, LEASE_CONTRACT } from '../testing/index.ts';
import { createLeasedShare, createMemoryLeases } from './index.ts';

describe('the shared side in memory', () => {
  test.each(LEASE_CONTRACT.map((one) => [one.name, one] as const))('%s', async (_sentence, contract) => {
    const clock = fakeClock();
    await contract.run(createMemoryLeases({ clock, random: fakeRandom() }), clock);
  });

  test('lends no more leases than it keeps', async () => {
    const leases = createMemoryLeases({ clock: fakeClock(), random: fakeRandom() });
    const account = { type: 'total' as const, capacity: 1_000_000 };
    const take = (): ReturnType<LimitLeases['take']> =>
      leases.take({ node: 'a', key: 'k', account, amount: 1, durationMs: 1_000 });
    for (let at = 0; at < 10_000; at += 1) await take();
    expect(await take()).toBeUndefined();
  });
});

describe('a node', () => {
  const account = { type: 'total' as const, capacity: 10 };

  function fleet(): {
    readonly clock: ReturnType<typeof fakeClock>;
    readonly leases: LimitLeases;
    readonly calls: string[];
    node(name: string, amount?: number): ReturnType<typeof createLeasedShare>;
  } {
    const clock = fakeClock();
    const shared = createMemoryLeases({ clock, random: fakeRandom() });
    const calls: string[] = [];
    const leases: LimitLeases = {
      take: (request) => (calls.push('take'), shared.take(request)),
      settle: (id, spent) => (calls.push(`settle ${spent}`), shared.settle(id, spent)),
    };
    const node = (name: string, amount = 5): ReturnType<typeof createLeasedShare> =>
      createLeasedShare(leases, { node: name, key: 'k', account, amount, durationMs: 1_000 }, clock);
    return { clock, leases, calls, node };
  }

  test('spends its share without asking, and asks anew when it is used up', async () => {
    const { node, calls } = fleet();
    const a = node('a');
    for (let at = 0; at < 5; at += 1) expect(await a.spend(1)).toBe(true);
    expect(calls).toEqual(['take']);
    expect(await a.spend(1)).toBe(true);
    expect(calls).toEqual(['take', 'settle 5', 'take']);
  });

  test('and its fellows never pass the account together, however they race', async () => {
    const { node } = fleet();
    const nodes = Array.from({ length: 5 }, (_, at) => node(`node-${at}`, 2));
    const spent = await Promise.all(
      Array.from({ length: 50 }, async (_, at) => (await nodes[at % 5]?.spend(1)) === true),
    );
    expect(spent.filter(Boolean)).toHaveLength(10);
  });

  test('spends nothing of a share whose time is over, by its own time since it asked', async () => {
    const { node, clock, calls } = fleet();
    const a = node('a');
    await a.spend(1);
    clock.advance(1_000);
    expect(await a.spend(1)).toBe(true);
    expect(calls).toEqual(['take', 'settle 1', 'take']);
  });

  test('that lets go returns what it did not spend', async () => {
    const { node } = fleet();
    const [a, b] = [node('a', 10), node('b', 10)];
    await a.spend(3);
    expect(await b.spend(1)).toBe(false);
    await a.settle();
    await a.settle();
    expect(await b.spend(7)).toBe(true);
    expect(await b.spend(1)).toBe(false);
  });

  test('out of reach of the shared side spends its share, and then nothing', async () => {
    const { leases, clock } = fleet();
    let isCutOff = false;
    const cut: LimitLeases = {
      take: (request) => (isCutOff ? Promise.reject(new Error('no way')) : leases.take(request)),
      settle: (id, spent) => (isCutOff ? Promise.reject(new Error('no way')) : leases.settle(id, spent)),
    };
    const a = createLeasedShare(cut, { node: 'a', key: 'k', account, amount: 2, durationMs: 1_000 }, clock);
    await a.spend(1);
    isCutOff = true;
    expect(await a.spend(1)).toBe(true);
    await expect(a.spend(1)).rejects.toThrow('no way');
    await expect(a.spend(1)).rejects.toThrow('no way');
  });
});
