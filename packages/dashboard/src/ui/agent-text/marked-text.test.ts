import { expect, test } from 'vitest';
import { markedText } from './marked-text.ts';

test('what cannot be seen stands in brackets, and what goes on is cut', () => {
  const marked = markedText('pay\u202efdp.exe');
  expect(marked).not.toContain('\u202e');
  expect(marked).toMatch(/^pay\[.+\]fdp\.exe$/);
  expect(markedText('a'.repeat(100), 10)).toBe(`${'a'.repeat(10)}…`);
});
