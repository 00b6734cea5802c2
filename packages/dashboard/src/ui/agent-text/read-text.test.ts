// What hides in text is marked; what people write is left alone.
import { describe, expect, test } from 'vitest';
import { isMarked, readText } from './read-text.ts';

const shown = (text: string, limit = 1_000, isMultiline = false): string =>
  readText(text, limit, isMultiline)
    .pieces.map((piece) =>
      piece.kind === 'mark' ? `[${piece.code}]` : piece.kind === 'mixed' ? `<${piece.text}>` : piece.text,
    )
    .join('');

describe('text that agents wrote', () => {
  test.each([
    ['a right-to-left override', 'pay\u202efdp.exe', 'pay[U+202E]fdp.exe'],
    ['a zero-width space', 'rm\u200b -rf', 'rm[U+200B] -rf'],
    ['tag characters', `ok\u{e0041}`, 'ok[U+E0041]'],
    ['a soft hyphen', 'pass\u00adword', 'pass[U+00AD]word'],
    ['a no-break space', 'a\u00a0b', 'a[U+00A0]b'],
    ['a hangul filler, which is a letter', 'a\u3164b', 'a[U+3164]b'],
    ['a control character', 'a\u0007b', 'a[U+0007]b'],
    ['a line break within a line', 'allow\ndeny', 'allow[U+000A]deny'],
    ['half of a character', 'a\ud800b', 'a[U+D800]b'],
    ['a private-use character', 'a\ue000b', 'a[U+E000]b'],
    ['a variation selector', 'a\ufe0fb', 'a[U+FE0F]b'],
  ])('shows %s where it would not be seen', (_what, text, expected) => {
    expect(shown(text)).toBe(expected);
    expect(isMarked(text.replace('\n', '\u2028'))).toBe(true);
  });

  test.each([
    ['Latin and Cyrillic in a word', 'pаypal', '<pаypal>'],
    ['Latin and Greek in a word', 'admin\u03bfn', '<admin\u03bfn>'],
    ['a word of lookalikes', 'send to аре now', 'send to <аре> now'],
    ['mathematical letters', '𝐝𝐞𝐥𝐞𝐭𝐞', '<𝐝𝐞𝐥𝐞𝐭𝐞>'],
    ['full-width letters', 'ｄｅｌ', '<ｄｅｌ>'],
  ])('marks %s as what it is not', (_what, text, expected) => {
    expect(shown(text)).toBe(expected);
  });

  test.each([
    'Überweisung an Müller, 250 €',
    'перевод на счёт',
    '東京タワーへ行く',
    'مرحبا بالعالم',
    'send_email(to: "a@example.org")',
  ])('leaves `%s` alone', (text) => {
    expect(readText(text, 1_000, false).pieces).toEqual([{ kind: 'plain', text }]);
  });

  test('lines stay lines where they may', () => {
    expect(shown('a\n\tb', 100, true)).toBe('a\n\tb');
  });

  test('piles of marks are cut', () => {
    expect(shown(`a${'\u0301'.repeat(400)}b`).length).toBeLessThan(10);
  });

  test('what is too long is cut between characters, and says how much is left', () => {
    expect(readText('x'.repeat(50), 20, false)).toEqual({
      pieces: [{ kind: 'plain', text: 'x'.repeat(20) }],
      left: 30,
    });
    expect(readText('ab😀cd', 3, false)).toMatchObject({ pieces: [{ text: 'ab' }], left: 4 });
  });
});
