/** Keys of a log in PostgreSQL change by overlap, or the log ends and another goes on: whole, on every machine, whatever is killed meanwhile. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { describe, expect, onTestFinished, test } from 'vitest';
import {
  endPostgresLog,
  isPostgresStateSealed,
  openPostgresLog,
  openPostgresLogForReading,
  type PostgresLogOptions,
  requireUnusedPostgresLog,
  resealPostgresState,
  type SqlConnection,
  type SqlDatabase,
  succeedPostgresLog,
  verifyPostgresLog,
} from '@writ/core/postgres';
import { createMemoryLog, type OpenLog } from '@writ/core';
import {
  committed,
  killDraft,
  openDraft,
  outcomeDraft,
  reservingDraft,
  SAMPLE_LOG_KEYS,
  sampleDraft,
  sampleLogIdentity,
} from '@writ/core/testing';
import { formatVerifierKey } from '@writ/core/proof';
import { legalHoldDraft } from './erasure-drafts.ts';
import type { ChangeTask } from './change-task.ts';
import { NEXT } from './next-log.ts';
import { postgresTests } from './tests.ts';

const PROGRAM = fileURLToPath(new URL('./change-process.ts', import.meta.url));
const OLD = SAMPLE_LOG_KEYS.signingKey.seed;
const { origin } = sampleLogIdentity();
/** More statements than a change takes, at which the test gives up. */
const MOST_STATEMENTS = 200;

/** Longest a test takes that starts dozens of processes, in milliseconds: on machines that are shared. */
const TIMEOUT_MS = 300_000;

const { database, url, newSchema, isThere } = await postgresTests();

async function open(schema: string, changes: Partial<PostgresLogOptions> = {}): Promise<OpenLog> {
  const options = { ...sampleLogIdentity(), ...SAMPLE_LOG_KEYS, database, schema, ...changes };
  const log = await openPostgresLog(options);
  onTestFinished(() => log.close().catch(() => {}));
  return log;
}

const reseal = (schema: string): Promise<void> =>
  resealPostgresState({ database, schema, origin, from: OLD, to: NEXT.seed });

async function verified(schema: string, name: string, seed: Uint8Array): Promise<boolean> {
  const { verifierKey } = createMemoryLog({
    ...sampleLogIdentity(),
    ...SAMPLE_LOG_KEYS,
    origin: name,
    signingKey: { seed },
  });
  const dataKeys = { signingSeed: seed, bodyKeys: [SAMPLE_LOG_KEYS.bodyKey] };
  return (await verifyPostgresLog({ database, schema, keys: [verifierKey], dataKeys })).ok;
}

/** A log that both keys signed, with a killed agent. */
async function overlap(): Promise<string> {
  const schema = newSchema();
  const log = await open(schema, { signingKey: { seed: OLD, overlapping: [NEXT.seed] } });
  await committed(log, openDraft('d', { consumes: ['used'] }));
  await committed(log, killDraft('kill', 'gone wild'));
  await log.close();
  return schema;
}

/** Starts processes that each get `step` statements further, until one is through; answers how many were killed. */
async function killedAtStatements(
  step: number,
  task: Omit<ChangeTask, 'dieBefore' | 'url'>,
): Promise<number> {
  for (let dieBefore = 1; dieBefore < MOST_STATEMENTS; dieBefore += step) {
    const child = spawn(process.execPath, [PROGRAM, JSON.stringify({ ...task, url, dieBefore })], {
      stdio: ['ignore', 'inherit', 'inherit'],
    });
    const [code, signal] = (await once(child, 'exit')) as [number | null, string | null];
    if (code === 0) return (dieBefore - 1) / step;
    expect(signal).toBe('SIGKILL');
  }
  throw new Error('it never came through');
}

