// Bundles of entries past their time: gone where the log is published, told in the log, explained by every verifier, and proven by what stays.
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { pruneFolder, verifyFolder } from '../../../audit/index.ts';
import { sha256, sha256Hex } from '../../../kernel/crypto/index.ts';
import { parseCheckpoint, parseNote } from '../../../proof/index.ts';
import {
  byteTreeHasher,
  formatVerifierKey,
  parseBundle,
  proveInclusion,
  tileHashReader,
  tilePath,
  verifyInclusion,
} from '../../../proof/index.ts';
import { retain } from '../retain.ts';
import { archiveOf, BEFORE, type BundleWorld, bundleWorld, isServed, OLD, reopened } from './fixtures.ts';

const VERIFIER = join(import.meta.dirname, '../../../../verify/verify.mjs');

async function verified({ files, world }: BundleWorld) {
  return verifyFolder(files, { keys: [world.log.verifierKey] });
}

function alone({ files, world }: BundleWorld) {
  const key = join(dirname(files), '../log.vkey');
  writeFileSync(key, formatVerifierKey(world.log.verifierKey));
  return spawnSync(process.execPath, [VERIFIER, files, '--key', key], { encoding: 'utf8' });
}

describe('bundles past their time', () => {
  test('go, and are told; tiles and younger bundles stay', async () => {
    const pruned = await bundleWorld();
    const { world, ports } = pruned;
    const report = await retain(ports);
    expect(report.bundles).toEqual({
      before: BEFORE,
      minimumIndex: 512,
      pruned: 2,
      held: 0,
      removed: 2,
      kept: 0,
    });
    expect([0, 1, 2].map((index) => isServed(pruned, 'entries', index))).toEqual([false, false, true]);
    expect([0, 1, 2].map((index) => isServed(pruned, '0', index))).toEqual([true, true, true]);
    const told = { class: 'bundles', before: BEFORE, destroyed: 2, held: 0, minimumIndex: 512 };
    expect(world.told('retention')).toEqual([told]);
    expect(world.log.reader.entry(3).entry.kind).toBe('decision');
  });

  test('are missed by no verifier, and each names the entry that tells of them', async () => {
    const pruned = await bundleWorld();
    await retain(pruned.ports);
    const entry = pruned.entryThatTells();
    expect(await verified(pruned)).toMatchObject({ ok: true, problems: [], pruned: { below: 512, entry } });
    const ran = alone(pruned);
    expect(ran).toMatchObject({ status: 0, stderr: '' });
    expect(ran.stdout).toContain(`  entries below 512 are pruned, as entry ${entry} tells\n`);
    await pruned.world.verify();
    expect(await verifyFolder(pruned.world.path, { keys: [pruned.world.log.verifierKey] })).toMatchObject({
      pruned: { below: 512, entry },
    });
  });

  test.each([
    ['without an entry that tells of it', 0, false],
    ['further than the entry says', 2, true],
  ])('a bundle that is gone %s fails', async (_what, index, isPruned) => {
    const pruned = await bundleWorld();
    if (isPruned) await retain(pruned.ports);
    rmSync(join(pruned.files, `tile/entries/00${index}`));
    const report = await verified(pruned);
    expect(report.ok).toBe(false);
    expect(report.root).toBeUndefined();
    expect(report.problems).toMatchObject([{ code: 'bundle-missing', place: `tile/entries/00${index}` }]);
    expect(alone(pruned)).toMatchObject({ status: 1 });
  });

  test('a tile in their place that was altered fails: the root is no longer the signed one', async () => {
    const pruned = await bundleWorld();
    await retain(pruned.ports);
    const file = join(pruned.files, 'tile/0/001');
    const bytes = readFileSync(file);
    writeFileSync(file, bytes.with(70, (bytes[70] ?? 0) ^ 1));
    const report = await verified(pruned);
    expect(report.problems.map(({ code }) => code)).toContain('root-mismatch');
    expect(alone(pruned)).toMatchObject({ status: 1 });
  });

  test('a log that is read without a look into its entries lacks them: nothing tells', async () => {
    const pruned = await bundleWorld();
    await retain(pruned.ports);
    const keys = [pruned.world.log.verifierKey];
    expect(await verifyFolder(pruned.files, { keys, rootOnly: true })).toMatchObject({ ok: false });
  });

  test('do not come back: not when it goes on, not when it is opened anew, not when everything is published again', async () => {
    const pruned = await bundleWorld();
    await retain(pruned.ports);
    await pruned.world.log.publish(true);
    await pruned.world.log.close();
    const next = await reopened(pruned);
    await next.publish();
    await next.publish(true);
    expect([0, 1, 2].map((index) => isServed(pruned, 'entries', index))).toEqual([false, false, true]);
    expect(await verified(pruned)).toMatchObject({ ok: true });
  });

  test('go one run after the other, each told once', async () => {
    const pruned = await bundleWorld();
    const { world, ports } = pruned;
    await retain(ports);
    world.goTo(2_500);
    await world.add('later');
    await retain(ports);
    await retain(ports);
    expect(world.told('retention')).toMatchObject([
      { minimumIndex: 512 },
      { minimumIndex: 768, destroyed: 1 },
    ]);
    expect(isServed(pruned, 'entries', 2)).toBe(false);
    expect(await verified(pruned)).toMatchObject({ ok: true, pruned: { below: 768 } });
  });

  test('go from what was moved out of the served folder before, too', async () => {
    const pruned = await bundleWorld();
    await pruneFolder(pruned.world.path, { minimumIndex: 512, policy: 'on request' });
    const moved = join(pruned.world.path, 'pruned/tile');
    expect(existsSync(join(moved, 'entries/001'))).toBe(true);
    expect((await retain(pruned.ports)).bundles).toMatchObject({ removed: 2 });
    expect([existsSync(join(moved, 'entries/001')), existsSync(join(moved, '0/001'))]).toEqual([false, true]);
    await pruned.world.verify();
    // Where the rows are on a server, the moved tiles explain what is gone.
    const beside = join(pruned.world.path, '../beside');
    for (const name of ['log', 'pruned'])
      cpSync(join(pruned.world.path, name), join(beside, name), { recursive: true });
    expect(await verifyFolder(beside, { keys: [pruned.world.log.verifierKey] })).toMatchObject({
      ok: true,
      pruned: { below: 512 },
    });
  });

  test('stay without a time, and a dry run removes and tells nothing', async () => {
    const pruned = await bundleWorld();
    const { bundles: _, ...settings } = pruned.ports.settings;
    expect((await retain({ ...pruned.ports, settings })).bundles).toBeUndefined();
    expect((await retain(pruned.ports, { isDryRun: true })).bundles).toMatchObject({
      minimumIndex: 512,
      pruned: 2,
      removed: 0,
    });
    expect([isServed(pruned, 'entries', 0), pruned.world.told('retention')]).toEqual([true, []]);
    const short = { ...pruned.ports.settings, bundles: 1 };
    await expect(retain({ ...pruned.ports, settings: short })).rejects.toMatchObject({
      code: 'config.invalid',
    });
  });

  test.each([
    ['is gone', 'tile.missing', (file: string) => rmSync(file)],
    ['is another', 'proof.mismatch', (file: string) => writeFileSync(file, new Uint8Array(8_192))],
  ])('stay where their tile %s: nothing would prove them any more', async (_what, code, spoil) => {
    const pruned = await bundleWorld();
    spoil(join(pruned.files, 'tile/0/000'));
    await expect(retain(pruned.ports)).rejects.toMatchObject({ code });
    expect(isServed(pruned, 'entries', 0)).toBe(true);
  });
});

