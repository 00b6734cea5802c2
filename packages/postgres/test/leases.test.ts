/** Limits of a fleet in PostgreSQL: the contract, races of many sessions, and guards on nodes of their own. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { createGuard } from '@writ/core';
import { fakeClock, LEASE_CONTRACT } from '@writ/core/testing';
import { createPostgresLeases, openPostgres } from '@writ/postgres';
import type { SqlConnection } from '@writ/core/postgres';
import { postgresTests } from './tests.ts';

const { database, newSchema, isThere, url } = await postgresTests();

/** Items in turn. */
function pick<Item>(items: readonly Item[], at: number): Item {
  const item = items[at % items.length];
  if (item === undefined) throw new Error('there is none');
  return item;
}

describe.skipIf(!isThere)('the shared side in PostgreSQL', () => {
  test.each(LEASE_CONTRACT.map((one) => [one.name, one] as const))('%s', async (_sentence, contract) => {
    const clock = fakeClock();
    const leases = createPostgresLeases({ database, schema: newSchema(), now: () => clock.now() });
    try {
      await contract.run(leases, clock);
    } finally {
      await leases.close();
    }
  });

  test('lends no unit twice, however many nodes ask at once and make the tables meanwhile', async () => {
    const schema = newSchema();
    const nodes = Array.from({ length: 5 }, () => createPostgresLeases({ database, schema }));
    const account = { type: 'total' as const, capacity: 10 };
    const lent = await Promise.all(
      Array.from({ length: 50 }, (_, at) =>
        pick(nodes, at).take({ node: `n${at % 5}`, key: 'k', account, amount: 1, durationMs: 60_000 }),
      ),
    );
    expect(lent.filter((lease) => lease !== undefined)).toHaveLength(10);
    await Promise.all(nodes.map((node) => node.close()));
  });

  test('is passed by no race of fifty calls over guards with logs of their own', async () => {
    const schema = newSchema();
    const folder = mkdtempSync(join(tmpdir(), 'writ-fleet-'));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const nodes = await Promise.all(
      [0, 1, 2].map(async (at) => {
        const leases = createPostgresLeases({ database, schema });
        const guard = await createGuard({
          policies: '@id("all") permit(principal, action, resource);',
          agent: { id: 'bot' },
          data: join(folder, `node-${at}`),
          limits: [{ id: 'ten', kind: 'calls', amount: 10, key: ['principal'], across: 'fleet' }],
          leases,
        });
        return { leases, guard };
      }),
    );
    let ran = 0;
    const tools = nodes.map(({ guard }) =>
      guard.wrap({ name: 'pay', execute: (_args: object) => (ran += 1) }),
    );
    const ends = await Promise.all(Array.from({ length: 51 }, (_, at) => pick(tools, at).enforce({})));
    expect(ran).toBe(10);
    expect(ends.filter((end) => end.verdict === 'allow')).toHaveLength(10);
    for (const { guard, leases } of nodes) {
      await guard.close();
      await leases.close();
    }
  });

  test('has what it lent on the disk, whatever the server does by default', async () => {
    const server = new URL(url);
    server.searchParams.set('options', '-c synchronous_commit=off');
    const careless = openPostgres({ url: server.href });
    const sessions: SqlConnection[] = [];
    const watched = {
      ...careless,
      async connect(): Promise<SqlConnection> {
        const session = await careless.connect();
        sessions.push(session);
        return session;
      },
    };
    const leases = createPostgresLeases({ database: watched, schema: newSchema() });
    const account = { type: 'total' as const, capacity: 5 };
    await leases.take({ node: 'a', key: 'k', account, amount: 1, durationMs: 60_000 });
    const setting = `SELECT current_setting('synchronous_commit') AS setting`;
    expect((await sessions[0]?.query(setting))?.rows).toEqual([{ setting: 'on' }]);
    await leases.close();
  });

  test('comes back after its session was ended', async () => {
    const schema = newSchema();
    const sessions: SqlConnection[] = [];
    const watched = {
      ...database,
      async connect(): Promise<SqlConnection> {
        const session = await database.connect();
        sessions.push(session);
        return session;
      },
    };
    const leases = createPostgresLeases({ database: watched, schema });
    const request = {
      node: 'a',
      key: 'k',
      account: { type: 'total' as const, capacity: 5 },
      amount: 1,
      durationMs: 60_000,
    };
    await leases.take(request);
    await Promise.all(sessions.map((session) => session.close()));
    // The first that meets the ended session is told; the next has a new one.
    await leases
      .take(request)
      .catch((fault: unknown) => expect(fault).toMatchObject({ code: 'log.unavailable' }));
    expect(await leases.take(request)).toMatchObject({ amount: 1 });
    await leases.close();
  });
});

test('a server that is not there is a fault, and nothing is lent', async () => {
  const gone = openPostgres({ url: 'postgres://127.0.0.1:1/none' });
  const leases = createPostgresLeases({ database: gone });
  const account = { type: 'total' as const, capacity: 1 };
  await expect(
    leases.take({ node: 'a', key: 'k', account, amount: 1, durationMs: 1_000 }),
  ).rejects.toMatchObject({ code: 'log.unavailable' });
  await leases.close();
  await gone.close();
  expect(() => createPostgresLeases({ database: gone, schema: 'a"; DROP' })).toThrow(
    /is no name of a schema/,
  );
});
