import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { passSendSteps } from '../steps.ts';
import { type Cursor, cursorFile } from './index.ts';

const CURSOR: Cursor = { origin: 'log.example/a', next: 4711, leaf: 'a'.repeat(64), isBehind: false };

function place(): string {
  const folder = mkdtempSync(join(tmpdir(), 'writ-cursor-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return join(folder, 'export', 'siem.cursor');
}

test('a cursor is read as it was written, by nobody else', () => {
  const file = place();
  const store = cursorFile(file);
  expect(store.load()).toBeUndefined();
  for (const cursor of [CURSOR, { ...CURSOR, next: 4712, isBehind: true }]) {
    store.save(cursor);
    expect(store.load()).toStrictEqual(cursor);
  }
  expect(statSync(file).mode & 0o777).toBe(0o600);
});

test('every change of a byte, and every cut, is a fault that says what to do', () => {
  const file = place();
  const store = cursorFile(file);
  store.save(CURSOR);
  const bytes = readFileSync(file);
  for (let at = 0; at < bytes.length - 1; at += 1) {
    const changed = Buffer.from(bytes);
    changed[at] = (changed[at] ?? 0) ^ 1;
    for (const damage of [changed, bytes.subarray(0, at)]) {
      writeFileSync(file, damage);
      expect(() => store.load(), damage.toString('latin1')).toThrow(
        expect.objectContaining({
          code: 'export.cursor',
          data: expect.objectContaining({ file, hint: expect.stringContaining('writ export reset') }),
        }),
      );
    }
  }
});

test.each(['cursor/before-write', 'cursor/before-rename'] as const)(
  'a disk that is full at %s leaves the cursor that was there',
  (step) => {
    const file = place();
    cursorFile(file).save(CURSOR);
    const store = cursorFile(file, passSendSteps([{ step, action: 'fail' }]));
    expect(() => store.save({ ...CURSOR, next: 5000 })).toThrow(
      expect.objectContaining({ code: 'io.failed' }),
    );
    expect(store.load()).toStrictEqual(CURSOR);
    store.save({ ...CURSOR, next: 5000 });
    expect(store.load()?.next).toBe(5000);
    expect(existsSync(`${file}.new`)).toBe(false);
  },
);
