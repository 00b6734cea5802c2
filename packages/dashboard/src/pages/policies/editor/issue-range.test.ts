import { expect, test } from 'vitest';
import { issueRange } from './issue-range.ts';

const said = (text: string, line: number, column: number, offending?: string): string => {
  const { from, to } = issueRange(text, {
    code: 'policy.syntax',
    message: '',
    line,
    column,
    ...(offending === undefined ? {} : { text: offending }),
  });
  return text.slice(from, to);
};

test('a problem is shown at what offends, at a word, or at a character, and never outside of the text', () => {
  const text = 'permit (\n  principal, acton\n);';
  expect(said(text, 2, 14, 'acton')).toBe('acton');
  expect(said(text, 2, 14)).toBe('acton');
  expect(said(text, 3, 1)).toBe(')');
  expect(said(text, 3, 99)).toBe(';');
  expect(said(text, 99, 1)).toBe(')');
  expect(said('', 1, 1)).toBe('');
});
