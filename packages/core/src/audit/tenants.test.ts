/** Many logs in one data folder: one transaction for all, and nothing else in common. */
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, onTestFinished, test } from 'vitest';
import { isFault } from '../kernel/index.ts';
import {
  committed,
  killDraft,
  openDraft,
  outcomeDraft,
  SAMPLE_LOG_KEYS,
  sampleLogIdentity,
  sampleTenant,
} from '../testing/index.ts';
import {
  backupLog,
  backupLogs,
  beginSuccession,
  DATABASE_FILE,
  type LogStore,
  type LogStoreOptions,
  openLog,
  openLogForReading,
  type OpenLog,
  openLogStore,
  resealState,
  restoreLog,
  restoreLogs,
  resumeLog,
  type StoredLogOptions,
  tenantsOf,
  verifyFolder,
} from './index.ts';

function dataFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'writ-tenants-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return join(folder, '.writ');
}

function openStore(path: string, changes: Partial<LogStoreOptions> = {}): LogStore {
  const store = openLogStore({ ...sampleLogIdentity(), path, ...changes });
  // A log that its test broke cannot write its last entry either.
  onTestFinished(() => store.close().catch(() => {}));
  return store;
}

const own: StoredLogOptions = { origin: 'log.example/own', tenant: 'own', ...SAMPLE_LOG_KEYS };

/** Logs `a` and `b` with entries, bodies and state, closed; the path. */
async function twoTenants(path = dataFolder()): Promise<string> {
  const store = openStore(path);
  for (const name of ['a', 'b']) {
    const log = await store.open(sampleTenant(name));
    const decision = await committed(
      log,
      openDraft(`d-${name}`, { committed: { agent: name }, concerns: [name] }),
    );
    await committed(log, openDraft('second', { consumes: ['nonce'] }));
    await committed(log, outcomeDraft(decision.index));
    await committed(log, killDraft('kill'));
  }
  await store.close();
  return path;
}

const keyOf = (log: { readonly verifierKey: OpenLog['verifierKey'] }) => log.verifierKey;

/** The verifier key of a tenant, which follows from its name. */
async function verifierKey(name: string): Promise<OpenLog['verifierKey']> {
  const store = openStore(dataFolder());
  const log = await store.open(sampleTenant(name));
  await store.close();
  return keyOf(log);
}

async function verify(path: string, name: string) {
  const { signingKey, bodyKey } = sampleTenant(name);
  return verifyFolder(path, {
    tenant: name,
    keys: [await verifierKey(name)],
    dataKeys: { signingSeed: signingKey.seed, bodyKeys: [bodyKey] },
  });
}

function edit(path: string, sql: string): void {
  const database = new DatabaseSync(join(path, DATABASE_FILE));
  database.exec(sql);
  database.close();
}

/** Transactions in the write-ahead log: frames that say how long the database is after them (sqlite.org/fileformat2.html, section 4.1). */
function commitsIn(path: string): number {
  const bytes = readFileSync(join(path, `${DATABASE_FILE}-wal`));
  if (bytes.length === 0) return 0;
  const frame = 24 + bytes.readUInt32BE(8);
  let commits = 0;
  for (let at = 32; at + frame <= bytes.length; at += frame) {
    const isOfThisLog = bytes.subarray(at + 8, at + 16).equals(bytes.subarray(16, 24));
    if (isOfThisLog && bytes.readUInt32BE(at + 4) !== 0) commits += 1;
  }
  return commits;
}

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

