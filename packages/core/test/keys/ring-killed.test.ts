/** Changes of a key ring whose process is killed at each of its steps: no key is lost, and once a change is through, nothing of what it destroyed is left. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openKeyRing, systemClock, systemRandom, type TenantKeys } from '@writ/core';
import type { RingTask } from './ring-process.ts';

const PROGRAM = fileURLToPath(new URL('./ring-process.ts', import.meta.url));
/** Steps of a change until its ring is put into place: folder, former draft, text, disk. */
const STEPS_TO_LINK = 4;
/** More steps than a change has, at which a test gives up. */
const MOST_STEPS = 40;
/** Longest a test takes that starts dozens of processes, in milliseconds: on machines that are shared. */
const TIMEOUT_MS = 300_000;

let keys: string;
beforeEach(() => {
  keys = join(mkdtempSync(join(tmpdir(), 'writ-ring-killed-')), 'keys');
});
afterEach(() => rmSync(join(keys, '..'), { recursive: true, force: true }));

/** Whether the process was killed; otherwise it was through. */
function dies(change: RingTask['change'], steps?: number): boolean {
  const task = JSON.stringify({ keys, change, ...(steps === undefined ? {} : { steps }) });
  const { status, signal, stderr } = spawnSync(process.execPath, [PROGRAM, task], { encoding: 'utf8' });
  if (status === 0) return false;
  expect([signal, stderr]).toEqual(['SIGKILL', '']);
  return true;
}

/** Kills the change at its first step, then at its second, until it is through; looks each time. */
function killEverywhere(change: RingTask['change'], look: () => void): void {
  let steps = 0;
  while (dies(change, steps)) {
    look();
    steps += 1;
    expect(steps).toBeLessThan(MOST_STEPS);
  }
  expect(steps).toBeGreaterThan(2);
}

const isDraft = (name: string): boolean => /^body-keys\.3\.json\.\d+\.new$/.test(name);
const ring = { node: 'node-1', tenant: 'local', clock: systemClock, random: systemRandom };
const open = (): Promise<TenantKeys> => openKeyRing({ ...ring, keys, create: false });
const names = (): readonly string[] => readdirSync(keys).toSorted();
const idsOf = ({ bodyKey, formerBodyKeys }: TenantKeys): readonly string[] =>
  [bodyKey, ...formerBodyKeys].map(({ keyId }) => keyId);

test(
  'keys that are made, killed at each step, are made by the next process, and nothing else is left once they are wrapped anew',
  async () => {
    killEverywhere('make', () => {});
    const made = await open();
    dies('rotate-kek');
    expect((await open()).bodyKey).toEqual(made.bodyKey);
    expect(names()).toEqual(['body-keys.2.json', expect.stringMatching(/^kek\.[0-9a-f]{16}\.key$/)]);
  },
  TIMEOUT_MS,
);

test(
  'a key-encryption key that is changed, killed at each step, loses no key, and leaves no former one',
  async () => {
    dies('make');
    const before = await open();
    const files: string[] = [];
    killEverywhere('rotate-kek', () => files.push(...names()));
    expect(await open()).toMatchObject({ bodyKey: before.bodyKey, formerBodyKeys: [] });
    expect(new Set(files).size).toBeGreaterThan(4);
    expect(names()).toEqual([
      expect.stringMatching(/^body-keys\.\d+\.json$/),
      expect.stringMatching(/^kek\.[0-9a-f]{16}\.key$/),
    ]);
  },
  TIMEOUT_MS,
);

test(
  'a key that is retired is in no file afterwards, whatever changes were broken off before',
  async () => {
    dies('make');
    const first = (await open()).bodyKey.keyId;
    expect(dies('rotate')).toBe(false);
    // Broken off before its ring is in place: the same keys stand under the name of a draft.
    expect(dies('rotate', STEPS_TO_LINK)).toBe(true);
    expect(names().filter(isDraft)).toHaveLength(1);
    expect(dies('retire')).toBe(false);
    requireGone([first]);
    const second = (await open()).bodyKey.keyId;
    expect(dies('rotate')).toBe(false);
    const present = (await open()).bodyKey.keyId;
    killEverywhere('retire', () => {});
    expect(idsOf(await open())).toEqual([present]);
    requireGone([first, second]);
  },
  TIMEOUT_MS,
);

function requireGone(ids: readonly string[]): void {
  for (const name of names()) {
    const text = readFileSync(join(keys, name), 'utf8');
    expect([name, ids.filter((id) => text.includes(id))]).toEqual([name, []]);
  }
}
