import { expect, test } from 'vitest';
import { csvLine } from './csv.ts';

test.each([
  ['a formula', '=cmd()', `'=cmd()`],
  ['one behind spaces', '  =cmd()', `'  =cmd()`],
  ['one in full width', '\uff1dcmd()', `'\uff1dcmd()`],
  ['one behind the separator of other countries', 'dana;=cmd()', `"dana;'=cmd()"`],
  ['one on a line of its own', 'dana\n@cmd()', `"dana\n'@cmd()"`],
  ['one behind a tab', 'dana\t+1', `"dana\t'+1"`],
  ['a tab at the beginning', '\tdana', `"'\tdana"`],
  ['a text with an equals sign', 'a=b', 'a=b'],
  ['a text with quotes and commas', 'a "b", c', '"a ""b"", c"'],
])('%s: a cell', (_why, text, cell) => {
  expect(csvLine([text, 'x'])).toBe(`${cell},x\r\n`);
});