/** Edits of an administrator: which logs they are in. */
const EDITS: readonly (readonly [string, string, readonly string[]])[] = [
  ['an entry edited', 'UPDATE tenant_entries SET bytes = zeroblob(9) WHERE log = 1 AND idx = 1', ['a']],
  ['an entry removed', 'DELETE FROM tenant_entries WHERE log = 1 AND idx = 1', ['a']],
  ['a body edited', 'UPDATE tenant_bodies SET ciphertext = zeroblob(9) WHERE log = 1 AND idx = 1', ['a']],
  ['a kill taken out', 'DELETE FROM tenant_kills WHERE log = 1', ['a']],
  ['a used key forgotten', 'DELETE FROM tenant_consumed WHERE log = 1', ['a']],
  ['a checkpoint removed', 'DELETE FROM tenant_checkpoints WHERE log = 1', ['a']],
  ['a head set back', 'UPDATE tenant_head SET size = 2 WHERE log = 1', ['a']],
  [
    'entries of one index exchanged',
    `UPDATE tenant_entries SET idx = idx + 1000;
     UPDATE tenant_entries SET log = 3 - log, idx = idx - 1000 WHERE idx = 1001;
     UPDATE tenant_entries SET idx = idx - 1000 WHERE idx >= 1000`,
    ['a', 'b'],
  ],
  [
    'bodies exchanged',
    `UPDATE tenant_bodies SET idx = idx + 1000;
     UPDATE tenant_bodies SET log = 3 - log, idx = idx - 1000`,
    ['a', 'b'],
  ],
  [
    'an entry moved to the other log',
    'UPDATE tenant_entries SET log = 2, idx = (SELECT max(idx) + 1 FROM tenant_entries WHERE log = 2) WHERE log = 1 AND idx = (SELECT max(idx) FROM tenant_entries WHERE log = 1)',
    ['a', 'b'],
  ],
  ['a sealed row moved', `UPDATE tenant_kills SET log = 2, id = 'bot-2' WHERE log = 1`, ['a', 'b']],
  [
    'a sealed row copied over',
    'DELETE FROM tenant_kills WHERE log = 2; INSERT INTO tenant_kills SELECT 2, scope, id, reason, seal FROM tenant_kills WHERE log = 1',
    ['b'],
  ],
  [
    'used keys exchanged',
    `UPDATE tenant_consumed SET log = log + 10; UPDATE tenant_consumed SET log = 13 - log`,
    ['a', 'b'],
  ],
  ['the people of an entry moved', 'UPDATE tenant_concerns SET log = 2 WHERE log = 1', ['a', 'b']],
  [
    'numbers exchanged in the list of tenants',
    `UPDATE tenants SET log = log + 10; UPDATE tenants SET log = 13 - log`,
    ['a', 'b'],
  ],
];

test.each(EDITS)(
  '%s is found by verification, in the logs concerned and in no other',
  async (_what, sql, found) => {
    const path = await twoTenants();
    for (const name of ['a', 'b']) expect(await verify(path, name)).toMatchObject({ ok: true, problems: [] });
    edit(path, sql);
    const broken: string[] = [];
    for (const name of ['a', 'b']) if (!(await verify(path, name)).ok) broken.push(name);
    expect(broken).toEqual(found);
  },
);

const STATE_EDITS = EDITS.filter(([what]) => !/bod|people|^an entry edited|exchanged$/.test(what));

test.each(STATE_EDITS)(
  '%s stops the logs concerned at their start, and no other',
  async (_what, sql, found) => {
    const path = await twoTenants();
    rmSync(join(path, 'tenants'), { recursive: true });
    edit(path, sql);
    const store = openStore(path);
    const stopped: string[] = [];
    for (const name of ['a', 'b']) {
      try {
        await committed(await store.open(sampleTenant(name)), openDraft('next'));
      } catch (fault) {
        expect(isFault(fault)).toBe(true);
        stopped.push(name);
      }
    }
    expect(stopped).toEqual(found);
  },
);

