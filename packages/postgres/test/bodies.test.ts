/** Sealed bodies of a log in PostgreSQL, moved to a bucket: read from there, verified there, and gone when they are deleted there. */
import { describe, expect, onTestFinished, test } from 'vitest';
import {
  openPostgresLog,
  type BodyBucket,
  type PostgresLogOptions,
  verifyPostgresLog,
} from '@writ/core/postgres';
import type { ObjectStore, OpenLog } from '@writ/core';
import {
  committed,
  faultyObjectStore,
  memoryBucket,
  type MemoryBucket,
  openDraft,
  SAMPLE_LOG_KEYS,
  sampleLogIdentity,
} from '@writ/core/testing';
import { postgresTests } from './tests.ts';

const { database, newSchema, isThere } = await postgresTests();
const NAME = 'bodies/0000000000000001';

const bodiesIn = (bucket: MemoryBucket, store: ObjectStore = bucket.store): BodyBucket => ({
  store,
  getNow: (name) => bucket.files().get(name),
});

async function openIn(schema: string, changes: Partial<PostgresLogOptions> = {}): Promise<OpenLog> {
  const log = await openPostgresLog({
    ...sampleLogIdentity(),
    ...SAMPLE_LOG_KEYS,
    database,
    schema,
    ...changes,
  });
  onTestFinished(() => log.close().catch(() => {}));
  return log;
}

async function query(text: string): Promise<readonly object[]> {
  const session = await database.connect();
  try {
    return (await session.query(text)).rows;
  } finally {
    await session.close();
  }
}

/** A log with a body in entry 1. */
async function world(): Promise<{ schema: string; bucket: MemoryBucket; log: OpenLog; bodies: BodyBucket }> {
  const [schema, bucket] = [newSchema(), memoryBucket({ isLocked: false })];
  const bodies = bodiesIn(bucket);
  const log = await openIn(schema, { bodies });
  await committed(log, openDraft('d', { committed: { secret: 'swordfish' }, concerns: ['Ada'] }));
  return { schema, bucket, log, bodies };
}

const verified = (log: OpenLog, schema: string, store?: ObjectStore): ReturnType<typeof verifyPostgresLog> =>
  verifyPostgresLog({
    database,
    schema,
    keys: [log.verifierKey],
    dataKeys: { signingSeed: SAMPLE_LOG_KEYS.signingKey.seed, bodyKeys: [SAMPLE_LOG_KEYS.bodyKey] },
    ...(store === undefined ? {} : { bodies: store }),
  });

describe.skipIf(!isThere)('bodies that are moved to a bucket', () => {
  test('leave the database, are read from the bucket, and verify there', async () => {
    const { schema, bucket, log } = await world();
    const body = log.reader.body(1);
    expect(JSON.stringify(body)).toContain('swordfish');
    await log.publish();
    expect(bucket.files().has(NAME)).toBe(true);
    expect(Buffer.from(bucket.files().get(NAME) ?? []).toString('latin1')).not.toContain('swordfish');
    expect(await query(`SELECT seq FROM ${schema}.bodies WHERE ciphertext IS NOT NULL`)).toEqual([]);
    expect(log.reader.body(1)).toEqual(body);
    expect(await verified(log, schema, bucket.store)).toMatchObject({ ok: true, problems: [] });
    expect((await verified(log, schema)).problems).toMatchObject([{ code: 'body-missing', index: 1 }]);
  });

  test('are erased by deleting the object, and the log verifies but for them', async () => {
    const { schema, bucket, log } = await world();
    await log.publish();
    await bucket.store.remove(NAME);
    expect(() => log.reader.body(1)).toThrow(expect.objectContaining({ code: 'log.body-erased' }));
    const { problems } = await verified(log, schema, bucket.store);
    expect(problems).toMatchObject([{ code: 'body-missing', index: 1 }]);
  });

  test('are compared with what their entry says: others under their name are neither taken nor written over', async () => {
    const { schema, bucket, log } = await world();
    await log.publish();
    await bucket.administrator.overwrite(NAME, Buffer.from('somebody else'));
    expect(() => log.reader.body(1)).toThrow(expect.objectContaining({ code: 'log.corrupt' }));
    const { problems } = await verified(log, schema, bucket.store);
    expect(problems[0]).toMatchObject({ code: 'body-altered', index: 1 });
    const next = await committed(log, openDraft('next', { committed: { kept: 'kept' } }));
    const name = `bodies/${String(next.index).padStart(16, '0')}`;
    await bucket.administrator.overwrite(name, Buffer.from('another log'));
    await expect(log.publish()).rejects.toMatchObject({ code: 'log.corrupt' });
    expect(JSON.stringify(log.reader.body(next.index))).toContain('kept');
  });

  test.each(['fails', 'fails_but_wrote'] as const)('stay readable where putting them %s', async (fault) => {
    const { schema, bucket, log } = await world();
    const body = log.reader.body(1);
    const store = faultyObjectStore(bucket.store, ({ count }) => (count === 0 ? fault : 'works'));
    const other = await openIn(schema, { bodies: bodiesIn(bucket, store) });
    await expect(other.publish()).rejects.toMatchObject({ code: 'log.unavailable' });
    expect(other.reader.body(1)).toEqual(body);
    await other.publish();
    expect(other.reader.body(1)).toEqual(body);
  });

  test('moved by several processes at once are all there', async () => {
    const { schema, bucket, log, bodies } = await world();
    const others = [await openIn(schema, { bodies }), await openIn(schema, { bodies })];
    const all = [log, ...others];
    for (let at = 0; at < 60; at += 1) await committed(log, openDraft(`m${at}`, { committed: { at } }));
    await Promise.all(all.map((one) => one.publish()));
    expect(await verified(log, schema, bucket.store)).toMatchObject({ ok: true, problems: [] });
    expect(bucket.files().size).toBe(61);
  });

  test('erased in the database while they are moved leave nothing in the bucket', async () => {
    const { schema, bucket } = await world();
    const store: ObjectStore = {
      ...bucket.store,
      async put(...args) {
        await query(`UPDATE ${schema}.bodies SET wrapped = NULL, ciphertext = NULL WHERE seq = 1`);
        return bucket.store.put(...args);
      },
    };
    const other = await openIn(schema, { bodies: bodiesIn(bucket, store) });
    await other.publish();
    expect([...bucket.files().keys()]).toEqual([]);
  });

  test('are not moved to a bucket that would keep them', async () => {
    const bodies = bodiesIn(memoryBucket({ isLocked: true }));
    await expect(openIn(newSchema(), { bodies })).rejects.toMatchObject({ code: 'config.invalid' });
  });

  test('are looked for where they are: without the bucket a body is out of reach, not erased', async () => {
    const { schema, log } = await world();
    await log.publish();
    const other = await openIn(schema);
    expect(() => other.reader.body(1)).toThrow(expect.objectContaining({ code: 'log.unavailable' }));
  });
});
