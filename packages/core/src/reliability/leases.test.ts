/** Shares of a limit on many nodes: the shared side keeps its contract, and a node its share. */
import { describe, expect, test } from 'vitest';
import type { LimitLeases } from '../model/index.ts';
import { fakeClock, fakeRandom, fakeTimers, LEASE_CONTRACT } from '../testing/index.ts';
import { createFleetShares, createLeasedShare, createMemoryLeases, type LeasedShare } from './index.ts';

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

/** Says only whether the units were to be had. */
interface Spender {
  spend(amount: number): Promise<boolean>;
  settle(): Promise<void>;
}

function spender(share: LeasedShare): Spender {
  return {
    spend: async (amount) => 'amount' in (await share.take(amount)),
    settle: () => share.settle(),
  };
}

describe('a node', () => {
  const account = { type: 'total' as const, capacity: 10 };

  function fleet(): {
    readonly clock: ReturnType<typeof fakeClock>;
    readonly leases: LimitLeases;
    readonly calls: string[];
    node(name: string, amount?: number): Spender;
  } {
    const clock = fakeClock();
    const shared = createMemoryLeases({ clock, random: fakeRandom() });
    const calls: string[] = [];
    const leases: LimitLeases = {
      take: (request) => (calls.push('take'), shared.take(request)),
      settle: (id, spent) => (calls.push(`settle ${spent}`), shared.settle(id, spent)),
    };
    const node = (name: string, amount = 5): Spender =>
      spender(createLeasedShare(leases, { node: name, key: 'k', account, amount, durationMs: 1_000 }, clock));
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
    const a = spender(
      createLeasedShare(cut, { node: 'a', key: 'k', account, amount: 2, durationMs: 1_000 }, clock),
    );
    await a.spend(1);
    isCutOff = true;
    expect(await a.spend(1)).toBe(true);
    await expect(a.spend(1)).rejects.toThrow('no way');
    await expect(a.spend(1)).rejects.toThrow('no way');
  });

  test('takes what is left where nobody knows how much, and gives back what was not needed', async () => {
    const { leases, clock } = fleet();
    const request = { node: 'a', key: 'k', account, amount: 4, durationMs: 1_000 };
    const share = createLeasedShare(leases, request, clock);
    const taken = await share.take('rest');
    expect(taken).toMatchObject({ amount: 4, left: 0 });
    if (!('amount' in taken)) throw new Error('nothing was taken');
    taken.giveBack(3);
    expect(await share.take(3)).toMatchObject({ amount: 3, left: 0 });
    expect(await share.take(7)).toEqual({ short: 6 });
  });

  test('gets units back once, however often they are given back', async () => {
    const { leases, clock } = fleet();
    const request = { node: 'a', key: 'k', account, amount: 10, durationMs: 1_000 };
    const share = createLeasedShare(leases, request, clock);
    const [first, second] = [await share.take(4), await share.take(6)];
    if (!('amount' in first && 'amount' in second)) throw new Error('nothing was taken');
    for (const units of [3, 3, 3, -5]) first.giveBack(units);
    expect(await share.take(5)).toEqual({ short: 4 });
  });

  test('spends nothing of a window in the next one', async () => {
    const clock = fakeClock();
    const leases = createMemoryLeases({ clock, random: fakeRandom() });
    const window = { type: 'window' as const, capacity: 10, windowMs: 60_000 };
    clock.advance(59_000 - (clock.now() % 60_000));
    const node = (name: string) =>
      createLeasedShare(
        leases,
        { node: name, key: 'w', account: window, amount: 10, durationMs: 10_000 },
        clock,
      );
    const [a, b] = [node('a'), node('b')];
    await a.take(1);
    clock.advance(2_000);
    expect(await b.take(10)).toMatchObject({ amount: 10 });
    expect(await a.take(1)).toEqual({ short: 0 });
  });

  test('asks once more where a window ended on the way of its share', async () => {
    const clock = fakeClock();
    const leases = createMemoryLeases({ clock, random: fakeRandom() });
    const slow: LimitLeases = {
      ...leases,
      take: async (request) => {
        const lease = await leases.take(request);
        clock.advance(5);
        return lease;
      },
    };
    const window = { type: 'window' as const, capacity: 10, windowMs: 60_000 };
    clock.advance(59_998 - (clock.now() % 60_000));
    const request = { node: 'a', key: 'w', account: window, amount: 10, durationMs: 10_000 };
    expect(await createLeasedShare(slow, request, clock).take(1)).toMatchObject({ amount: 1, left: 9 });
  });
});

describe('all shares of a node', () => {
  const account = { type: 'total' as const, capacity: 100 };
  const LATER_MS = 600_000;

  function node(leases?: LimitLeases) {
    const clock = fakeClock();
    const timers = fakeTimers(clock);
    const shared = createMemoryLeases({ clock, random: fakeRandom() });
    const ports = { leases: leases ?? shared, clock, node: 'a' };
    const shares = createFleetShares({ ...ports, after: (ms, act) => timers.after(ms, act) });
    return { clock, timers, shared, shares };
  }

  test('are small parts of the whole, so that others find something', async () => {
    const { shares, shared } = node();
    expect(await shares.take('k', account, 1)).toMatchObject({ amount: 1, left: 4 });
    const rest = await shared.take({ node: 'b', key: 'k', account, amount: 100, durationMs: 1_000 });
    expect(rest?.amount).toBe(95);
  });

  test('return what is left by themselves when no call asks for it', async () => {
    const { shares, shared, timers } = node();
    await shares.take('k', account, 1);
    timers.advance(9_000);
    await new Promise(setImmediate);
    const rest = await shared.take({ node: 'b', key: 'k', account, amount: 100, durationMs: 1_000 });
    expect(rest?.amount).toBe(99);
  });

  test.each([
    ['has nothing left', () => Promise.resolve(undefined)],
    ['is out of reach', () => Promise.reject(new Error('no way'))],
  ])('take no place for keys of which the shared side %s', async (_why, take) => {
    let isBack = false;
    const lease = { id: 'l', amount: 5, durationMs: 10_000 };
    const { shares } = node({
      take: () => (isBack ? Promise.resolve(lease) : take()),
      settle: () => Promise.resolve(true),
    });
    for (let at = 0; at < 10_000; at += 1) await shares.take(`k${at}`, account, 1).catch(() => undefined);
    isBack = true;
    expect(await shares.take('new', account, 1)).toMatchObject({ amount: 1 });
  });

  test('that were let go are not let go again by those that follow', async () => {
    const { shares, shared, timers } = node();
    const settled: number[] = [];
    const settle = shared.settle.bind(shared);
    Object.assign(shared, {
      settle: (id: string, spent: number) => (settled.push(spent), settle(id, spent)),
    });
    await shares.take('k', account, 1);
    timers.advance(8_000);
    await shares.take('k', account, 2);
    await new Promise(setImmediate);
    expect(settled).toEqual([1]);
    timers.advance(8_000);
    await new Promise(setImmediate);
    expect(settled).toEqual([1, 2]);
  });

  test('return with the node, and a shared side that is gone does not keep it', async () => {
    const { shares, shared } = node();
    await shares.take('k', account, 2);
    await shares.close();
    const rest = await shared.take({ node: 'b', key: 'k', account, amount: 100, durationMs: LATER_MS / 60 });
    expect(rest?.amount).toBe(98);
    const cut = node({
      take: () => Promise.resolve({ id: 'l', amount: 5, durationMs: 10_000 }),
      settle: () => Promise.reject(new Error('no way')),
    });
    await cut.shares.take('k', account, 1);
    await cut.shares.close();
  });
});
