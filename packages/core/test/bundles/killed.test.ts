/** Pruning whose process is killed at each step: what is gone is archived and told, every verifier still agrees, and the next process goes on. */
import { spawnSync } from 'node:child_process';
import { hash } from 'node:crypto';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openLog, type OpenLog, verifyFolder } from '@writ/core';
import { committed, openDraft } from '@writ/core/testing';
import { pruningLog, type PruningTask, RUN_DAY } from './pruning-task.ts';

const PROGRAM = fileURLToPath(new URL('./pruning-process.ts', import.meta.url));
/** More steps than a run has, at which the test gives up. */
const MOST_STEPS = 80;
/** Longest the test takes, which starts dozens of processes, in milliseconds: on machines that are shared. */
const TIMEOUT_MS = 900_000;
const BUNDLES = ['tile/entries/000', 'tile/entries/001'];

let full: string;
let keys: OpenLog['verifierKey'][];
beforeAll(async () => {
  full = mkdtempSync(join(tmpdir(), 'writ-bundles-full-'));
  const add = async (day: number, count: number): Promise<void> => {
    const options = pruningLog(join(full, '.writ'), `day-${day}`, day);
    const log = await openLog(options);
    const drafts = Array.from({ length: count }, (_, at) => openDraft(`d${day}-${at}`));
    await Promise.all(drafts.map((draft) => committed(log, { ...draft, time: options.clock.now() })));
    keys = [log.verifierKey];
    await log.close();
  };
  await add(1_000, 600);
  await add(RUN_DAY, 10);
});
afterAll(() => rmSync(full, { recursive: true, force: true }));

/** Whether the process was killed; otherwise it was through. */
function dies(folder: string, steps?: number): boolean {
  const task: PruningTask = {
    path: join(folder, '.writ'),
    archive: join(folder, 'archive'),
    ...(steps === undefined ? {} : { steps }),
  };
  const { status, signal, stderr } = spawnSync(process.execPath, [PROGRAM, JSON.stringify(task)], {
    encoding: 'utf8',
  });
  if (status === 0) return false;
  expect([signal, stderr]).toEqual(['SIGKILL', '']);
  return true;
}

function archived(folder: string, name: string): Uint8Array | undefined {
  const origin = hash('sha256', pruningLog(folder, 'any').origin);
  const file = join(folder, 'archive', origin.slice(0, 16), 'log', name);
  return existsSync(file) ? readFileSync(file) : undefined;
}

/** How many of the bundles are gone. INVARIANT: each of those is archived as it was, and the log, as anybody gets it, verifies. */
async function requireSound(folder: string): Promise<number> {
  const path = join(folder, '.writ');
  for (const where of [path, join(path, 'log')])
    expect((await verifyFolder(where, { keys })).problems).toEqual([]);
  const gone = BUNDLES.filter((name) => !existsSync(join(path, 'log', name)));
  for (const name of gone)
    expect(archived(folder, name)).toEqual(readFileSync(join(full, '.writ/log', name)));
  return gone.length;
}

async function told(folder: string): Promise<readonly number[]> {
  const log = await openLog(pruningLog(join(folder, '.writ'), 'look'));
  const entries = Array.from({ length: log.reader.size() }, (_, index) => log.reader.entry(index).entry);
  await log.close();
  return entries.flatMap((entry) => (entry.kind === 'retention' ? [entry.retention.minimumIndex ?? 0] : []));
}

test(
  'killed before any step of it, pruning is sound, and the next process finishes it',
  async () => {
    const goneAt = new Set<number>();
    let steps = 0;
    for (let isThrough = false; !isThrough; steps += 1) {
      expect(steps).toBeLessThan(MOST_STEPS);
      const folder = mkdtempSync(join(tmpdir(), 'writ-bundles-'));
      try {
        cpSync(full, folder, { recursive: true });
        isThrough = !dies(folder, steps);
        goneAt.add(await requireSound(folder));
        if (!isThrough) expect(dies(folder)).toBe(false);
        expect(await requireSound(folder)).toBe(2);
        expect(await told(folder)).toEqual([512]);
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
    }
    // It was killed before, between and after the two.
    expect(goneAt).toEqual(new Set([0, 1, 2]));
  },
  TIMEOUT_MS,
);
