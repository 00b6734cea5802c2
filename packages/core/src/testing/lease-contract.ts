/** What the shared side of limits must do, wherever it is: one list of cases. */
import assert from 'node:assert/strict';
import type { LeaseRequest, LimitAccount, LimitLeases } from '../model/index.ts';
import type { FakeClock } from './ports.ts';

/** One case: a sentence, and what shows it on a fresh shared side over `clock`. */
export interface LeaseCase {
  readonly name: string;
  run(leases: LimitLeases, clock: FakeClock): Promise<void>;
}

const TOTAL: LimitAccount = { type: 'total', capacity: 10 };
const HELD: LimitAccount = { type: 'held', capacity: 10 };
const BUCKET: LimitAccount = { type: 'bucket', capacity: 10, refill: 1, perMs: 1_000 };

/** Longer than any lease and its grace, in milliseconds. */
const LATER_MS = 600_000;

function request(node: string, amount: number, account: LimitAccount = TOTAL): LeaseRequest {
  return { node, key: `key-${account.type}`, account, amount, durationMs: 1_000 };
}

async function lent(leases: LimitLeases, asked: LeaseRequest): Promise<{ id: string; amount: number }> {
  const lease = await leases.take(asked);
  if (lease === undefined) assert.fail('nothing was lent');
  return lease;
}

/** The contract. */
export const LEASE_CONTRACT: readonly LeaseCase[] = [
  {
    name: 'shares of many nodes together never pass the account, and the last one is smaller',
    async run(leases) {
      const shares = await Promise.all(
        Array.from({ length: 50 }, (_, at) => leases.take(request(`node-${at}`, 3))),
      );
      assert.deepEqual(
        shares.flatMap((share) => (share === undefined ? [] : [share.amount])),
        [3, 3, 3, 1],
      );
    },
  },
  {
    name: 'what a node did not spend returns as soon as it says so, and once',
    async run(leases) {
      const { id } = await lent(leases, request('a', 10));
      assert.equal(await leases.take(request('b', 1)), undefined);
      assert.equal(await leases.settle(id, 4), true);
      assert.equal(await leases.settle(id, 0), false);
      assert.equal((await lent(leases, request('b', 10))).amount, 6);
    },
  },
  {
    name: 'a lease that ends without a word counts as spent',
    async run(leases, clock) {
      const { id } = await lent(leases, request('a', 7));
      clock.advance(LATER_MS);
      assert.equal(await leases.settle(id, 0), false);
      assert.equal((await lent(leases, request('b', 10))).amount, 3);
    },
  },
  {
    name: 'what is held at once returns with the end of its lease',
    async run(leases, clock) {
      await lent(leases, request('a', 10, HELD));
      assert.equal(await leases.take(request('b', 1, HELD)), undefined);
      clock.advance(LATER_MS);
      assert.equal((await lent(leases, request('b', 10, HELD))).amount, 10);
    },
  },
  {
    name: 'a settlement just after the end still counts',
    async run(leases, clock) {
      const { id } = await lent(leases, request('a', 10));
      clock.advance(1_001);
      assert.equal(await leases.settle(id, 1), true);
      assert.equal((await lent(leases, request('b', 10))).amount, 9);
    },
  },
  {
    name: 'a clock that goes back gives nothing back, and a bucket refills as time goes on',
    async run(leases, clock) {
      const { id } = await lent(leases, request('a', 10, BUCKET));
      assert.equal(await leases.settle(id, 10), true);
      clock.advance(-60_000);
      assert.equal(await leases.take(request('b', 1, BUCKET)), undefined);
      clock.advance(62_000);
      assert.equal((await lent(leases, request('b', 10, BUCKET))).amount, 2);
    },
  },
  {
    name: 'more than was lent cannot have been spent, and a lease of nothing or for ever is none',
    async run(leases) {
      const { id } = await lent(leases, request('a', 5));
      await assert.rejects(leases.settle(id, 6), { code: 'bound.exceeded' });
      await assert.rejects(leases.settle(id, -1), { code: 'bound.exceeded' });
      await assert.rejects(leases.take(request('a', 0)), { code: 'bound.exceeded' });
      await assert.rejects(leases.take({ ...request('a', 1), durationMs: Infinity }), {
        code: 'bound.exceeded',
      });
    },
  },
];
