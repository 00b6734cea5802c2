import { expect, test } from 'vitest';
import { cedarWord } from './cedar-words.ts';

const wordsOf = (line: string): readonly string[] => {
  const words: string[] = [];
  for (let rest = line; rest !== ''; ) {
    const { length, kind } = cedarWord(rest);
    if (kind !== undefined) words.push(`${kind} ${rest.slice(0, length)}`);
    rest = rest.slice(length);
  }
  return words;
};

test('words of Cedar are told apart; what stands in strings and comments is neither', () => {
  expect(
    wordsOf('@id("p") permit (principal, action == Action::"a/b", resource is Tool); // forbid'),
  ).toEqual([
    'meta @id',
    'string "p"',
    'keyword permit',
    'variableName principal',
    'variableName action',
    'operator ==',
    'typeName Action',
    'operator ::',
    'string "a/b"',
    'variableName resource',
    'keyword is',
    'comment // forbid',
  ]);
  expect(wordsOf('when { context.args.amount <= 500 && true }')).toContain('number 500');
});

test('every character is passed, whatever it is', () => {
  for (const line of ['"never closed', '\\', '\u202e#$', '"a\\"b" x', '?principal', '@']) {
    let rest = line;
    while (rest !== '') rest = rest.slice(cedarWord(rest).length);
    expect(rest).toBe('');
  }
});
