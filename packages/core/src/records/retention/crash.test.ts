import { join } from 'node:path';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { sha256Hex } from '../../kernel/crypto/index.ts';
import { type ArchiveTarget, folderArchive, openArchive } from './archive/index.ts';
import { dataFolder, endingWriter, memoryProgress, type RetentionWorld, retentionWorld } from './fixtures.ts';
import type { RetentionPorts } from './ports.ts';
import type { ProgressStore } from './progress/index.ts';
import { retain } from './retain.ts';

const KEY = { id: 'archive-1', bytes: new Uint8Array(32).fill(3) };
const BODIES = 130;

interface Crashing {
  readonly world: RetentionWorld;
  readonly folder: string;
  readonly bodies: readonly number[];
  readonly progress: ProgressStore;
  readonly ports: RetentionPorts;
}

/** {@link BODIES} past their time: two transactions of one archive. */
async function crashing(): Promise<Crashing> {
  const world = await retentionWorld();
  const bodies = await Promise.all(Array.from({ length: BODIES }, (_, at) => world.add(`p${at}`)));
  world.goTo(2_000);
  await world.add('now');
  const folder = join(dataFolder(), 'archive');
  const progress = memoryProgress();
  const archiveOf = (): { target: ArchiveTarget; key: typeof KEY } => ({
    target: folderArchive(folder),
    key: KEY,
  });
  return { world, folder, bodies, progress, ports: { ...world.ports, progress, archiveOf } };
}

/** INVARIANT: what is gone is in an archive that opens. */
function requireArchivedOrThere({ world, folder, bodies }: Crashing): void {
  const names = existsSync(folder)
    ? readdirSync(folder).filter((name) => name.endsWith('.writ-archive'))
    : [];
  const archived = new Set(
    names.flatMap((name) => openArchive(readFileSync(join(folder, name)), KEY).map(({ index }) => index)),
  );
  const there = new Set(world.there());
  expect(bodies.filter((index) => !there.has(index) && !archived.has(index))).toEqual([]);
}

/** Afterwards all are gone, each is told once, and every archive that is there is told of with its hash. */
async function requireFinished(crashed: Crashing): Promise<void> {
  const { world, folder, bodies, ports } = crashed;
  await retain(ports);
  requireArchivedOrThere(crashed);
  const there = new Set(world.there());
  expect(bodies.filter((index) => there.has(index))).toEqual([]);
  const told = world.told('retention') as unknown as readonly {
    destroyed: number;
    archive: { hash: string };
  }[];
  expect(told.reduce((sum, { destroyed }) => sum + destroyed, 0)).toBe(BODIES);
  const hashes = readdirSync(folder).map((name) => sha256Hex(readFileSync(join(folder, name))));
  expect(hashes.sort()).toEqual(told.map(({ archive }) => archive.hash).sort());
  await world.verify();
}

describe('a run that ends in the middle is finished by the next', () => {
  test.each([1, 2, 3].flatMap((at) => [[at, 'before'] as const, [at, 'after'] as const]))(
    'at append %i, %s it is written',
    async (at, when) => {
      const crashed = await crashing();
      const writer = endingWriter(crashed.world.log.writer, at, when);
      await expect(retain({ ...crashed.ports, writer })).rejects.toThrow('the process ended');
      requireArchivedOrThere(crashed);
      await requireFinished(crashed);
    },
  );

  test.each([1, 2, 3, 4, 5, 6])('at note %i of its progress', async (at) => {
    const crashed = await crashing();
    let notes = 0;
    const progress: ProgressStore = {
      read: () => crashed.progress.read(),
      write(value) {
        notes += 1;
        if (notes >= at) throw new Error('the process ended');
        crashed.progress.write(value);
      },
    };
    const ended = retain({ ...crashed.ports, progress });
    if (at <= 5) await expect(ended).rejects.toThrow('the process ended');
    else await ended.catch(() => {});
    requireArchivedOrThere(crashed);
    await requireFinished(crashed);
  });

  test.each(['write', 'read'] as const)('at the %s of its archive', async (step) => {
    for (const isDone of [false, true]) {
      const crashed = await crashing();
      const target = folderArchive(crashed.folder);
      const ending: ArchiveTarget = {
        ...target,
        async [step](name: string, bytes: Uint8Array) {
          if (isDone) await target[step](name, bytes);
          throw new Error('the process ended');
        },
      };
      const archiveOf = (): { target: ArchiveTarget; key: typeof KEY } => ({ target: ending, key: KEY });
      await expect(retain({ ...crashed.ports, archiveOf })).rejects.toThrow('the process ended');
      expect(crashed.world.told('erasure')).toEqual([]);
      await requireFinished(crashed);
    }
  });

  test('without its progress: what is gone is not told a second time', async () => {
    const crashed = await crashing();
    const writer = endingWriter(crashed.world.log.writer, 1, 'after');
    await expect(retain({ ...crashed.ports, writer })).rejects.toThrow('the process ended');
    const ports = { ...crashed.ports, progress: memoryProgress() };
    expect(await retain(ports)).toMatchObject({ classes: [{ destroyed: BODIES - 128 }] });
    requireArchivedOrThere(crashed);
    await crashed.world.verify();
  });
});

test('a run that is told to stop ends between two steps, and the next goes on', async () => {
  const { world, bodies, ports } = await crashing();
  const stop = new AbortController();
  let pauses = 0;
  const pause = async (): Promise<void> => {
    pauses += 1;
    if (pauses === 3) stop.abort();
  };
  expect(await retain({ ...ports, pause, signal: stop.signal })).toMatchObject({ isComplete: false });
  expect(ports.progress.read()?.ranAt).toBe(0);
  expect(await retain(ports)).toMatchObject({ isComplete: true });
  expect(world.there()).not.toContain(bodies[0]);
  expect(ports.progress.read()?.ranAt).toBe(world.clock.now());
});