describe('an archive of bundles', () => {
  test('is what was served, byte for byte, with its hash in the entry; put back, the log verifies whole', async () => {
    const pruned = await bundleWorld({ isArchived: true });
    const before = [0, 1].map((index) => readFileSync(join(pruned.files, `tile/entries/00${index}`)));
    const { bundles } = await retain(pruned.ports);
    const hash = sha256Hex(Buffer.concat(before));
    expect(bundles?.archive).toEqual({ hash, bundles: 2 });
    expect(pruned.world.told('retention')).toMatchObject([{ archive: { hash, bodies: 2 } }]);
    cpSync(join(archiveOf(pruned), 'tile'), join(pruned.files, 'tile'), { recursive: true });
    const report = await verified(pruned);
    expect(report).toMatchObject({ ok: true });
    expect(report.pruned).toBeUndefined();
  });

  test('proves each of its entries by tiles that are still served', async () => {
    const pruned = await bundleWorld({ isArchived: true });
    await retain(pruned.ports);
    const { size, root } = parseCheckpoint(parseNote(readFileSync(join(pruned.files, 'checkpoint'))).text);
    const hasher = byteTreeHasher(sha256);
    const readTile = (tile: Parameters<typeof tilePath>[0]) => {
      const file = join(pruned.files, tilePath(tile));
      return existsSync(file) ? readFileSync(file) : undefined;
    };
    const reader = tileHashReader({ hasher, size, root, readTile });
    const entry =
      parseBundle(readFileSync(join(archiveOf(pruned), 'tile/entries/001')))[44] ?? new Uint8Array();
    const claim = {
      index: 300,
      size,
      leaf: hasher.leaf(entry),
      proof: await proveInclusion(hasher, reader, 300, size),
    };
    expect(verifyInclusion(hasher, claim, root)).toBe(true);
    expect(verifyInclusion(hasher, { ...claim, index: 301 }, root)).toBe(false);
  });

  test.each(['altered', 'gone'] as const)(
    'that the disk gives back %s removes nothing and is told nowhere',
    async (how) => {
      const pruned = await bundleWorld({ isArchived: true });
      const { bundles } = pruned.ports;
      const archive = bundles?.archive;
      if (bundles === undefined || archive === undefined) throw new Error('no archive');
      const read: typeof archive.read = async (path, maximum) => {
        const bytes = await archive.read(path, maximum);
        return how === 'gone' || bytes === undefined
          ? undefined
          : Buffer.from(bytes).fill(0x20, bytes.length - 4, bytes.length - 2);
      };
      const ports = { ...pruned.ports, bundles: { ...bundles, archive: { ...archive, read } } };
      await expect(retain(ports)).rejects.toMatchObject({ code: 'archive.unverified' });
      expect([isServed(pruned, 'entries', 0), pruned.world.told('retention')]).toEqual([true, []]);
    },
  );

  test('in which something else stands under the name of a bundle removes nothing', async () => {
    const pruned = await bundleWorld({ isArchived: true });
    mkdirSync(join(archiveOf(pruned), 'tile/entries'), { recursive: true });
    writeFileSync(join(archiveOf(pruned), 'tile/entries/000'), 'mine');
    await expect(retain(pruned.ports)).rejects.toMatchObject({ code: 'io.failed' });
    expect([isServed(pruned, 'entries', 0), pruned.world.told('retention')]).toEqual([true, []]);
  });
});

