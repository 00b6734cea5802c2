import fc from 'fast-check';
import { expect, test } from 'vitest';
import { utf8 } from '../../kernel/index.ts';
import { createTextHasher } from './text-hasher.ts';

const hasher = createTextHasher();

test('the leaf of a text is that of its bytes', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 300 }), (text) => {
      expect(hasher.leafOfText(text)).toBe(hasher.leaf(utf8(text)));
    }),
  );
});

test.each(['x', 'é', '€', '🤖'])('whatever its length, of `%s`', (unit) => {
  for (const units of [0, 1, 8_190, 8_192, 8_194, 20_000]) {
    const text = unit.repeat(units / unit.length);
    expect(hasher.leafOfText(text)).toBe(hasher.leaf(utf8(text)));
  }
});

test('a shorter text after a longer one leaves nothing of it', () => {
  hasher.leafOfText('a long text');
  expect(hasher.leafOfText('short')).toBe(hasher.leaf(utf8('short')));
});
