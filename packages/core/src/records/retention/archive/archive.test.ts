import {
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { fromUtf8, utf8 } from '../../../kernel/index.ts';
import { seededRandom, settableClock } from '../../../testing/index.ts';
import {
  type ArchiveTarget,
  folderArchive,
  openArchive,
  readArchiveHead,
  requireCommittedBody,
  sealArchive,
} from './index.ts';
import { dataFolder, type RetentionWorld, retentionWorld } from '../fixtures.ts';
import { retain } from '../retain.ts';
import { Turns } from '../turns.ts';

const KEY = { id: 'archive-1', bytes: new Uint8Array(32).fill(3) };

/** A world with two bodies past their time, and an archive over `target`. */
async function archiving(target: ArchiveTarget) {
  const world = await retentionWorld();
  const bodies = [await world.add('ann'), await world.add('bob')];
  world.goTo(2_000);
  await world.add('now');
  const ports = { ...world.ports, archiveOf: () => ({ target, key: KEY }) };
  return { world, bodies, ports };
}

async function nothingDestroyed(world: RetentionWorld, bodies: readonly number[]): Promise<void> {
  expect(world.there()).toEqual(expect.arrayContaining([...bodies]));
  expect(world.told('erasure')).toEqual([]);
  expect(world.told('retention')).toEqual([]);
  await world.verify();
}

describe('bodies are archived before they are destroyed', () => {
  test('whole, under a key of its own, for this user alone, with its hash in the log', async () => {
    const folder = join(dataFolder(), 'archive');
    const { world, bodies, ports } = await archiving(folderArchive(folder));
    const before = bodies.map((index) => world.log.reader.body(index));
    const report = await retain(ports);
    const [archive] = report.classes[0]?.archives ?? [];
    expect(readdirSync(folder)).toEqual([archive?.name]);
    expect(statSync(join(folder, archive?.name ?? '')).mode & 0o777).toBe(0o600);
    expect(world.told('retention')).toMatchObject([
      { destroyed: 2, archive: { hash: archive?.hash, bodies: 2 } },
    ]);
    const bytes = (await folderArchive(folder).read(archive?.name ?? '')) ?? new Uint8Array();
    expect(fromUtf8(bytes)).not.toContain('ann');
    const opened = openArchive(bytes, KEY);
    expect(opened.map(({ body }) => body)).toEqual(before);
    expect(opened.map((one) => requireCommittedBody(one).kind)).toEqual(['decision', 'decision']);
    expect(world.there()).not.toContain(bodies[0]);
    await world.verify();
  });

  test.each([
    ['the first half alone', (bytes: Uint8Array) => bytes.subarray(0, bytes.length / 2)],
    [
      'all but the last line',
      (bytes: Uint8Array) => utf8(`${fromUtf8(bytes).trimEnd().split('\n').slice(0, -1).join('\n')}\n`),
    ],
    ['one letter another', (bytes: Uint8Array) => changed(bytes, bytes.length - 40)],
    [
      'its first line another',
      (bytes: Uint8Array) => utf8(fromUtf8(bytes).replace('"class":"default"', '"class":"other"')),
    ],
    ['nothing', () => new Uint8Array()],
    ['no file at all', () => undefined],
  ])('where the disk gives back %s, nothing is destroyed', async (_what, damage) => {
    const files = new Map<string, Uint8Array>();
    const target: ArchiveTarget = {
      write: (name, bytes) => Promise.resolve(void files.set(name, bytes)),
      read: (name) => Promise.resolve(damage(files.get(name) ?? new Uint8Array())),
      remove: (name) => Promise.resolve(void files.delete(name)),
    };
    const { world, bodies, ports } = await archiving(target);
    await expect(retain(ports)).rejects.toMatchObject({
      code: expect.stringMatching(/^archive\./) as string,
    });
    await nothingDestroyed(world, bodies);
  });

  test('where the archive that comes back is another log’s, or lacks a body, nothing is destroyed', async () => {
    for (const keepsFirst of [true, false]) {
      const target: ArchiveTarget = {
        write: () => Promise.resolve(),
        read: () => Promise.resolve(sealed),
        remove: () => Promise.resolve(),
      };
      const { world, bodies, ports } = await archiving(target);
      const { reader } = world.log;
      const archived = bodies.map((index) => ({
        index,
        entry: reader.entry(keepsFirst ? index : (bodies[0] as number)).bytes,
        body: reader.body(index),
      }));
      const of = { origin: reader.origin, class: 'default' };
      const sealed = (await sealArchive(keepsFirst ? archived.slice(0, 1) : archived, of, sealing())).bytes;
      await expect(retain(ports)).rejects.toMatchObject({ code: 'archive.unverified' });
      await nothingDestroyed(world, bodies);
    }
  });

  test('where the archive cannot be written, nothing is destroyed', async () => {
    const file = join(dataFolder(), 'retention.json', 'not-a-folder');
    const target = { ...folderArchive(file), write: () => Promise.reject(new Error('disk full')) };
    const { world, bodies, ports } = await archiving(target);
    await expect(retain(ports)).rejects.toThrow('disk full');
    await nothingDestroyed(world, bodies);
  });
});

describe('a folder of archives', () => {
  test('loses with an archive what a process that was killed has left of it, and nothing else', async () => {
    const folder = dataFolder();
    mkdirSync(folder, { recursive: true });
    const others = ['a-2.writ-archive', 'a-2.writ-archive.7.tmp', 'a-1.writ-archive.sha256', 'notes.tmp'];
    for (const name of ['a-1.writ-archive', 'a-1.writ-archive.7.tmp', 'a-1.writ-archive.8.tmp', ...others])
      writeFileSync(join(folder, name), 'x');
    await folderArchive(folder).remove('a-1.writ-archive');
    expect(readdirSync(folder).toSorted()).toEqual(others.toSorted());
    await folderArchive(join(folder, 'none')).remove('a-1.writ-archive');
  });

  test('follows no link that somebody put in the way of an archive', async () => {
    const folder = dataFolder();
    mkdirSync(folder, { recursive: true });
    const elsewhere = join(folder, 'elsewhere');
    writeFileSync(elsewhere, 'mine', { mode: 0o644 });
    for (const name of ['a.writ-archive', `a.writ-archive.${process.pid}.tmp`])
      symlinkSync(elsewhere, join(folder, name));
    await folderArchive(folder).write('a.writ-archive', utf8('sealed'));
    expect(readFileSync(elsewhere, 'utf8')).toBe('mine');
    expect(lstatSync(join(folder, 'a.writ-archive')).mode).toBe(0o100_600);
    expect(readFileSync(join(folder, 'a.writ-archive'), 'utf8')).toBe('sealed');
  });
});

describe('an archive', async () => {
  const body = { fields: { a: 'ann' }, salts: {} };
  const of = { origin: 'o', class: 'c' };
  const { bytes } = await sealArchive([{ index: 7, entry: utf8('{}'), body }], of, sealing());

  test('says of which log, class and key it is without being opened', () => {
    expect(readArchiveHead(bytes)).toEqual({ origin: 'o', class: 'c', bodies: 1, keyId: 'archive-1' });
    expect(openArchive(bytes, KEY)).toEqual([{ index: 7, entry: new Uint8Array(utf8('{}')), body }]);
  });

  test('does not open with another key, nor with any byte changed', () => {
    expect(() => openArchive(bytes, { ...KEY, bytes: new Uint8Array(32) })).toThrow(/does not open/);
    expect(() => openArchive(bytes, { ...KEY, id: 'archive-2' })).toThrow(/sealed under the key/);
    for (let at = 0; at < bytes.length; at += 1)
      expect(() => openArchive(changed(bytes, at), KEY)).toThrow(/archive/);
  });

  test('of lines that change places does not open', async () => {
    const bodies = [7, 8].map((index) => ({ index, entry: utf8('{}'), body }));
    const two = await sealArchive(bodies, of, sealing());
    const [head, first, second, ...rest] = fromUtf8(two.bytes).split('\n');
    const exchanged = utf8([head, second, first, ...rest].join('\n'));
    expect(() => openArchive(exchanged, KEY)).toThrow(/line 2 does not open/);
  });
});

function sealing() {
  const turns = new Turns({ clock: settableClock(), pause: () => Promise.resolve() });
  return { key: KEY, random: seededRandom('a'), turns };
}

/** `bytes` with the letter at `at` another. */
function changed(bytes: Uint8Array, at: number): Uint8Array {
  const copy = Uint8Array.from(bytes);
  copy[at] = copy[at] === 0x41 ? 0x42 : 0x41;
  return copy;
}
