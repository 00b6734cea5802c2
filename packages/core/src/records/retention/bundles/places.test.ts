// Pruning wherever a log is published: a bucket beside the folder, under an object lock and without; two nodes; a disk without space; and a mark that somebody else put there.
import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { fetchBucket, openLog, verifyFolder } from '../../../audit/index.ts';
import { memoryBucket, SAMPLE_LOG_KEYS, sampleLogIdentity } from '../../../testing/index.ts';
import { dataFolder, endingWriter, memoryProgress } from '../fixtures.ts';
import type { RetentionPorts } from '../ports.ts';
import { retain } from '../retain.ts';
import { folderBundleArchive } from './archive-bundles.ts';
import { archiveOf, bundleWorld, isServed, reopened } from './fixtures.ts';

const MOUNT = 'mount';
const UNMOUNT = 'umount';

/** The same log in a bucket, too. */
async function withBucket(isLocked: boolean) {
  const pruned = await bundleWorld();
  await pruned.world.log.close();
  const { world } = pruned;
  const bucket = memoryBucket({ isLocked });
  const open = async (node: string) => {
    const identity = { ...sampleLogIdentity(node), ...SAMPLE_LOG_KEYS, clock: world.clock, path: world.path };
    const log = await openLog({ ...identity, bucket: { store: bucket.store } });
    onTestFinished(() => log.close().catch(() => {}));
    await log.publish();
    return log;
  };
  const log = await open('bucket');
  const { bundles: published, reader, state, writer } = log;
  if (published === undefined) throw new Error('the log is not published');
  const bundles = { published, publish: () => log.publish() };
  const ports: RetentionPorts = { ...pruned.ports, reader, state, writer, bundles };
  const inBucket = (name: string): boolean => bucket.files().has(name);
  return { ...pruned, bucket, ports, log, open, inBucket };
}

describe('a log that is published to a bucket, too', () => {
  test('is pruned there as well; what is fetched from there verifies, and nothing in it is missed', async () => {
    const { bucket, ports, log, inBucket } = await withBucket(false);
    expect((await retain(ports)).bundles).toMatchObject({ minimumIndex: 512, removed: 4, kept: 0 });
    expect([inBucket('tile/entries/000'), inBucket('tile/0/000'), inBucket('tile/entries/002')]).toEqual([
      false,
      true,
      true,
    ]);
    const folder = join(dataFolder(), 'fetched');
    const keys = [log.verifierKey];
    expect(await fetchBucket({ store: bucket.store, folder, keys })).toMatchObject({ findings: [] });
    expect(await verifyFolder(folder, { keys })).toMatchObject({
      ok: true,
      uncovered: 0,
      pruned: { below: 512 },
    });
  });

  test('under an object lock keeps there what is locked, which is told; the folder is pruned', async () => {
    const pruned = await withBucket(true);
    const { bucket, ports, log, inBucket } = pruned;
    const { bundles } = await retain(ports);
    expect(bundles).toMatchObject({ minimumIndex: 512, removed: 2 });
    expect(bundles?.kept).toBeGreaterThanOrEqual(2);
    expect([inBucket('tile/entries/000'), isServed(pruned, 'entries', 0)]).toEqual([true, false]);
    const folder = join(dataFolder(), 'fetched');
    const keys = [log.verifierKey];
    expect(await fetchBucket({ store: bucket.store, folder, keys })).toMatchObject({ findings: [] });
    const report = await verifyFolder(folder, { keys });
    expect(report).toMatchObject({ ok: true });
    expect(report.pruned).toBeUndefined();
  });

  test('does not come back there when another process begins to publish, nor when everything is published again', async () => {
    const { ports, log, open, inBucket } = await withBucket(false);
    await retain(ports);
    await log.close();
    const next = await open('next');
    await next.publish(true);
    expect([inBucket('tile/entries/000'), inBucket('tile/0/000')]).toEqual([false, true]);
  });

  test('a bundle that somebody removes there, which no entry tells of, is still found missing', async () => {
    const { bucket, ports, log } = await withBucket(false);
    await retain(ports);
    await log.close();
    const [tail] = [...bucket.files().keys()].filter((name) => name.startsWith('tile/entries/002'));
    await bucket.administrator.hide(tail ?? '');
    const keys = [log.verifierKey];
    const folder = join(dataFolder(), 'fetched');
    const report = await fetchBucket({ store: bucket.store, folder, keys });
    expect(report.findings).toMatchObject([{ kind: 'object-missing' }]);
    expect(await verifyFolder(folder, { keys })).toMatchObject({ ok: false });
  });
});