test('a log whose rows are edited while it runs is alone in writing no more', async () => {
  const path = dataFolder();
  const store = openStore(path);
  const [a, b] = await Promise.all(['a', 'b'].map((name) => store.open(sampleTenant(name))));
  if (a === undefined || b === undefined) throw new Error('not open');
  await Promise.all([a, b].map((log) => committed(log, openDraft('d', { consumes: ['n'] }))));
  edit(path, 'DELETE FROM tenant_consumed WHERE log = 1');
  const both = (digest: string) => Promise.allSettled([a, b].map((log) => committed(log, openDraft(digest))));
  for (const digest of ['e', 'f']) {
    const [ofA, ofB] = await both(digest);
    expect(ofA).toMatchObject({ status: 'rejected', reason: { code: 'log.corrupt' } });
    expect(ofB).toMatchObject({ status: 'fulfilled' });
  }
  expect([a.reader.size(), b.reader.size()]).toEqual([2, 4]);
});

test('what another process writes to one log is no edit of the others, and an edit of them is still found', async () => {
  const path = dataFolder();
  const here = openStore(path);
  const [ownLog, a] = await Promise.all([here.open(own), here.open(sampleTenant('a'))]);
  const b = await openStore(path, sampleLogIdentity('other')).open(sampleTenant('b'));
  for (const log of [ownLog, a]) await committed(log, killDraft('kill'));
  for (const digest of ['d', 'e']) {
    await committed(b, openDraft(digest));
    for (const log of [ownLog, a]) await committed(log, openDraft(digest));
  }
  edit(path, 'DELETE FROM kills; DELETE FROM tenant_kills WHERE log = 1');
  for (const log of [ownLog, a])
    await expect(log.writer.append(openDraft('f'))).rejects.toMatchObject({ code: 'log.corrupt' });
  await committed(b, openDraft('f'));
});

test('a log whose queue is full is refused more, and one with nothing waiting is not', async () => {
  const store = openStore(dataFolder());
  const [busy, quiet] = await Promise.all([
    store.open(sampleTenant('busy')),
    store.open(sampleTenant('quiet')),
  ]);
  const flood = Promise.allSettled(
    Array.from({ length: 8_200 }, (_, at) => busy.writer.append(openDraft(`d${at}`))),
  );
  await expect(committed(quiet, openDraft('d'))).resolves.toMatchObject({ index: 1 });
  const refused = (await flood).filter((one) => one.status === 'rejected');
  expect(refused).toHaveLength(8);
  expect(refused.every(({ reason }) => isFault(reason, 'guard.overloaded'))).toBe(true);
});

test('a row in the way of one log takes back its part of the batch alone', async () => {
  const path = dataFolder();
  const store = openStore(path);
  const [a, b] = await Promise.all(['a', 'b'].map((name) => store.open(sampleTenant(name))));
  if (a === undefined || b === undefined) throw new Error('not open');
  // Where the second of two entries will stand, so that the first was written when it is met.
  edit(path, `INSERT INTO tenant_bodies (log, idx, key_id) VALUES (1, 2, 'x')`);
  const entries = [a, a, b].map((log, at) =>
    log.writer.append(openDraft(`d${at}`, { committed: { agent: 'x' }, consumes: [`n${at}`] })),
  );
  const [first, second, ofB] = await Promise.allSettled(entries);
  expect([first?.status, second?.status, ofB?.status]).toEqual(['rejected', 'rejected', 'fulfilled']);
  edit(path, 'DELETE FROM tenant_bodies WHERE log = 1 AND idx = 2');
  // Nothing of the part was kept: neither the entry before the row nor the key it used.
  const again = await committed(a, openDraft('d0', { consumes: ['n0'] }));
  expect(again.index).toBe(1);
  await store.close();
  for (const name of ['a', 'b']) expect(await verify(path, name)).toMatchObject({ ok: true, problems: [] });
});

