/** Retention whose process is killed at each step: nothing is gone that is not archived and told, and the next process goes on. */
import { spawnSync } from 'node:child_process';
import { hash } from 'node:crypto';
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { type Entry, openLog, verifyFolder } from '@writ/core';
import { openArchive } from '@writ/core/records';
import { committed, openDraft, SAMPLE_LOG_KEYS } from '@writ/core/testing';
import { ARCHIVE_KEY, BODIES, retentionLog, type RetentionTask } from './retention-task.ts';

const PROGRAM = fileURLToPath(new URL('./retention-process.ts', import.meta.url));
/** More steps than a run has, at which a test gives up. */
const MOST_STEPS = 120;
/** Steps between two deaths from which another process goes on at once: the other test dies at each. */
const STRIDE = 5;
/** Longest a test takes that starts dozens of processes, in milliseconds: on machines that are shared. */
const TIMEOUT_MS = 600_000;

let full: string;
let folder: string;
beforeAll(async () => {
  full = mkdtempSync(join(tmpdir(), 'writ-retention-full-'));
  const add = async (day: number, ids: readonly string[]): Promise<void> => {
    const options = retentionLog(join(full, '.writ'), `day-${day}`, day);
    const log = await openLog(options);
    const about = (id: string) => ({ committed: { person: id }, concerns: [id], retentionClass: 'decision' });
    await Promise.all(
      ids.map((id) => committed(log, { ...openDraft(id, about(id)), time: options.clock.now() })),
    );
    await log.close();
  };
  await add(
    1_000,
    Array.from({ length: BODIES }, (_, at) => `p${at}`),
  );
  await add(1_999, ['young']);
});
afterAll(() => rmSync(full, { recursive: true, force: true }));
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'writ-retention-killed-'));
  cpSync(full, folder, { recursive: true });
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const path = (): string => join(folder, '.writ');
const archive = (): string => join(folder, 'archive');

/** Whether the process was killed; otherwise it was through. */
function dies(steps?: number): boolean {
  const task: RetentionTask = {
    path: path(),
    archive: archive(),
    ...(steps === undefined ? {} : { steps }),
  };
  const { status, signal, stderr } = spawnSync(process.execPath, [PROGRAM, JSON.stringify(task)], {
    encoding: 'utf8',
  });
  if (status === 0) return false;
  expect([signal, stderr]).toEqual(['SIGKILL', '']);
  return true;
}

interface Found {
  /** Indexes of entries whose body is there, and of those whose body is gone. */
  readonly there: readonly number[];
  readonly gone: readonly number[];
  readonly told: readonly (Entry & { kind: 'retention' })[];
}

async function look(): Promise<Found> {
  const log = await openLog(retentionLog(path(), `look-${Math.random()}`));
  const indexes = Array.from({ length: log.reader.size() }, (_, index) => index);
  const bodied = indexes.filter((index) => log.reader.entry(index).entry.body !== undefined);
  const isThere = (index: number): boolean => {
    try {
      return log.reader.body(index) !== undefined;
    } catch {
      return false;
    }
  };
  const there = bodied.filter(isThere);
  const told = indexes.flatMap((index) => {
    const { entry } = log.reader.entry(index);
    return entry.kind === 'retention' ? [entry] : [];
  });
  const keys = [log.verifierKey];
  await log.publish();
  await log.close();
  const { signingKey, bodyKey } = SAMPLE_LOG_KEYS;
  const dataKeys = { signingSeed: signingKey.seed, bodyKeys: [bodyKey] };
  expect((await verifyFolder(path(), { keys, dataKeys })).problems).toEqual([]);
  return { there, gone: bodied.filter((index) => !there.includes(index)), told };
}

const names = (): readonly string[] => (existsSync(archive()) ? readdirSync(archive()) : []);

/** INVARIANT: what is gone is in an archive that opens. */
function requireArchived({ gone }: Found): void {
  const whole = names().filter((name) => name.endsWith('.writ-archive'));
  const archived = new Set(
    whole.flatMap((name) =>
      openArchive(readFileSync(join(archive(), name)), ARCHIVE_KEY).map(({ index }) => index),
    ),
  );
  expect(gone.filter((index) => !archived.has(index))).toEqual([]);
}

/** All are gone and told of once, and no archive and no half of one is left that no entry tells of. */
async function requireFinished(): Promise<void> {
  const found = await look();
  requireArchived(found);
  expect([found.gone.length, found.there.length]).toEqual([BODIES, 1]);
  const told = found.told.map(({ retention }) => retention.destroyed);
  expect([told, told.reduce((sum, one) => sum + one, 0)]).toEqual([told, BODIES]);
  const hashes = names().map((name) => hash('sha256', readFileSync(join(archive(), name))));
  expect(hashes.toSorted()).toEqual(
    found.told.map(({ retention }) => retention.archive?.hash ?? '').toSorted(),
  );
}

test(
  'killed at one step of many, it is finished by the process after it',
  async () => {
    let steps = 0;
    for (; dies(steps); steps += STRIDE) {
      expect(dies()).toBe(false);
      await requireFinished();
      expect(steps).toBeLessThan(MOST_STEPS);
      rmSync(folder, { recursive: true });
      cpSync(full, folder, { recursive: true });
    }
    // Notes, the archive, two transactions, the entry that tells of them.
    expect(steps).toBeGreaterThan(20);
  },
  TIMEOUT_MS,
);

test(
  'killed at every step of every run, each goes on where the one before it ended',
  async () => {
    let steps = 0;
    while (dies(steps)) {
      requireArchived(await look());
      steps += 1;
      expect(steps).toBeLessThan(MOST_STEPS);
    }
    await requireFinished();
  },
  TIMEOUT_MS,
);