test.each([
  ['an entry that tells of nothing', '512\n600\n'],
  ['an entry that is not there', '512\n99999\n'],
  ['more than the entry tells', 'more'],
  ['no number', 'all\n'],
])('a mark that names %s hides nothing: what is missing is published again', async (_what, text) => {
  const pruned = await bundleWorld();
  if (text === 'more') await retain(pruned.ports);
  const mark = text === 'more' ? `768\n${pruned.world.log.reader.size() - 1}\n` : text;
  await pruned.world.log.close();
  writeFileSync(join(pruned.files, 'pruned-bundles'), mark);
  rmSync(join(pruned.files, 'tile/entries/001'), { force: true });
  await (await reopened(pruned)).publish();
  expect(isServed(pruned, 'entries', 1)).toBe(true);
  expect(await verifyFolder(pruned.files, { keys: [pruned.world.log.verifierKey] })).toMatchObject({
    ok: true,
  });
});

test('two nodes over one log at once prune it, and one of them tells of it', async () => {
  const pruned = await bundleWorld({ isArchived: true });
  const other = await reopened(pruned);
  const { bundles: published, reader, state, writer } = other;
  const { bundles } = pruned.ports;
  if (published === undefined || bundles?.archive === undefined) throw new Error('the log is not published');
  const second: RetentionPorts = {
    ...pruned.ports,
    reader,
    state,
    writer,
    progress: memoryProgress(),
    bundles: { published, publish: () => other.publish(), archive: bundles.archive },
  };
  const reports = await Promise.all([retain(pruned.ports), retain(second)]);
  expect(reports.map((report) => report.bundles?.minimumIndex)).toEqual([512, 512]);
  expect(pruned.world.told('retention')).toHaveLength(1);
  expect([0, 1, 2].map((index) => isServed(pruned, 'entries', index))).toEqual([false, false, true]);
  await pruned.world.verify();
});

test.each(['before', 'after'] as const)(
  'a run that ends %s it tells of it is finished by the next, which knows nothing of it',
  async (when) => {
    const pruned = await bundleWorld({ isArchived: true });
    const writer = endingWriter(pruned.world.log.writer, 1, when);
    await expect(retain({ ...pruned.ports, writer })).rejects.toThrow('the process ended');
    expect(isServed(pruned, 'entries', 0)).toBe(true);
    await retain({ ...pruned.ports, progress: memoryProgress() });
    expect(pruned.world.told('retention')).toMatchObject([{ minimumIndex: 512 }]);
    expect(isServed(pruned, 'entries', 0)).toBe(false);
    await pruned.world.verify();
  },
);

test('what comes back from a backup of the published folder goes once more, and is told once', async () => {
  const pruned = await bundleWorld({ isArchived: true });
  await retain(pruned.ports);
  cpSync(join(archiveOf(pruned), 'tile'), join(pruned.files, 'tile'), { recursive: true });
  expect((await retain(pruned.ports)).bundles).toMatchObject({ pruned: 0, removed: 2 });
  expect(pruned.world.told('retention')).toHaveLength(1);
});

test('an archive on a really full disk removes nothing and is told nowhere, and the next run goes on', async (context) => {
  const disk = mkdtempSync(join(tmpdir(), 'writ-disk-'));
  onTestFinished(() => rmSync(disk, { recursive: true, force: true }));
  try {
    execFileSync(MOUNT, ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', disk], { stdio: 'pipe' });
  } catch {
    return context.skip('no file system can be mounted here: the full disk was not tested');
  }
  onTestFinished(() => void execFileSync(UNMOUNT, ['-l', disk]));
  const pruned = await bundleWorld();
  const { bundles } = pruned.ports;
  if (bundles === undefined) throw new Error('not published');
  const archive = folderBundleArchive(disk, pruned.world.log.reader.origin);
  const ports = { ...pruned.ports, bundles: { ...bundles, archive } };
  await expect(retain(ports)).rejects.toMatchObject({ code: 'io.failed' });
  expect([isServed(pruned, 'entries', 0), pruned.world.told('retention')]).toEqual([true, []]);
  expect(readdirSync(disk, { recursive: true }).filter((name) => String(name).endsWith('.tmp'))).toEqual([]);
  execFileSync(MOUNT, ['-o', 'remount,size=16m', disk]);
  expect((await retain(ports)).bundles).toMatchObject({ removed: 2, archive: { bundles: 2 } });
  await pruned.world.verify();
});

test('a run that is told to stop tells and removes nothing more, and the next goes on', async () => {
  const pruned = await bundleWorld({ isArchived: true });
  const stop = new AbortController();
  const pause = async (): Promise<void> => stop.abort();
  const stopped = await retain({ ...pruned.ports, pause, signal: stop.signal });
  expect([stopped.isComplete, pruned.world.told('retention')]).toEqual([false, []]);
  expect((await retain(pruned.ports)).bundles).toMatchObject({ removed: 2 });
});
