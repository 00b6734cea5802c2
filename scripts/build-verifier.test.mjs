// The verifier in one file is what the engine prints, needs Node alone, and can be read in one sitting.
import { readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { expect, test } from 'vitest';
import { printVerifier, VERIFIER } from './build-verifier.mjs';

/** What a person reads in one sitting: all lines, those that explain included, and no line wider than a screen. */
const MAX_LINES = 530;
const MAX_WIDTH = 165;

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

test('verify.mjs can be read in one sitting: at most 530 lines, none of them squeezed', () => {
  const lines = text.trimEnd().split('\n');
  expect(lines.length).toBeLessThanOrEqual(MAX_LINES);
  for (const line of lines) expect(line.length, line).toBeLessThanOrEqual(MAX_WIDTH);
});