test('a commit of unknown effect is told to the callers of every log in it, and closed in each', async () => {
  const path = dataFolder();
  const store = openStore(path, { faults: [{ step: 'append/after-commit', action: 'fail', after: 2 }] });
  const logs: OpenLog[] = [];
  for (const name of ['a', 'b']) logs.push(await store.open(sampleTenant(name)));
  const lost = await Promise.allSettled(logs.map((log) => log.writer.append(openDraft('lost'))));
  for (const one of lost)
    expect(one).toMatchObject({ status: 'rejected', reason: { code: 'log.unavailable' } });
  for (const log of logs) await committed(log, openDraft('next'));
  await store.close();
  for (const name of ['a', 'b']) {
    const read = openLogForReading({ path, name, origin: sampleTenant(name).origin, bodyKeys: [] });
    onTestFinished(() => read.close());
    const entries = Array.from({ length: read.reader.size() }, (_, at) => read.reader.entry(at).entry);
    const outcomes = entries.flatMap((entry) =>
      entry.kind === 'outcome' ? [[entry.decisionOf, entry.outcome, entry.code]] : [],
    );
    expect(outcomes).toEqual([[1, 'not_performed', 'log.unacknowledged']]);
    expect(await verify(path, name)).toMatchObject({ ok: true, problems: [] });
  }
});

test('a tenant is closed and opened again while the others go on; what it left open is closed as unknown', async () => {
  const store = openStore(dataFolder());
  const a = await store.open(sampleTenant('a'));
  const b = await store.open(sampleTenant('b'));
  const { index } = await committed(a, openDraft('left'));
  await a.close();
  await expect(a.writer.append(openDraft('late'))).rejects.toMatchObject({ code: 'log.closed' });
  await committed(b, openDraft('on'));
  const again = await store.open(sampleTenant('a'));
  expect(again.state.isUnresolved('left')).toBe(true);
  const entries = Array.from({ length: again.reader.size() }, (_, at) => again.reader.entry(at).entry);
  expect(entries.map(({ kind }) => kind)).toEqual(['start', 'decision', 'stop', 'start', 'outcome']);
  expect(entries.at(-1)).toMatchObject({ decisionOf: index, outcome: 'unknown' });
  expect(entries.map(({ producer }) => producer.counter)).toEqual([0, 1, 2, 0, 1]);
});

test('the folder’s own log and tenants are written beside each other, and each is published to its own folder', async () => {
  const path = dataFolder();
  const first = await openLog({ ...sampleLogIdentity(), ...own, path });
  await committed(first, openDraft('d'));
  await first.close();
  await twoTenants(path);
  const next = await openLog({ ...sampleLogIdentity(), ...own, path });
  await committed(next, openDraft('e'));
  await next.close();
  expect(await verifyFolder(path, { tenant: 'default', keys: [next.verifierKey] })).toMatchObject({
    ok: true,
    origin: own.origin,
  });
  const published = await verifyFolder(join(path, 'tenants', 'a', 'log'), { keys: [await verifierKey('a')] });
  expect(published).toMatchObject({ ok: true, origin: sampleTenant('a').origin, size: 6 });
});

test('the key of a tenant changes by overlap as that of any log', async () => {
  const path = await twoTenants();
  const next = new Uint8Array(32).fill(3);
  const a = sampleTenant('a');
  const store = openStore(path);
  const both = await store.open({ ...a, signingKey: { seed: a.signingKey.seed, overlapping: [next] } });
  await committed(both, openDraft('signed by both'));
  await store.close();
  resealState({ path, name: 'a', origin: a.origin, from: a.signingKey.seed, to: next });
  const later = openStore(path);
  await later.open({ ...a, signingKey: { seed: next } });
  await expect(later.open(sampleTenant('b'))).resolves.toBeDefined();
});

describe('what does not know tenants', () => {
  test('refuses a folder that holds some instead of passing over them', async () => {
    const path = await twoTenants();
    const keys = [await verifierKey('a'), await verifierKey('b')];
    await expect(verifyFolder(path, { keys })).rejects.toMatchObject({ code: 'config.invalid' });
    expect(() => backupLog({ path, target: join(path, '..', 'backup'), now: 1 })).toThrow(/2 tenants/);
    expect(() => beginSuccession(path, 'log.example/next')).toThrow(/2 tenants/);
    await expect(verifyFolder(path, { tenant: 'c', keys })).rejects.toMatchObject({ code: 'log.missing' });
  });
});

