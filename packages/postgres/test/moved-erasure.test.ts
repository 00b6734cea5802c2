/** Erasure of bodies that were moved to a bucket, or are on their way there: nothing of them stays, and what is left of others is not lost. */
import { describe, expect, onTestFinished, test } from 'vitest';
import {
  type BodyBucket,
  openPostgresLog,
  type PostgresLogOptions,
  verifyPostgresLog,
} from '@writ/core/postgres';
import type { ErasedBody, ObjectStore, OpenLog } from '@writ/core';
import {
  committed,
  memoryBucket,
  type MemoryBucket,
  SAMPLE_LOG_KEYS,
  sampleLogIdentity,
  sampleReseal,
} from '@writ/core/testing';
import { bodyDraft, erasureDraft, legalHoldDraft, releaseDraft } from './erasure-drafts.ts';
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

interface World {
  readonly schema: string;
  readonly bucket: MemoryBucket;
  readonly log: OpenLog;
}

/** A log with a body of two people in entry 1, which may be in the bucket already. */
async function world(isMoved: boolean): Promise<World> {
  const [schema, bucket] = [newSchema(), memoryBucket({ isLocked: false })];
  const log = await openIn(schema, { bodies: bodiesIn(bucket) });
  await committed(log, bodyDraft('Ada', 'Bob'));
  if (isMoved) await log.publish();
  expect(bucket.files().has(NAME)).toBe(isMoved);
  return { schema, bucket, log };
}

function destroyed(log: OpenLog): ErasedBody {
  const dropped = [...log.state.tags('Ada'), ...log.state.tags('Bob')];
  return { index: 1, time: 1_000, tags: dropped, dropped };
}

function resealed(log: OpenLog): ErasedBody {
  const tags = log.state.tags('Ada');
  const rest = sampleReseal(log, { index: 1, field: 'person', concern: 'Ada' });
  return { index: 1, time: 1_000, tags, dropped: tags, resealed: rest };
}

async function requireVerified({ schema, bucket, log }: World): Promise<void> {
  const report = await verifyPostgresLog({
    database,
    schema,
    keys: [log.verifierKey],
    dataKeys: { signingSeed: SAMPLE_LOG_KEYS.signingKey.seed, bodyKeys: [SAMPLE_LOG_KEYS.bodyKey] },
    bodies: bucket.store,
  });
  expect(report).toMatchObject({ ok: true, problems: [] });
}

describe.skipIf(!isThere)('a body in a bucket', () => {
  test('is erased with its object, and kept with it while a hold does', async () => {
    const one = await world(true);
    const { bucket, log } = one;
    await committed(log, legalHoldDraft('h1', { scope: 'tenant', reason: 'matter' }));
    expect(await log.writer.append(erasureDraft([destroyed(log)]))).toMatchObject({ refusal: 'legal_hold' });
    await log.publish();
    expect(bucket.files().has(NAME)).toBe(true);
    await committed(log, releaseDraft('h1'));
    await committed(log, erasureDraft([destroyed(log)]));
    await log.publish();
    expect(bucket.files().has(NAME)).toBe(false);
    await requireVerified(one);
  });

  test('is removed there by whoever comes next where the process that erased it ended before', async () => {
    const one = await world(true);
    const { schema, bucket } = one;
    // It cannot reach the bucket, as one that is killed after its commit.
    const eraser = await openIn(schema);
    await committed(eraser, erasureDraft([destroyed(eraser)]));
    await eraser.close();
    expect(bucket.files().has(NAME)).toBe(true);
    await one.log.publish();
    expect(bucket.files().has(NAME)).toBe(false);
    await one.log.publish();
    await requireVerified(one);
  });

  test('is removed there though nobody heard that it was put', async () => {
    const one = await world(false);
    const { schema, bucket, log } = one;
    const store: ObjectStore = {
      ...bucket.store,
      async put(...args) {
        await bucket.store.put(...args);
        throw new Error('the process ended');
      },
    };
    const killed = await openIn(schema, { bodies: bodiesIn(bucket, store) });
    await expect(killed.publish()).rejects.toMatchObject({ code: 'log.unavailable' });
    expect(bucket.files().has(NAME)).toBe(true);
    await committed(log, erasureDraft([destroyed(log)]));
    await log.publish();
    expect(bucket.files().has(NAME)).toBe(false);
    await requireVerified(one);
  });

  test('that concerns others is sealed again in the database, and stays there', async () => {
    const one = await world(true);
    const { bucket, log } = one;
    await committed(log, erasureDraft([resealed(log)]));
    await log.publish();
    expect([...bucket.files().keys()]).toEqual([]);
    expect(log.reader.body(1)).toMatchObject({ concerns: ['Bob'], erased: ['person'] });
    await requireVerified(one);
    await committed(log, erasureDraft([{ ...destroyed(log), dropped: log.state.tags('Bob') }]));
    await requireVerified(one);
  });

  test.each([
    ['destroyed', destroyed, false],
    ['sealed again', resealed, true],
  ])('leaves nothing there where it is %s while it is moved', async (_what, change, isLeft) => {
    const one = await world(false);
    const { schema, bucket, log } = one;
    const store: ObjectStore = {
      ...bucket.store,
      async put(...args) {
        const isPut = await bucket.store.put(...args);
        await committed(log, erasureDraft([change(log)]));
        return isPut;
      },
    };
    const mover = await openIn(schema, { bodies: bodiesIn(bucket, store) });
    await mover.publish();
    expect([...bucket.files().keys()]).toEqual([]);
    if (isLeft) expect(log.reader.body(1)).toMatchObject({ concerns: ['Bob'] });
    await requireVerified(one);
  });

  test('is moved by one process at a time: no object is put back that another removes', async () => {
    const one = await world(false);
    const { schema, bucket, log } = one;
    let puts = 0;
    const store: ObjectStore = {
      ...bucket.store,
      async put(...args) {
        puts += 1;
        await log.publish();
        expect(bucket.files().has(NAME)).toBe(false);
        return bucket.store.put(...args);
      },
    };
    const mover = await openIn(schema, { bodies: bodiesIn(bucket, store) });
    await mover.publish();
    expect(puts).toBe(1);
    await requireVerified(one);
  });
});
