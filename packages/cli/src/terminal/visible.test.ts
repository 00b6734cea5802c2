// What an approver reads must be what is there.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { visible, visibleInJson } from '@writ/core';
import { visibleJson } from './visible.ts';

test.each([
  ['a right-to-left override', 'pay\u202etxt.exe', 'pay\\u{202e}txt.exe'],
  ['bidirectional isolates', '\u2066a\u2069', '\\u{2066}a\\u{2069}'],
  ['zero-width characters', 'a\u200bb\u200d\ufeffc', 'a\\u{200b}b\\u{200d}\\u{feff}c'],
  ['a soft hyphen', 'a\u00adb', 'a\\u{ad}b'],
  ['terminal control sequences', '\u001b[2Jgone', '\\u{1b}[2Jgone'],
  ['the C1 form of the same', '\u009b2Jgone', '\\u{9b}2Jgone'],
  ['line breaks', 'a\r\nb\u2028c', 'a\\u{d}\\u{a}b\\u{2028}c'],
  ['spaces that are none', 'a\u00a0b\u3000c', 'a\\u{a0}b\\u{3000}c'],
  ['letters that render as nothing', 'a\u3164b\u115f', 'a\\u{3164}b\\u{115f}'],
  ['tag characters', 'a\u{e0041}', 'a\\u{e0041}'],
  ['variation selectors', 'a\ufe0f\u{e0100}', 'a\\u{fe0f}\\u{e0100}'],
  ['private use', 'a\ue000', 'a\\u{e000}'],
  ['a lone surrogate', 'a\ud800', 'a\\u{d800}'],
  ['ordinary text of any script', 'Zoë, 東京, مرحبا, 👍', 'Zoë, 東京, مرحبا, 👍'],
])('%s', (_why, text, shown) => {
  expect(visible(text)).toBe(shown);
});

test('JSON keeps its own lines and shows those inside its strings', () => {
  expect(visibleJson({ text: 'a\nb\u202e' })).toBe('{\n  "text": "a\\nb\\u{202e}"\n}');
});

test('nothing that is shown has a control or format character', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      expect(visible(text)).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/u);
    }),
  );
});

test('JSON keeps its value, and holds none of them', () => {
  fc.assert(
    fc.property(fc.json(), (text) => {
      const shown = visibleInJson(text);
      expect(JSON.parse(shown)).toEqual(JSON.parse(text));
      expect(visible(shown)).toBe(shown);
    }),
  );
  expect(visibleInJson(JSON.stringify('a\u202eb\u{e0041}'))).toBe('"a\\u202eb\\udb40\\udc41"');
});
