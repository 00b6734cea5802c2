/** The contract of targets, over a folder and over buckets of every kind. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import {
  bucketWorld,
  faultyObjectStore,
  memoryBucket,
  type MemoryBucketOptions,
  SAMPLE_CHECKPOINT_KEY,
  sampleSource,
  TARGET_CONTRACT,
  type TargetWorld,
} from '../../testing/index.ts';
import { bucketTarget, folderTarget, type ObjectStore, Publisher } from './index.ts';

function folderWorld(): TargetWorld {
  const folder = mkdtempSync(join(tmpdir(), 'writ-target-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return {
    target: () => folderTarget(folder),
    overwrite: async (path, bytes) => writeFileSync(join(folder, 'log', path), bytes),
    hide: async (path) => rmSync(join(folder, 'log', path)),
  };
}

function memoryWorld(options: MemoryBucketOptions): TargetWorld {
  const { store, administrator } = memoryBucket(options);
  return bucketWorld([store], administrator);
}

const WORLDS: readonly (readonly [string, () => TargetWorld])[] = [
  ['a folder', folderWorld],
  ['a locked bucket', () => memoryWorld({})],
  ['a locked bucket that knows no conditions', () => memoryWorld({ conditions: 'ignored' })],
  ['a locked bucket that refuses every tag', () => memoryWorld({ conditions: 'refused' })],
  ['a bucket without lock', () => memoryWorld({ isLocked: false })],
];

describe.each(WORLDS)('publishing to %s', (_name, world) => {
  test.each(TARGET_CONTRACT)('$name', ({ run }) => run(world()));
});

describe('a bucket', () => {
  const publisher = (store: ObjectStore, size: number): Publisher =>
    new Publisher({
      source: sampleSource(size),
      target: bucketTarget(store, SAMPLE_CHECKPOINT_KEY),
      key: SAMPLE_CHECKPOINT_KEY,
      pass: () => {},
    });
  const text = (bytes: Uint8Array | undefined): string => Buffer.from(bytes ?? []).toString();

  test.each(['fails', 'fails_but_wrote'] as const)(
    'that %s at any one object never shows a checkpoint before its files, and is whole after the next publishing',
    async (fault) => {
      for (let failing = 0; ; failing += 1) {
        const { store, files } = memoryBucket();
        await publisher(store, 200).publish();
        let isReached = false;
        const faulty = faultyObjectStore(store, ({ count }) => {
          if (count !== failing) return 'works';
          isReached = true;
          return fault;
        });
        const published = publisher(faulty, 600).publish();
        if (!isReached) await published.catch(() => {});
        if (!isReached) break;
        await expect(published).rejects.toMatchObject({ code: 'log.unavailable' });
        const shown = text(files().get('checkpoint')).split('\n')[1];
        if (shown === '600') expect(files().has('tile/entries/002.p/88')).toBe(true);
        else expect(shown).toBe('200');
        expect(await publisher(store, 600).publish()).toBe(600);
        expect(text(files().get('checkpoint')).split('\n')[1]).toBe('600');
      }
    },
  );

  test('whose `checkpoint` was put back, or hidden, together with the log, is not written to', async () => {
    const { store, administrator, files } = memoryBucket();
    await publisher(store, 300).publish();
    const older = files().get('checkpoint') ?? new Uint8Array();
    await publisher(store, 500).publish();
    await administrator.overwrite('checkpoint', older);
    await expect(publisher(store, 400).publish()).rejects.toMatchObject({ code: 'log.corrupt' });
    await administrator.hide('checkpoint');
    await administrator.hide('checkpoints/0000000000000500');
    await expect(publisher(store, 400).publish()).rejects.toMatchObject({ code: 'log.corrupt' });
    // The true log goes on, and readers see its end again.
    await publisher(store, 501).publish();
    expect(text(files().get('checkpoint')).split('\n')[1]).toBe('501');
  });

  test('in which a true, smaller checkpoint stands behind the newest one is not taken for one that has less', async () => {
    const { store, administrator, files } = memoryBucket();
    await publisher(store, 300).publish();
    const older = files().get('checkpoint') ?? new Uint8Array();
    await publisher(store, 350).publish();
    const between = files().get('checkpoint') ?? new Uint8Array();
    await publisher(store, 500).publish();
    await administrator.overwrite('checkpoint', older);
    await administrator.overwrite('checkpoints/9000000000000000', between);
    await expect(publisher(store, 400).publish()).rejects.toMatchObject({ code: 'log.corrupt' });
  });

  test('in which objects too long for a checkpoint stand under names of the history is published to all the same', async () => {
    const { store, administrator } = memoryBucket();
    await publisher(store, 3).publish();
    for (const name of ['checkpoints/0000000000000004', 'checkpoints/9000000000000000'])
      await administrator.overwrite(name, new Uint8Array(1_048_577));
    await expect(publisher(store, 4).publish()).resolves.toBe(4);
  });

  test('is refused where it holds another root that the same key signed', async () => {
    const { store, administrator } = memoryBucket();
    const other = Buffer.from(sampleSource(300, 'other').checkpoint() ?? '');
    await administrator.overwrite('checkpoints/0000000000000300', other);
    await administrator.hide('checkpoints/0000000000000300');
    await expect(publisher(store, 300).publish()).rejects.toMatchObject({ code: 'log.corrupt' });
  });

  test('in which somebody puts any number of objects beyond the newest checkpoint is published to no more, and says why', async () => {
    const { store, administrator } = memoryBucket();
    await publisher(store, 3).publish();
    for (let at = 0; at < 100; at += 1)
      await administrator.overwrite(`checkpoints/9${String(at).padStart(15, '0')}`, Buffer.from('x'));
    await expect(publisher(store, 4).publish()).resolves.toBe(4);
    await administrator.overwrite('checkpoints/9100000000000000', Buffer.from('x'));
    await expect(publisher(store, 5).publish()).rejects.toThrow(/not signed by this log/);
  });

  test('without lock lets go of partial files once the full one is there; with one it keeps them', async () => {
    for (const isLocked of [true, false]) {
      const { store, files } = memoryBucket({ isLocked });
      await publisher(store, 200).publish();
      await publisher(store, 300).publish();
      expect(files().has('tile/entries/000.p/200')).toBe(isLocked);
      expect(files().has('tile/entries/000')).toBe(true);
    }
  });
});