describe.skipIf(!isThere)('the state goes over to the next key', () => {
  test('with everything in it, and the old key opens the log no more', async () => {
    const schema = await overlap();
    expect(await isPostgresStateSealed({ database, schema, origin }, NEXT.seed)).toBe(false);
    await reseal(schema);
    await reseal(schema);
    expect(await isPostgresStateSealed({ database, schema, origin }, NEXT.seed)).toBe(true);
    const log = await open(schema, { signingKey: { seed: NEXT.seed } });
    expect(log.state.kills()).toEqual([expect.objectContaining({ reason: 'gone wild' })]);
    await expect(log.writer.append(openDraft('e', { consumes: ['used'] }))).resolves.toMatchObject({
      refusal: 'consumed',
    });
    await log.close();
    expect(await verified(schema, origin, NEXT.seed)).toBe(true);
    await expect(open(schema)).rejects.toMatchObject({ code: 'log.corrupt' });
  });

  test('and where the key has not followed, opening says what to do', async () => {
    const schema = await overlap();
    await reseal(schema);
    const signingKey = { seed: OLD, overlapping: [NEXT.seed] };
    await expect(open(schema, { signingKey })).rejects.toMatchObject({
      code: 'log.conflict',
      data: { hint: expect.stringContaining('writ key retire') as string },
    });
    // Who only reads needs no more than one of the two.
    const bodyKeys = [SAMPLE_LOG_KEYS.bodyKey];
    const reading = await openPostgresLogForReading({ database, schema, origin, signingKey, bodyKeys });
    expect(reading.state.kills()).toHaveLength(1);
    await reading.close();
  });

  test('not before the next key signed the newest checkpoint', async () => {
    const schema = newSchema();
    await (await open(schema)).close();
    await expect(reseal(schema)).rejects.toThrow(/the next key did not sign the newest checkpoint/);
    await open(schema);
  });

  test('not while a process uses the log, on whatever machine', async () => {
    const schema = await overlap();
    const log = await open(schema, { signingKey: { seed: OLD, overlapping: [NEXT.seed] } });
    await expect(requireUnusedPostgresLog({ database, schema })).rejects.toMatchObject({
      code: 'log.conflict',
    });
    await expect(reseal(schema)).rejects.toThrow(/a process uses the log/);
    await log.close();
    await requireUnusedPostgresLog({ database, schema });
    await reseal(schema);
  });

  test('not over a row that was edited', async () => {
    const schema = await overlap();
    const session = await database.connect();
    await session.script(`UPDATE ${schema}.state SET row = replace(row, 'bot', 'dog') WHERE name = 'kills'`);
    await session.close();
    await expect(reseal(schema)).rejects.toMatchObject({ code: 'log.corrupt' });
    expect(await isPostgresStateSealed({ database, schema, origin }, NEXT.seed)).toBe(false);
  });

  test(
    'whole or not at all, killed before each statement to the server',
    async () => {
      const schema = await overlap();
      const kills = await killedAtStatements(1, { schema, into: newSchema(), change: 'reseal' });
      expect(kills).toBeGreaterThan(5);
      expect(await verified(schema, origin, NEXT.seed)).toBe(true);
    },
    TIMEOUT_MS,
  );
});

const TOTAL = { type: 'total', capacity: 10 } as const;

/** A log with something of all that is taken over. */
async function ending(): Promise<string> {
  const schema = newSchema();
  const log = await open(schema);
  const labels = [{ type: 'join_labels' as const, session: 's', labels: ['pii'] }];
  await committed(log, openDraft('open', { effects: [{ type: 'open', digest: 'open' }, ...labels] }));
  const { index } = await committed(log, openDraft('cut off'));
  await committed(log, outcomeDraft(index, 'unknown'));
  await committed(log, reservingDraft('total', TOTAL, 7));
  await committed(log, killDraft('kill', 'gone wild'));
  await committed(log, legalHoldDraft('h1', { scope: 'tenant', reason: 'matter' }));
  await log.close();
  return schema;
}

async function expectThrough(former: string, schema: string): Promise<void> {
  const log = await open(schema, { origin: NEXT.origin, signingKey: { seed: NEXT.seed } });
  const kinds = Array.from({ length: log.reader.size() }, (_, index) => log.reader.entry(index).entry);
  const said = kinds.filter((entry) => entry.kind === 'key');
  expect(said).toEqual([
    expect.objectContaining({
      key: expect.objectContaining({
        action: 'succeed',
        predecessor: expect.objectContaining({ origin }) as object,
      }) as object,
    }),
  ]);
  expect(log.state.kills()).toEqual([expect.objectContaining({ id: 'bot', reason: 'gone wild' })]);
  expect(log.state.labels('s').labels).toEqual(['pii']);
  expect(['open', 'cut off', 'other'].map((digest) => log.state.isUnresolved(digest))).toEqual([
    true,
    true,
    false,
  ]);
  expect(log.state.limitUse('key-total')?.used).toBe(7);
  expect(log.state.records('legal_holds')).toMatchObject([{ key: 'h1', value: { reason: 'matter' } }]);
  await log.close();
  expect(await verified(former, origin, OLD)).toBe(true);
  expect(await verified(schema, NEXT.origin, NEXT.seed)).toBe(true);
  await expect(open(former)).rejects.toMatchObject({
    code: 'log.conflict',
    message: expect.stringContaining(NEXT.origin) as string,
  });
}

const succeed = (former: string, schema: string): Promise<unknown> =>
  succeedPostgresLog({
    ...sampleLogIdentity(),
    ...SAMPLE_LOG_KEYS,
    database,
    origin: NEXT.origin,
    schema,
    former,
    signingKey: { seed: NEXT.seed },
  });

