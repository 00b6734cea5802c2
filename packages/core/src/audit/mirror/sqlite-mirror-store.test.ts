// The state of a mirror in SQLite.
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { MIRROR_STORE_CONTRACT } from '../../testing/index.ts';
import { openMirrorStore, type SqliteMirrorStore } from './index.ts';

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'writ-mirror-store-'));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

function open(path: string): SqliteMirrorStore {
  const store = openMirrorStore(path);
  onTestFinished(() => store.close());
  return store;
}

describe('the state of a mirror in a file', () => {
  test.each(MIRROR_STORE_CONTRACT.map((one) => [one.name, one] as const))(
    '%s',
    async (_sentence, contract) => {
      await contract.run(open(folder()));
    },
  );

  test('survives its process, and is this user’s alone', async () => {
    const path = folder();
    const before = open(path);
    await before.enrol('node.example/1', 'key-1', 5);
    await before.advance('node.example/1', 0, {
      next: 4,
      producers: new Map([['b', { counter: 1, index: 3 }]]),
    });
    before.close();
    before.close();
    const after = open(path);
    expect((await after.position('node.example/1')).next).toBe(4);
    expect(await after.producer('node.example/1', 'b')).toEqual({ counter: 1, index: 3 });
    expect(statSync(join(path, 'mirror.db')).mode & 0o777).toBe(0o600);
  });

  test('is shared by two processes: one of two changes wins', async () => {
    const path = folder();
    const [one, other] = [open(path), open(path)];
    await one.enrol('node.example/1', 'key-1', 5);
    const { revision } = await other.position('node.example/1');
    await one.advance('node.example/1', revision, { next: 1 });
    await expect(other.advance('node.example/1', revision, { next: 2 })).rejects.toThrow(
      expect.objectContaining({ code: 'log.conflict' }),
    );
  });

  test('is no other file in its place', () => {
    const path = folder();
    writeFileSync(join(path, 'mirror.db'), 'not a database, and long enough to be looked at as one');
    expect(() => openMirrorStore(path)).toThrow(expect.objectContaining({ code: 'log.unavailable' }));
  });

  test('that is closed is out of reach', async () => {
    const store = open(folder());
    store.close();
    await expect(store.logs()).rejects.toThrow(expect.objectContaining({ code: 'log.unavailable' }));
  });
});
