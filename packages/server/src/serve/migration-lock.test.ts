import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, expect, test } from 'vitest';
import { withMigrationLock } from './migration-lock.ts';

const folder = mkdtempSync(join(tmpdir(), 'writ-lock-'));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('nobody else has the lock while it is used, and everybody may afterwards', async () => {
  const path = join(folder, 'plane.lock');
  const other = (): void => {
    const database = new DatabaseSync(path, { timeout: 0 });
    try {
      database.exec('BEGIN EXCLUSIVE');
    } finally {
      database.close();
    }
  };
  await withMigrationLock(path, () => {
    expect(other).toThrow(/locked/);
    return Promise.resolve();
  });
  expect(other).not.toThrow();
  await expect(withMigrationLock(path, () => Promise.reject(new Error('a step failed')))).rejects.toThrow(
    'a step',
  );
  expect(other).not.toThrow();
});
