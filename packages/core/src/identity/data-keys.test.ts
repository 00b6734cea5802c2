/** Keys of a data folder change without a moment in which nobody can read them, and leave no private half behind. */
import type * as Files from 'node:fs';
import { linkSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { fakeClock, fakeRandom } from '../testing/index.ts';
import { addNextLogKey, openDataKeys, promoteNextLogKey, replaceLogKey } from './index.ts';

const broken = vi.hoisted(() => ({ rename: false }));
/** Names changed and folders synced, in order. */
const steps = vi.hoisted((): string[] => []);
vi.mock('node:fs', async (original) => {
  const fs = await original<typeof Files>();
  return {
    ...fs,
    fsyncSync: (file: number) => {
      fs.fsyncSync(file);
      if (fs.fstatSync(file).isDirectory()) steps.push('sync');
    },
    linkSync: (from: string, to: string) => {
      fs.linkSync(from, to);
      steps.push('name');
    },
    renameSync: (from: string, to: string) => {
      fs.renameSync(from, to);
      steps.push('name');
      if (broken.rename) throw new Error('killed');
    },
  };
});

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'writ-data-keys-'));
});
afterEach(() => {
  broken.rename = false;
  rmSync(folder, { recursive: true, force: true });
});

const ports = { clock: fakeClock(), random: fakeRandom() };
const open = () => openDataKeys(folder, { create: true, ...ports });

test('a change to the key of another log that is broken off leaves keys that can be read', () => {
  const { node, origin } = open();
  addNextLogKey(folder, origin, ports.random);
  broken.rename = true;
  expect(() => replaceLogKey(folder, node, 'next.example/log', ports.random)).toThrow('killed');
  expect(open()).toMatchObject({ origin: 'next.example/log', node });
});

test.skipIf(process.platform === 'win32')(
  'a key is on the disk by its name before anything is signed with it',
  () => {
    const changes = [
      () => open(),
      () => addNextLogKey(folder, open().origin, ports.random),
      () => promoteNextLogKey(folder, open().node),
      () => replaceLogKey(folder, open().node, 'next.example/log', ports.random),
    ];
    for (const change of changes) {
      steps.length = 0;
      change();
      expect(steps.includes('name')).toBe(true);
      expect(steps.at(-1)).toBe('sync');
    }
  },
);

test.each([
  ['the next key takes its place', (node: string) => promoteNextLogKey(folder, node)],
  ['another log goes on', (node: string) => replaceLogKey(folder, node, 'next.example/log', ports.random)],
])('where %s, what a killed process wrote of the former key is removed', (_why, change) => {
  const { node, origin } = open();
  const keys = join(folder, 'keys');
  const former = readFileSync(join(keys, 'log.key'), 'utf8');
  linkSync(join(keys, 'log.key'), join(keys, 'log.key.4711.new'));
  addNextLogKey(folder, origin, ports.random);
  change(node);
  const texts = readdirSync(keys).map((name) => readFileSync(join(keys, name), 'utf8'));
  expect(texts).not.toContain(former);
});
