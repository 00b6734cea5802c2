// `writ key` and `writ doctor` where a key-encryption key is wrapped with twice, is gone, or is none.
import { rmSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Scratch } from './harness.ts';

/** Longest time of a test: each command is a process of its own. */
const SLOW_MS = 180_000;

let scratch: Scratch;
beforeEach(() => {
  scratch = new Scratch();
  scratch.mustInit();
});
afterEach(() => scratch.remove());

test(
  'a key-encryption key that wraps once more is none to destroy; one that is gone or is none is found, and where',
  () => {
    const file = scratch.path('safe/kek');
    scratch.run('key', 'new-kek', 'safe/kek');
    writeFileSync(
      scratch.path('writ.yaml'),
      `${scratch.read('writ.yaml')}\nkeys: {encryption: {file: safe/kek}}\n`,
    );
    expect(scratch.run('key', 'rotate', '--kek').stdout).toContain('destroy it with them');
    expect(scratch.run('key', 'rotate', '--kek').stdout).toMatch(
      /^it is the key-encryption key that wrapped them before: keep it$/m,
    );
    writeFileSync(file, 'garbage\n', { mode: 0o600 });
    expect(scratch.run('kill', 'agent', 'one', '--reason', 'x').stderr).toContain(
      `what stands at \`${file}\` is not a key-encryption key`,
    );
    rmSync(file);
    const { status: code, stdout } = scratch.run('doctor');
    expect(code).toBe(1);
    expect(stdout).toMatch(
      /^FAIL\s+record .*no key-encryption key stands at .*every action would be denied/m,
    );
  },
  SLOW_MS,
);
