// Behaviour of the set-up check that runs before `npm start` and `npm test`.
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { differences, nodeProblem } from './ensure.mjs';

let root;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'ensure-'));
  mkdirSync(join(root, 'node_modules/a'), { recursive: true });
});

afterEach(() => rmSync(root, { recursive: true, force: true }));

function tree(wanted, present) {
  writeFileSync(join(root, 'package-lock.json'), JSON.stringify({ packages: wanted }));
  writeFileSync(join(root, 'node_modules/.package-lock.json'), JSON.stringify({ packages: present }));
  return differences(root);
}

const A = { 'node_modules/a': { version: '1.0.0', integrity: 'sha512-a' } };

test('a complete tree differs in nothing', () => {
  expect(tree(A, A)).toEqual([]);
});

test.each([
  ['a package the lock names is absent', { ...A, 'node_modules/b': {} }, A, 'node_modules/b is missing'],
  ['another version is installed', A, { 'node_modules/a': { version: '2.0.0' } }, 'node_modules/a differs'],
  [
    'other bytes are installed',
    A,
    { 'node_modules/a': { version: '1.0.0', integrity: 'sha512-b' } },
    'node_modules/a differs',
  ],
  ['a package was dropped from the lock', {}, A, 'node_modules/a is left over'],
])('%s', (_why, wanted, present, line) => {
  expect(tree(wanted, present)).toContain(line);
});

test('a folder removed by hand is noticed although the hidden lock lists it', () => {
  rmSync(join(root, 'node_modules/a'), { recursive: true });
  expect(tree(A, A)).toEqual(['node_modules/a was removed']);
});

test('an optional package for another platform is not missed', () => {
  expect(tree({ ...A, 'node_modules/b': { optional: true } }, A)).toEqual([]);
});

test('an older Node without a pinned one is refused with what to do', () => {
  expect(nodeProblem(root, '20.20.2')).toMatch(/needs Node 24\.2 or later; this is 20\.20\.2/);
});

test('a newer Node needs no pinned one', () => {
  expect(nodeProblem(root, '24.2.0')).toBeUndefined();
  expect(nodeProblem(root, '25.0.0')).toBeUndefined();
});

test.each([
  ['a pinned Node stands in for an older one', '24.21.0', undefined],
  ['a pinned Node that is too old does not', '20.0.0', expect.stringContaining('this is 20.20.2')],
])('%s', (_why, version, problem) => {
  const home = join(root, 'node_modules/node-any');
  mkdirSync(join(home, 'bin'), { recursive: true });
  mkdirSync(join(root, 'node_modules/.bin'));
  writeFileSync(join(home, 'package.json'), JSON.stringify({ version }));
  writeFileSync(join(home, 'bin/node'), '');
  symlinkSync('../node-any/bin/node', join(root, 'node_modules/.bin/node'));
  expect(nodeProblem(root, '20.20.2')).toEqual(problem);
});
