/** A server that ends sessions, a lock that does not hold, and settings that would lose what was acknowledged. */
import { expect, onTestFinished, test } from 'vitest';
import {
  openPostgresLog,
  type PostgresLogOptions,
  type SqlConnection,
  type SqlDatabase,
  verifyPostgresLog,
} from '@writ/core/postgres';
import type { OpenLog } from '@writ/core';
import { committed, openDraft, SAMPLE_LOG_KEYS, sampleLogIdentity } from '@writ/core/testing';
import { openPostgres } from '@writ/postgres';
import { delegate } from './connections.ts';
import { postgresTests } from './tests.ts';

const APPENDS = 40;
/** Acknowledged entries of one log after which the server crashes. */
const CRASH_AFTER = 10;

const { database, url, newSchema, isThere, crash } = await postgresTests({ isSynced: true });

async function openIn(schema: string, changes: Partial<PostgresLogOptions> = {}): Promise<OpenLog> {
  const options = { ...sampleLogIdentity(), ...SAMPLE_LOG_KEYS, database, schema, ...changes };
  const log = await openPostgresLog(options);
  onTestFinished(() => log.close().catch(() => {}));
  return log;
}

function through(change: (connection: SqlConnection) => SqlConnection): SqlDatabase {
  return { ...database, connect: async () => change(await database.connect()) };
}

/** Appends one after another, each by the key it consumes; answers what was acknowledged, and calls `told` with its number each time. */
async function appendAll(
  log: OpenLog,
  name: string,
  told: (count: number) => void = () => {},
): Promise<readonly (readonly [string, number])[]> {
  const known: (readonly [string, number])[] = [];
  for (let at = 0; at < APPENDS; at += 1) {
    const key = `${name}-${at}`;
    const result = await log.writer
      .append(openDraft(key, { consumes: [key] }))
      .catch((fault: unknown) => fault);
    if (result instanceof Error) expect(result).toMatchObject({ code: /^log\./ });
    else told(known.push([key, (result as { readonly index: number }).index]));
  }
  return known;
}

async function requireWhole(
  log: OpenLog,
  schema: string,
  known: readonly (readonly [string, number])[],
): Promise<void> {
  const dataKeys = { signingSeed: SAMPLE_LOG_KEYS.signingKey.seed, bodyKeys: [SAMPLE_LOG_KEYS.bodyKey] };
  const report = await verifyPostgresLog({ database, schema, keys: [log.verifierKey], dataKeys });
  expect(report).toMatchObject({ ok: true, problems: [] });
  expect(new Set(known.map(([, index]) => index)).size).toBe(known.length);
  for (const [key, index] of known)
    expect(log.reader.entry(index).entry).toMatchObject({ kind: 'decision', consumes: [key] });
}

test.skipIf(!isThere)(
  'sessions that the server ends at any moment lose nothing that was acknowledged',
  async () => {
    const schema = newSchema();
    const logs = [await openIn(schema), await openIn(schema)];
    const ending = await database.connect();
    onTestFinished(() => ending.close());
    let isDone = false;
    const end = async (): Promise<void> => {
      while (!isDone)
        await ending.query(
          `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'writ' AND query LIKE $1 AND random() < 0.02`,
          [`%${schema}%`],
        );
    };
    const ended = end();
    const known = await Promise.all(logs.map((log, at) => appendAll(log, `n${at}`)));
    isDone = true;
    await ended;
    expect(known.flat().length).toBeGreaterThan(0);
    await requireWhole(await openIn(schema), schema, known.flat());
  },
);

test.skipIf(crash === undefined)(
  'a server that crashes under everything and comes back has all that was acknowledged',
  async () => {
    const schema = newSchema();
    const logs = [await openIn(schema), await openIn(schema)];
    const known: (readonly [string, number])[] = [];
    for (let round = 0; round < 3; round += 1) {
      let crashed: Promise<void> | undefined;
      const told = (count: number): void => {
        if (count === CRASH_AFTER) crashed ??= crash?.();
      };
      const appends = logs.map((log, at) => appendAll(log, `n${round}-${at}`, told));
      known.push(...(await Promise.all(appends)).flat());
      expect(crashed).toBeDefined();
      await crashed;
    }
    for (const log of logs) await committed(log, openDraft('after'));
    await requireWhole(await openIn(schema), schema, known);
  },
);

test.skipIf(!isThere)(
  'where the lock does not hold, nothing forks: the head moves by its size alone',
  async () => {
    const schema = newSchema();
    const unlocked = through((connection) =>
      delegate(connection, { script: (text) => connection.script(text.replace('FOR UPDATE', '')) }),
    );
    const logs = [
      await openIn(schema, { database: unlocked }),
      await openIn(schema, { database: unlocked }),
      await openIn(schema, { database: unlocked }),
    ];
    const known = await Promise.all(logs.map((log, at) => appendAll(log, `n${at}`)));
    await requireWhole(await openIn(schema), schema, known.flat());
  },
);

test.skipIf(!isThere).each([
  ['off', 'on'],
  ['remote_apply', 'remote_apply'],
])('a session whose commits are %s has them %s', async (asked, expected) => {
  const server = new URL(url);
  server.searchParams.set('options', `-c synchronous_commit=${asked}`);
  const careless = openPostgres({ url: server.href });
  const sessions: SqlConnection[] = [];
  const log = await openIn(newSchema(), {
    database: {
      ...database,
      async connect() {
        const session = await careless.connect();
        sessions.push(session);
        return session;
      },
    },
  });
  const setting = `SELECT current_setting('synchronous_commit') AS setting`;
  expect((await sessions[0]?.query(setting))?.rows).toEqual([{ setting: expected }]);
  await log.close();
});
