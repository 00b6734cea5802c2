/** One log that is full, broken, closed or changed leaves the others as they are. */
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { isFault } from '../../kernel/index.ts';
import { committed, openDraft, sampleLogIdentity, sampleTenant } from '../../testing/index.ts';
import { openLog, openLogForReading, type OpenLog, resealState, verifyFolder } from '../index.ts';
import { dataFolder, openStore, own, twoTenants, verifierKey, verify, edit } from './fixtures.ts';

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