describe.skipIf(!isThere)('a log that goes on in a schema of its own', () => {
  test('names the one before and takes over what would permit something; nobody writes to the one before any more', async () => {
    const [former, schema] = [await ending(), newSchema()];
    await endPostgresLog({ database, schema: former, successor: { origin: NEXT.origin, schema } });
    await succeed(former, schema);
    await expectThrough(former, schema);
  });

  test('is not begun while a process uses the one before, nor where it goes on as another', async () => {
    const [former, schema] = [await ending(), newSchema()];
    const log = await open(former);
    const end = (name: string): Promise<void> =>
      endPostgresLog({ database, schema: former, successor: { origin: name, schema } });
    await expect(end(NEXT.origin)).rejects.toMatchObject({ code: 'log.conflict' });
    await committed(log, killDraft('unkill'));
    await log.close();
    await end(NEXT.origin);
    await expect(end('third.example/log')).rejects.toThrow(/goes on as `next.example\/log` already/);
  });

  test('is named by the last words of the one before, which nobody writes after, whatever an administrator does', async () => {
    const schema = await ending();
    const log = await open(schema);
    const key = formatVerifierKey(log.verifierKey);
    await committed(
      log,
      sampleDraft({ kind: 'key', key: { action: 'revoke', key, successor: NEXT.origin } }),
    );
    await log.close();
    await expect(open(schema)).rejects.toMatchObject({
      code: 'log.conflict',
      message: expect.stringContaining(NEXT.origin) as string,
    });
  });

  test('is not made where the one before was not ended', async () => {
    await expect(succeed(await ending(), newSchema())).rejects.toMatchObject({ code: 'log.conflict' });
  });

  test('a process that had no session when it was begun writes nothing when it has one again', async () => {
    const [former, schema] = [await ending(), newSchema()];
    let isCut = false;
    const sessions: SqlConnection[] = [];
    const cut: SqlDatabase = {
      ...database,
      async connect() {
        if (isCut) throw new Error('cut off');
        const session = await database.connect();
        sessions.push(session);
        return session;
      },
    };
    const log = await open(former, { database: cut });
    isCut = true;
    for (const session of sessions) await session.close();
    await expect(log.writer.append(openDraft('meanwhile'))).rejects.toMatchObject({
      code: 'log.unavailable',
    });
    await endPostgresLog({ database, schema: former, successor: { origin: NEXT.origin, schema } });
    isCut = false;
    await expect(log.writer.append(openDraft('afterwards'))).rejects.toMatchObject({ code: 'log.conflict' });
  });

  test(
    'goes on where it was broken off, killed before every other statement to the server',
    async () => {
      const [former, schema] = [await ending(), newSchema()];
      const kills = await killedAtStatements(2, { schema: former, into: schema, change: 'succeed' });
      expect(kills).toBeGreaterThan(10);
      await expectThrough(former, schema);
    },
    TIMEOUT_MS,
  );
});

describe.skipIf(!isThere)('a log open for reading', () => {
  test('reads entries, bodies and state, writes nothing, and takes over what was written since', async () => {
    const schema = await ending();
    const reading = { database, schema, origin, ...SAMPLE_LOG_KEYS, bodyKeys: [SAMPLE_LOG_KEYS.bodyKey] };
    const log = await openPostgresLogForReading(reading);
    onTestFinished(() => log.close());
    const size = log.reader.size();
    const writer = await open(schema);
    const { index } = await committed(writer, openDraft('later', { committed: { words: 'hello' } }));
    expect([log.reader.size(), log.state.kills().length]).toEqual([size, 1]);
    expect(() => log.reader.entry(index)).toThrow(expect.objectContaining({ code: 'log.missing' }));
    await committed(writer, killDraft('unkill'));
    await log.refresh();
    expect(log.state.kills()).toEqual([]);
    for (let at = 0; at < log.reader.size(); at += 1)
      expect(log.reader.entry(at).bytes).toEqual(writer.reader.entry(at).bytes);
    expect(log.reader.body(index)).toMatchObject({ fields: { words: 'hello' } });
    expect(log.checkpoint()).toEqual(writer.checkpoint());
    expect(writer.reader.size()).toBe(log.reader.size());
  });

  test('is none where there is none, and says so', async () => {
    const reading = { database, origin, ...SAMPLE_LOG_KEYS, bodyKeys: [SAMPLE_LOG_KEYS.bodyKey] };
    await expect(openPostgresLogForReading({ ...reading, schema: newSchema() })).rejects.toMatchObject({
      code: 'log.missing',
    });
  });
});
