import { expect, test } from 'vitest';
import { oneLine } from './stops.ts';

test('words of a stop become one line', () => {
  expect(oneLine(' odd\npayments\u0000 \t since noon ')).toBe('odd payments since noon');
});
