/** A folder is made with all above it, or the system's reason is thrown: also where Node's own way would try for ever. */
import { existsSync, mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createFolder } from './create-folder.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'writ-folder-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

test('all that is missing is made, for this user alone; again, it is left as it is', () => {
  createFolder(join(root, 'a/b/c'));
  createFolder(join(root, 'a/b/c'));
  for (const folder of ['a', 'a/b', 'a/b/c']) expect(statSync(join(root, folder)).mode & 0o777).toBe(0o700);
});

test('a link to a folder is one', () => {
  symlinkSync(root, join(root, 'link'));
  createFolder(join(root, 'link/a'));
  expect(statSync(join(root, 'a')).isDirectory()).toBe(true);
});

test('a file in its place, or above it, is said', () => {
  writeFileSync(join(root, 'file'), '');
  expect(() => createFolder(join(root, 'file'))).toThrow(/EEXIST/);
  expect(() => createFolder(join(root, 'file/a'))).toThrow(/EEXIST|ENOTDIR/);
});

test.skipIf(!existsSync('/proc/self'))('where the system makes no folder, it ends and says so', () => {
  expect(() => createFolder('/proc/writ')).toThrow(/ENOENT|EPERM|EACCES/);
  expect(() => createFolder('/proc/writ/a/b')).toThrow(/ENOENT|EPERM|EACCES/);
});
