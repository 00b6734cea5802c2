/** Many logs in one data folder: one transaction for all, and nothing else in common. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, onTestFinished, test } from 'vitest';
import { committed, killDraft, openDraft, sampleTenant } from '../../testing/index.ts';
import { DATABASE_FILE, openLogForReading, tenantsOf, verifyFolder } from '../index.ts';
import { dataFolder, openStore, own, twoTenants, verifierKey, verify, commitsIn } from './fixtures.ts';

test('what two hundred tenants append while the disk is busy is written in one transaction, each signed', async () => {
  const path = dataFolder();
  const store = openStore(path);
  const names = Array.from({ length: 200 }, (_, at) => `tenant-${at}`);
  const logs = await Promise.all(names.map((name) => store.open(sampleTenant(name))));
  const other = new DatabaseSync(join(path, DATABASE_FILE));
  other.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  expect(commitsIn(path)).toBe(0);
  other.exec('BEGIN IMMEDIATE');
  const appended = logs.map((log) => committed(log, openDraft('d')));
  // Everything is on its way to the log's thread now, which has at most begun to wait for the lock with the first of it.
  await new Promise((resolve) => setImmediate(resolve));
  other.exec('ROLLBACK');
  other.close();
  await Promise.all(appended);
  expect([1, 2]).toContain(commitsIn(path));
  expect(tenantsOf(path)).toHaveLength(200);
  for (const log of logs) expect([log.reader.size(), log.checkpoint().length > 0]).toEqual([2, true]);
  await store.close();
  for (const name of ['tenant-0', 'tenant-199'])
    expect(await verify(path, name)).toMatchObject({ ok: true, problems: [], size: 3, uncovered: 0 });
});

test('each tenant has epochs, keys used once, kills and times of its own', async () => {
  const store = openStore(dataFolder());
  const [a, b, ownLog] = await Promise.all([
    store.open(sampleTenant('a')),
    store.open(sampleTenant('b')),
    store.open(own),
  ]);
  await committed(a, killDraft('kill'));
  await committed(a, openDraft('same', { consumes: ['nonce'], time: 5_000 }));
  for (const log of [b, ownLog]) {
    const { index, timeFloor } = await committed(log, openDraft('same', { consumes: ['nonce'] }));
    expect([index, timeFloor]).toEqual([1, 1_000]);
    expect([log.state.epochs('main').killEpoch, log.state.kills()]).toEqual([0, []]);
  }
  await expect(a.writer.append(openDraft('x', { consumes: ['nonce'] }))).resolves.toMatchObject({
    refusal: 'consumed',
  });
});

test('the body of one tenant is opened with the keys of none other', async () => {
  const path = await twoTenants();
  const open = (name: string, keys: string) =>
    openLogForReading({
      path,
      name,
      origin: sampleTenant(name).origin,
      bodyKeys: [sampleTenant(keys).bodyKey],
    });
  const right = open('a', 'a');
  onTestFinished(() => right.close());
  expect(right.reader.body(1)).toMatchObject({ fields: { agent: 'a' } });
  const wrong = open('a', 'b');
  onTestFinished(() => wrong.close());
  expect(() => wrong.reader.body(1)).toThrow(/not at hand/);
  const wrongVerifier = await verifyFolder(path, { tenant: 'a', keys: [await verifierKey('b')] });
  expect(wrongVerifier.ok).toBe(false);
  const store = openStore(path);
  const { signingKey } = sampleTenant('b');
  await expect(store.open({ ...sampleTenant('a'), signingKey })).rejects.toMatchObject({
    code: 'log.corrupt',
  });
  await expect(store.open(sampleTenant('b'))).resolves.toBeDefined();
});

describe('names', () => {
  test.each([
    '',
    'A',
    'acme_corp',
    'acme.corp',
    '../acme',
    'a/b',
    '-a',
    'a-',
    'a b',
    "a'; DROP TABLE entries; --",
    'a"b',
    'ä',
    'a\0',
    'a\n',
    'default',
    'con',
    'lpt1',
    'a'.repeat(64),
  ])('`%s` is no name of a tenant, for whatever is done with it', async (name) => {
    const path = dataFolder();
    const store = openStore(path);
    await expect(store.open({ ...sampleTenant('x'), name })).rejects.toMatchObject({
      code: 'config.invalid',
    });
    expect(existsSync(join(path, 'tenants'))).toBe(false);
    await twoTenants(path);
    if (name !== 'default')
      await expect(verifyFolder(path, { tenant: name, keys: [] })).rejects.toMatchObject({
        code: 'config.invalid',
      });
    expect(() => openLogForReading({ path, name, origin: 'o', bodyKeys: [] })).toThrow(/no name of a tenant/);
  });

  test('words of SQL, names of our own tables and beginnings of each other are names like any other', async () => {
    const path = dataFolder();
    const store = openStore(path);
    const names = ['select', 'entries', 'tenant-head', 'head', 'a', 'a-1', 'a-11', '1', '11', 'a'.repeat(63)];
    const logs = await Promise.all(names.map((name) => store.open(sampleTenant(name))));
    await Promise.all(logs.map((log, at) => committed(log, openDraft(names[at] ?? ''))));
    expect(tenantsOf(path).map(({ name }) => name)).toEqual(names.toSorted());
    for (const log of logs) expect(log.reader.size()).toBe(2);
    await store.close();
    expect(readdirSync(join(path, 'tenants')).toSorted()).toEqual(names.toSorted());
  });

  test('no origin has two logs, and no tenant two origins', async () => {
    const store = openStore(dataFolder());
    const a = sampleTenant('a');
    await store.open(a);
    await store.open(own);
    for (const options of [
      { ...sampleTenant('b'), origin: a.origin },
      { ...sampleTenant('b'), origin: own.origin },
      { ...a },
    ])
      await expect(store.open(options)).rejects.toMatchObject({ code: 'log.conflict' });
    await store.close();
    const later = openStore(dataFolder());
    await later.open(a);
    await expect(later.open({ ...own, origin: a.origin })).rejects.toMatchObject({ code: 'log.conflict' });
  });

  test('a tenant keeps its origin', async () => {
    const path = await twoTenants();
    const store = openStore(path);
    await expect(store.open({ ...sampleTenant('a'), origin: 'log.example/c' })).rejects.toMatchObject({
      code: 'log.conflict',
    });
  });
});
