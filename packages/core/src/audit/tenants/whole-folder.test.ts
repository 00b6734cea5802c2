/** What takes a data folder as a whole takes all of its tenants, or refuses. */
import { cpSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { sampleLogIdentity, sampleTenant } from '../../testing/index.ts';
import {
  backupLog,
  backupLogs,
  beginSuccession,
  DATABASE_FILE,
  openLog,
  restoreLog,
  restoreLogs,
  resumeLog,
  verifyFolder,
} from '../index.ts';
import { dataFolder, openStore, own, twoTenants, verifierKey, verify, edit } from './fixtures.ts';

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
