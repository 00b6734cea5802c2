/** Patterns of shells. */
import { expect, test } from 'vitest';
import { matchesWildcard } from './wildcard.ts';

test.each([
  ['policies', 'policies', true],
  ['pol*', 'policies', true],
  ['*ies', 'policies', true],
  ['p*l*s', 'policies', true],
  ['p?licies', 'policies', true],
  ['[pq]olicies', 'policies', true],
  ['*', 'policies', true],
  ['', 'policies', false],
  ['pol', 'policies', false],
  ['policies?', 'policies', false],
  ['*x*', 'policies', false],
  ['*', '.writ', false],
  ['?writ', '.writ', false],
  ['.*', '.writ', true],
  ['[.]writ', '.writ', true],
])('%s finds %s: %s', (pattern, name, expected) => {
  expect(matchesWildcard(pattern, name)).toBe(expected);
});

test('a pattern of many stars takes no longer than both lengths', () => {
  expect(matchesWildcard('*a'.repeat(5_000), 'b'.repeat(5_000))).toBe(false);
});
