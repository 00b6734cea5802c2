/** A published log of which some bundles are past their time. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { openLog, type OpenLog } from '../../../audit/index.ts';
import { sha256Hex } from '../../../kernel/crypto/index.ts';
import { SAMPLE_LOG_KEYS, sampleLogIdentity } from '../../../testing/index.ts';
import { DAY_MS, memoryProgress, type RetentionWorld, retentionWorld, SETTINGS } from '../fixtures.ts';
import type { RetentionPorts } from '../ports.ts';
import { folderBundleArchive } from './archive-bundles.ts';

/** Entries past their time, the first among them: two bundles and some. */
export const OLD = 600;
const YOUNG = 300;
/** Entries before are past their time. */
export const BEFORE: number = 1_600 * DAY_MS;

/** Entries of day 1,000 and of day 2,000, published, on day 2,000; bundles are kept 400 days, bodies as long as the log. */
export interface BundleWorld {
  readonly world: RetentionWorld;
  readonly ports: RetentionPorts;
  /** The published folder. */
  readonly files: string;
  /** Index of the last entry that tells of pruned bundles. */
  readonly entryThatTells: () => number;
}

export async function bundleWorld({
  isArchived = false,
}: {
  readonly isArchived?: boolean;
} = {}): Promise<BundleWorld> {
  const world = await retentionWorld();
  const { log } = world;
  // Named by their indexes.
  const first = log.reader.size();
  await Promise.all(Array.from({ length: OLD - first }, (_, at) => world.add(`p${first + at}`)));
  world.goTo(2_000);
  await Promise.all(Array.from({ length: YOUNG }, (_, at) => world.add(`y${at}`)));
  await log.publish();
  const { bundles: published } = log;
  if (published === undefined) throw new Error('the log is not published');
  const archive = folderBundleArchive(archiveFolder(world.path), log.reader.origin);
  return {
    world,
    files: join(world.path, 'log'),
    ports: {
      ...world.ports,
      progress: memoryProgress(),
      settings: { ...SETTINGS, defaultKeep: 'keep', bundles: 400 * DAY_MS },
      bundles: { published, publish: () => log.publish(), ...(isArchived ? { archive } : {}) },
    },
    entryThatTells: () => lastRetention(log),
  };
}

/** Where bundles are archived, under the paths they were served at. */
export function archiveOf({ world }: BundleWorld): string {
  return join(archiveFolder(world.path), sha256Hex(world.log.reader.origin).slice(0, 16), 'log');
}

/** Whether a full file of `level` is there. */
export function isServed({ files }: BundleWorld, level: string, index: number): boolean {
  return (
    existsSync(join(files, 'tile', level, `00${index}`)) ||
    existsSync(join(files, 'tile', level, `00${index}.p`))
  );
}

/** The log as the next process opens it. */
export async function reopened({ world }: BundleWorld): Promise<OpenLog> {
  const log = await openLog({
    ...sampleLogIdentity('next'),
    ...SAMPLE_LOG_KEYS,
    clock: world.clock,
    path: world.path,
  });
  onTestFinished(() => log.close().catch(() => {}));
  return log;
}

function archiveFolder(path: string): string {
  return join(path, '../archive');
}

function lastRetention({ reader }: OpenLog): number {
  for (let index = reader.size() - 1; index >= 0; index -= 1)
    if (reader.entry(index).entry.kind === 'retention') return index;
  return -1;
}
