import { expect, test } from 'vitest';
import { changedPolicies, diffFiles, diffLines } from './diff.ts';

const shown = (before: string, after: string): string =>
  diffLines(before, after)
    .map(({ kind, text }) => `${{ same: ' ', added: '+', removed: '-' }[kind]}${text}`)
    .join('|');

test('lines that stayed are the same, whatever came between them, and numbers are those of their sides', () => {
  expect(shown('a\nb\nc\n', 'a\nx\nc\nd\n')).toBe(' a|-b|+x| c|+d');
  expect(diffLines('a\nb', 'b')).toEqual([
    { kind: 'removed', text: 'a', before: 1 },
    { kind: 'same', text: 'b', before: 2, after: 1 },
  ]);
  expect(shown('', 'a')).toBe('+a');
  expect(shown('a', '')).toBe('-a');
});

test('both sides can be put together from what is told, however long they are', () => {
  const before = Array.from({ length: 3_000 }, (_, at) => `line ${at}`).join('\n');
  const after = Array.from({ length: 3_000 }, (_, at) => `line ${at * 2}`).join('\n');
  const lines = diffLines(before, after);
  const side = (without: string): string =>
    lines
      .filter(({ kind }) => kind !== without)
      .map(({ text }) => text)
      .join('\n');
  expect([side('added'), side('removed')]).toEqual([before, after]);
});

test('a file is told where it differs alone', () => {
  const one = [
    { path: 'a', text: '1' },
    { path: 'b', text: '2' },
  ];
  expect(
    diffFiles(one, [
      { path: 'b', text: '2' },
      { path: 'c', text: '3' },
    ]).map(({ path }) => path),
  ).toEqual(['a', 'c']);
});

test('policies are followed by their ids: one that moved or was set otherwise is the same, one on another level is not', () => {
  const file = (text: string, path = 'organisation/a.cedar') => ({ path, text });
  const pay = '@id("pay")\npermit (principal, action, resource) // why\nwhen { context.a == "x;//y" };';
  const no = '@reason("r") @id("no") forbid(principal, action, resource);';
  expect(
    changedPolicies([file(pay + no)], [file(no), file(pay.replaceAll('\n', '\n  '), 'organisation/b.cedar')]),
  ).toEqual({
    added: [],
    removed: [],
    changed: [],
  });
  expect(
    changedPolicies(
      [file(pay + no)],
      [file(pay.replace('"x;', '"z;')), file('@id("new") permit(principal, action, resource);', 'b.cedar')],
    ),
  ).toEqual({
    added: ['new'],
    removed: ['no'],
    changed: ['pay'],
  });
  expect(changedPolicies([file(no)], [file(no, 'teams/a/a.cedar')]).changed).toEqual(['no']);
});
