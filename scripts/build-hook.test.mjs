// The hook that is shipped is the one that its sources say.
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { HOOK, printHook } from './build-hook.mjs';

test('the hook in one file is what its sources say: node scripts/build-hook.mjs prints it again', () => {
  expect(readFileSync(HOOK, 'utf8')).toBe(printHook());
});

test('the hook needs no package, and no part of Node that takes long to load', () => {
  const needed = [...readFileSync(HOOK, 'utf8').matchAll(/require\('([^']+)'\)/g)].map(([, name]) => name);
  expect([...new Set(needed)].sort()).toStrictEqual(['node:child_process', 'node:fs', 'node:net']);
});
