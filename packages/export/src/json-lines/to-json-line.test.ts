import { parseStrictJson } from '@writ/core';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { toJsonLine } from './index.ts';

test('a value on a line is one line to every reader, and comes back as it was', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'grapheme' })), (value) => {
      const line = toJsonLine(value);
      // eslint-disable-next-line no-control-regex -- control characters are exactly what is meant
      expect(line.slice(0, -1)).not.toMatch(/[\n\r\u0085\u2028\u2029\u0000-\u001f\u007f]/);
      expect(line.endsWith('\n')).toBe(true);
      expect(parseStrictJson(line)).toEqual(value);
    }),
  );
});

test('line separators and marks that reorder text are escaped', () => {
  expect(toJsonLine({ a: 'x\u2028y\u202ez\n' })).toBe('{"a":"x\\u2028y\\u202ez\\n"}\n');
});
