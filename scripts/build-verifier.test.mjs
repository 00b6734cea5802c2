// The verifier in one file is what the engine prints, needs Node alone, and can be read in one sitting.
import { readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { expect, test } from 'vitest';
import { printVerifier, VERIFIER } from './build-verifier.mjs';

/** What a person reads in one sitting. */
const MAX_LINES = 580;

const text = readFileSync(VERIFIER, 'utf8');

test('verify.mjs is what `node scripts/build-verifier.mjs` prints from the engine', () => {
  expect(printVerifier()).toBe(text);
});

test('verify.mjs imports nothing but modules of Node, and loads nothing later', () => {
  const imported = [...text.matchAll(/^import .* from '([^']+)';$/gm)].map(([, name]) => name);
  expect(imported.length).toBeGreaterThan(0);
  for (const name of imported) expect(name.startsWith('node:') && isBuiltin(name), name).toBe(true);
  expect(text).not.toMatch(/\bimport\(|\brequire\(|getBuiltinModule|\beval\(|new Function/);
});

test(`verify.mjs has at most ${MAX_LINES} lines`, () => {
  expect(text.trimEnd().split('\n').length).toBeLessThanOrEqual(MAX_LINES);
});
