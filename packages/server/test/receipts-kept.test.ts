// The list of nodes' entries has a bound in time where the operator names one; the copies that it was made from, and what came later, stay.
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import { pruneReceipts, receiptRows } from '../src/receipts/index.ts';
import { openWorld, START, stopServer, type World } from './world.ts';

const DAY_MS = 86_400_000;
let world: World | undefined;

afterEach(async () => {
  await world?.close();
  world = undefined;
});
afterAll(stopServer);

describe.each(['sqlite', 'postgres'] as const)('on %s', (store) => {
  test('rows of entries older than that go, however many, and others stay', async () => {
    world = await openWorld(store);
    if (world === undefined) return;
    const { plane, organisation, clock, send } = world;
    const of = { organisation, node: plane.newId(), origin: 'example.org/node' };
    const entries = Array.from({ length: 2_500 }, (_, at) => ({
      kind: 'decision',
      decision: { verdict: 'allow', policies: [] },
      // The first 2,300 within a day, the last 200 ten days later.
      time: START + at + (at < 2_300 ? 0 : 10 * DAY_MS),
    }));
    const { receipts: rows } = receiptRows(of, 0, entries, () => undefined);
    for (let from = 0; from < rows.length; from += 500)
      await plane.tables
        .insertInto('receipts')
        .values(rows.slice(from, from + 500))
        .execute();
    for (const at of [0, 2_499]) {
      const named = { organisation, policy: 'pay', receipt: rows[at]?.id ?? '', origin: of.origin };
      await plane.tables.insertInto('receipt_policies').values(named).execute();
    }
    const file = { origin: of.origin, path: 'checkpoint', bytes: Buffer.from('kept') };
    await plane.tables.insertInto('mirror_files').values(file).execute();
    const count = async (): Promise<number> =>
      (await plane.tables.selectFrom('receipts').select('id').execute()).length;
    clock.set(START + 12 * DAY_MS);
    await pruneReceipts(plane);
    expect(await count()).toBe(2_500);
    await pruneReceipts({ ...plane, keeps: { receiptsMs: 5 * DAY_MS } });
    expect(await count()).toBe(200);
    const admin = await world.addPerson(organisation, ['auditor'], 'later');
    const { body } = await send('GET', '/v1/receipts?limit=1', { as: admin });
    expect(body.items[0].receipt).toBe('example.org/node#2499');
    const policies = await plane.tables.selectFrom('receipt_policies').select('receipt').execute();
    expect(policies).toEqual([{ receipt: rows[2_499]?.id }]);
    expect(await plane.tables.selectFrom('mirror_files').select('path').execute()).toHaveLength(1);
  });
});
