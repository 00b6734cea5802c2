/** What was erased is in no file of a real server, its write-ahead log aside: neither the wrapped keys nor the ciphertexts, though both are useless alone. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { openPostgresLog, rewritePostgresTables, type SqlConnection } from '@writ/core/postgres';
import type { OpenLog } from '@writ/core';
import { committed, SAMPLE_LOG_KEYS, sampleLogIdentity, sampleReseal } from '@writ/core/testing';
import { openPostgres } from '@writ/postgres';
import { answeredHold, bodyDraft, erasureDraft } from './erasure-drafts.ts';
import { postgresTests } from './tests.ts';

const { database, url, newSchema, crash } = await postgresTests({ isSynced: true });
/** Bodies of each person: several pages of them. */
const BODIES = 60;

async function session(): Promise<SqlConnection> {
  const one = await database.connect();
  onTestFinished(() => one.close());
  return one;
}

/** The files of the server's tables, as they are on the disk. */
async function filesOnDisk(administrator: SqlConnection): Promise<readonly Buffer[]> {
  await administrator.script('CHECKPOINT');
  const { rows } = await administrator.query(
    `SELECT current_setting('data_directory') || '/base/' || oid AS path FROM pg_database WHERE datname = current_database()`,
  );
  const path = String(rows[0]?.['path']);
  return readdirSync(path).map((name) => readFileSync(join(path, name)));
}

function countOf(files: readonly Buffer[], secrets: readonly Buffer[]): number {
  return secrets.filter((secret) => files.some((file) => file.includes(secret))).length;
}

/** Everything that must be gone: keys, ciphertexts, tags and encrypted words of the state. */
async function secretsOf(administrator: SqlConnection, schema: string, log: OpenLog): Promise<Buffer[]> {
  const { rows } = await administrator.query(
    `SELECT wrapped, ciphertext FROM ${schema}.bodies JOIN ${schema}.concerns USING (seq) WHERE tag = decode($1, 'hex')`,
    [log.state.tags('Ada')[0] ?? ''],
  );
  const state = await administrator.query(
    `SELECT substring(row FROM '"hex":"([0-9a-f]+)"') AS hex FROM ${schema}.state WHERE name IN ('holds', 'answers')`,
  );
  expect(rows.length).toBe(BODIES + 1);
  return [
    ...rows.flatMap((row) => [row['wrapped'] as Uint8Array, row['ciphertext'] as Uint8Array]),
    ...log.state.tags('Ada').map((tag) => Buffer.from(tag, 'hex')),
    ...state.rows.map((row) => Buffer.from(String(row['hex']))),
  ].map((bytes) => Buffer.from(bytes));
}

async function erase(log: OpenLog, hold: number, shared: number): Promise<void> {
  const tags = log.state.tags('Ada');
  const bodies = log.reader.concerning('Ada').map((index) => ({
    index,
    time: 1_000,
    tags,
    dropped: tags,
    ...(index === shared ? { resealed: sampleReseal(log, { index, field: 'person', concern: 'Ada' }) } : {}),
  }));
  await committed(
    log,
    erasureDraft(bodies, { requesters: [{ hold, remaining: [] }], answers: [{ hold, keyId: 'k1' }] }),
  );
}

test.skipIf(crash === undefined)(
  'after an erasure and a rewriting of the tables no file of a table holds a byte of it, and what somebody still looks at is told',
  async () => {
    const schema = newSchema();
    const log = await openPostgresLog({ ...sampleLogIdentity(), ...SAMPLE_LOG_KEYS, database, schema });
    onTestFinished(() => log.close().catch(() => {}));
    for (let at = 0; at < BODIES; at += 1) {
      await committed(log, bodyDraft('Ada'));
      await committed(log, bodyDraft('Bob'));
    }
    const shared = await committed(log, bodyDraft('Ada', 'Bob'));
    const hold = await answeredHold(log);
    const administrator = await session();
    // Samples of values, as the server's planner takes them by itself.
    await administrator.script(
      `ANALYZE ${schema}.bodies; ANALYZE ${schema}.state; ANALYZE ${schema}.concerns`,
    );
    const samples = `SELECT tablename, attname FROM pg_stats WHERE schemaname = '${schema}' AND attname IN ('wrapped', 'ciphertext', 'tag', 'row', 'rows')`;
    expect((await administrator.query(samples)).rows).toEqual([]);
    const secrets = await secretsOf(administrator, schema, log);
    expect(countOf(await filesOnDisk(administrator), secrets)).toBe(secrets.length);
    await erase(log, hold, shared.index);
    // Gone for every reader, and still in the files.
    expect(countOf(await filesOnDisk(administrator), secrets)).toBeGreaterThan(0);
    const watcher = await session();
    await watcher.script(`BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT count(*) FROM ${schema}.head`);
    const watched = await rewritePostgresTables({ database, schema });
    expect(watched).toMatchObject({ left: [], watchers: 1 });
    await watcher.script('ROLLBACK');
    expect(await rewritePostgresTables({ database, schema, maximumBytes: 1 })).toMatchObject({
      rewritten: [],
      left: [{ table: 'bodies', why: 'large' }, {}, {}, {}, {}],
    });
    const done = await rewritePostgresTables({ database, schema });
    expect(done).toEqual({
      rewritten: ['bodies', 'concerns', 'state', 'changes', 'loose_objects'],
      left: [],
      watchers: 0,
    });
    expect(countOf(await filesOnDisk(administrator), secrets)).toBe(0);
    expect(log.reader.concerning('Bob')).toHaveLength(BODIES + 1);
    expect(log.reader.body(shared.index)).toMatchObject({ concerns: ['Bob'] });
    await committed(log, bodyDraft('Bob'));
  },
);

test.skipIf(crash === undefined)(
  'a role that does not own the tables cannot write them anew, and says so',
  async () => {
    const schema = newSchema();
    const log = await openPostgresLog({ ...sampleLogIdentity(), ...SAMPLE_LOG_KEYS, database, schema });
    await log.close();
    const administrator = await session();
    await administrator.script(`CREATE ROLE clerk LOGIN PASSWORD 'clerk'; GRANT USAGE ON SCHEMA ${schema} TO clerk;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA ${schema} TO clerk`);
    const clerk = openPostgres({ url: url.replace('writ:writ@', 'clerk:clerk@') });
    onTestFinished(() => clerk.close());
    const { rewritten, left } = await rewritePostgresTables({ database: clerk, schema });
    expect(rewritten).toEqual([]);
    expect(left).toMatchObject([{ table: 'bodies', why: 'not_owner' }, {}, {}, {}, {}]);
  },
);