describe('a legal hold', () => {
  test('keeps the bundle of what it keeps, and all behind it, until it is released', async () => {
    const pruned = await bundleWorld();
    const { world, ports } = pruned;
    await world.hold('h', { scope: 'session', session: 's-p300', reason: 'matter' });
    expect((await retain(ports)).bundles).toMatchObject({ minimumIndex: 256, pruned: 1, held: OLD - 300 });
    expect([0, 1].map((index) => isServed(pruned, 'entries', index))).toEqual([false, true]);
    expect(await verified(pruned)).toMatchObject({ ok: true, pruned: { below: 256 } });
    await world.release('h');
    expect((await retain(ports)).bundles).toMatchObject({ minimumIndex: 512, pruned: 1, held: 0 });
  });

  test.each([
    ['of the whole log', { scope: 'tenant' }],
    ['on a time', { scope: 'period', from: 0, to: BEFORE }],
    ['that nobody understands', { scope: 'moon' }],
  ])('%s keeps all', async (_what, hold) => {
    const pruned = await bundleWorld();
    await pruned.world.hold('h', { ...hold, reason: 'matter' } as never);
    expect((await retain(pruned.ports)).bundles).toMatchObject({ minimumIndex: 0, pruned: 0, removed: 0 });
    expect(isServed(pruned, 'entries', 0)).toBe(true);
  });

  test('placed while bundles are archived ends the run: nothing is told, and nothing goes', async () => {
    const pruned = await bundleWorld({ isArchived: true });
    const { world, ports } = pruned;
    const { bundles } = ports;
    const archive = bundles?.archive;
    if (bundles === undefined || archive === undefined) throw new Error('no archive');
    const settle = async (): Promise<void> => {
      await world.hold('h', { scope: 'session', session: 's-p300', reason: 'matter' });
      await archive.settle();
    };
    const held = { ...ports, bundles: { ...bundles, archive: { ...archive, settle } } };
    await expect(retain(held)).rejects.toMatchObject({ code: 'log.conflict' });
    expect([isServed(pruned, 'entries', 0), world.told('retention')]).toEqual([true, []]);
    expect((await retain(ports)).bundles).toMatchObject({ minimumIndex: 256 });
  });

  test('placed after it was told, and before anything went, still keeps it', async () => {
    const pruned = await bundleWorld();
    const { world, ports } = pruned;
    const { bundles } = ports;
    if (bundles === undefined) throw new Error('not published');
    const publish = async (): Promise<void> => {
      await world.hold('h', { scope: 'session', session: 's-p300', reason: 'matter' });
      await bundles.publish();
    };
    await expect(retain({ ...ports, bundles: { ...bundles, publish } })).rejects.toMatchObject({
      code: 'log.conflict',
    });
    expect(isServed(pruned, 'entries', 0)).toBe(true);
    expect((await retain(ports)).bundles).toMatchObject({ removed: 1, minimumIndex: 512, held: OLD - 300 });
    expect([0, 1].map((index) => isServed(pruned, 'entries', index))).toEqual([false, true]);
    expect(await verified(pruned)).toMatchObject({ ok: true, pruned: { below: 256 } });
  });
});
