/** Label values stay few, whatever comes. */
import { expect, test } from 'vitest';
import { LabelValues, OTHER } from './labels.ts';

test('values past the bound are counted together, and those before keep their names', () => {
  const values = new LabelValues(2);
  expect(['a', 'b', 'c', 'd', 'a', 'b'].map((value) => values.of(value))).toEqual([
    'a',
    'b',
    OTHER,
    OTHER,
    'a',
    'b',
  ]);
});
