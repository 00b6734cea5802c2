/** Rows of the state as text and back. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseChanges, parseRow, printChanges, printRow } from './row-text.ts';

const VALUE = fc.oneof(
  fc.string({ unit: 'binary' }).map((text) => text.toWellFormed()),
  fc.integer(),
  fc.constant(null),
  fc.uint8Array({ maxLength: 20 }),
);
const ROW = fc.tuple(VALUE, VALUE, VALUE);

test('a row is read as it was written, and its text holds nothing that PostgreSQL refuses', () => {
  fc.assert(
    fc.property(ROW, (row) => {
      const text = printRow(row);
      expect(text).not.toContain('\0');
      expect(text.isWellFormed()).toBe(true);
      expect(parseRow('policies', text)).toEqual(row);
    }),
  );
});

test('changes are read as they were written', () => {
  const change = fc.record({
    name: fc.constant('policies' as const),
    key: fc.string().map((key) => JSON.stringify([key])),
    row: fc.option(ROW, { nil: undefined }),
    seal: fc.uint8Array({ minLength: 12, maxLength: 12 }),
  });
  fc.assert(
    fc.property(fc.array(change), (changes) => {
      const expected = changes.map(({ name, key, row }) => ({ name, key, row }));
      expect(parseChanges(printChanges(changes))).toEqual(expected);
    }),
  );
});

test.each([
  ['no JSON', 'x'],
  ['no list', '{}'],
  ['a row of too few values', '["scope",1]'],
  ['a value of another kind', '["scope",1,true]'],
  ['bytes that are no digits', '["scope",1,{"hex":1}]'],
  ['bytes that are not hexadecimal', '["scope",1,{"hex":"zz"}]'],
])('%s is no row', (_why, text) => {
  expect(() => parseRow('policies', text)).toThrow(expect.objectContaining({ code: 'log.corrupt' }));
});

test.each([
  ['a change that is no list', '[1]'],
  ['a change of a table that is none', '[["other","","","[]",null]]'],
  ['a change without a key', '[["policies","","",1,null]]'],
  ['a change whose row is none', '[["policies","","","[]",1]]'],
])('%s is no change', (_why, text) => {
  expect(() => parseChanges(text)).toThrow(expect.objectContaining({ code: 'log.corrupt' }));
});