describe('a backup', () => {
  test('holds every tenant as it was at one moment, and restores all of them or none', async () => {
    const path = dataFolder();
    const ownLog = await openLog({ ...sampleLogIdentity(), ...own, path });
    await ownLog.close();
    await twoTenants(path);
    const target = join(path, '..', 'backup');
    expect(backupLogs({ path, target, now: 1 }).map(({ name, step }) => [name, step.from, step.to])).toEqual([
      [undefined, 0, 2],
      ['a', 0, 6],
      ['b', 0, 6],
    ]);
    const store = openStore(path);
    const a = await store.open(sampleTenant('a'));
    const c = await store.open(sampleTenant('c'));
    await store.close();
    expect(backupLogs({ path, target, now: 2 }).map(({ name, step }) => [name, step.from])).toEqual([
      ['a', 6],
      ['c', 0],
    ]);
    const keys = [ownLog.verifierKey, a.verifierKey, await verifierKey('b'), c.verifierKey];
    const restored = join(path, '..', 'restored');
    await expect(restoreLog({ source: target, path: restored, keys })).rejects.toMatchObject({
      code: 'config.invalid',
    });
    await expect(restoreLogs({ source: target, path: restored, keys: keys.slice(0, 2) })).rejects.toThrow(
      /tenant `b` does not verify/,
    );
    expect(existsSync(join(restored, DATABASE_FILE))).toBe(false);
    const logs = await restoreLogs({ source: target, path: restored, keys });
    expect(logs.map(({ name, report }) => [name, report.ok, report.size])).toEqual([
      [undefined, true, 2],
      // What was left open was closed by the second opening.
      ['a', true, 9],
      ['b', true, 6],
      ['c', true, 2],
    ]);
    for (const name of ['a', 'b', 'c'])
      expect(await verify(restored, name)).toMatchObject({ ok: true, problems: [] });
    const earlier = await restoreLogs({ source: target, path: join(path, '..', 'earlier'), until: 1, keys });
    expect(earlier.map(({ name, step }) => [name, step.to])).toEqual([
      [undefined, 2],
      ['a', 6],
      ['b', 6],
    ]);
  });

  test('restored tenants sign nothing, each until its own newest checkpoint was shown', async () => {
    const path = await twoTenants();
    const target = join(path, '..', 'backup');
    backupLogs({ path, target, now: 1 });
    const keys = [await verifierKey('a'), await verifierKey('b')];
    const restored = join(path, '..', 'restored');
    await restoreLogs({ source: target, path: restored, keys });
    const store = openStore(restored);
    await expect(store.open(sampleTenant('a'))).rejects.toMatchObject({ code: 'log.restored' });
    const note = readFileSync(join(path, 'tenants', 'a', 'log', 'checkpoint'));
    await expect(resumeLog(restored, note, { tenant: 'b', keys })).rejects.toBeDefined();
    await resumeLog(restored, note, { tenant: 'a', keys });
    await expect(store.open(sampleTenant('a'))).resolves.toBeDefined();
    await expect(store.open(sampleTenant('b'))).rejects.toMatchObject({ code: 'log.restored' });
  });
});

test('a tenant whose rows were all removed does not begin anew under what was published', async () => {
  const path = await twoTenants();
  const copy = `${path}-copy`;
  cpSync(path, copy, { recursive: true });
  edit(copy, 'DELETE FROM tenants WHERE log = 1');
  const store = openStore(copy);
  await expect(store.open(sampleTenant('a'))).rejects.toMatchObject({ code: 'log.corrupt' });
  await expect(store.open(sampleTenant('b'))).resolves.toBeDefined();
});
