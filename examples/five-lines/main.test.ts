// The in-process example: it does what the README says, and the README says what it does.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';

const MAIN = join(import.meta.dirname, 'main.ts');
const README = join(import.meta.dirname, '../../README.md');

let folder = '';

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'writ-five-lines-'));
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** The marked lines of the example. */
function shownLines(): string {
  const [, region = ''] = /^\/\/ #region readme\n([\s\S]*?)^\/\/ #endregion readme$/m.exec(
    readFileSync(MAIN, 'utf8'),
  ) ?? [undefined];
  return region.trim();
}

test('the permitted call runs, the other one is refused with its receipt, and both are in the log', () => {
  const output = execFileSync(process.execPath, [MAIN], { cwd: folder, encoding: 'utf8' });
  const [first, second, ...rest] = output.trimEnd().split('\n');
  expect(first).toBe('sent to ann@example.com');
  expect(second).toMatch(
    /^Denied: `app\/send_email` was not run\. No policy permits `tools\/call` on `app\/send_email`\. Receipt \S+#\d+\.$/,
  );
  expect(rest).toEqual([]);
  expect(existsSync(join(folder, '.writ/log/checkpoint'))).toBe(true);
});

test('the README shows exactly these lines', () => {
  const shown = shownLines();
  expect(shown).not.toBe('');
  const blocks = [...readFileSync(README, 'utf8').matchAll(/^```ts\n([\s\S]*?)^```$/gm)];
  expect(blocks.map(([, block]) => block?.trim())).toContain(shown);
});
