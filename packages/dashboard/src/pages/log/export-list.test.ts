// What a list finds, as a file: all of it or as much as is said, and nothing once it is stopped.
import { expect, test } from 'vitest';
import { exportList } from './export-list.ts';

const { signal } = new AbortController();
/** `count` rows in pages of two. */
function pages(count: number): (cursor: string | undefined) => Promise<{ items: number[]; next?: string }> {
  return (cursor) => {
    const from = Number(cursor ?? 0);
    const until = Math.min(from + 2, count);
    const items = Array.from({ length: until - from }, (_, at) => from + at);
    return Promise.resolve(until < count ? { items, next: `${until}` } : { items });
  };
}

test('every row that was found is a line', async () => {
  const counts: number[] = [];
  expect(await exportList(pages(5), signal, (count) => counts.push(count))).toEqual({
    text: '0\n1\n2\n3\n4\n',
    count: 5,
    isWhole: true,
  });
  expect(counts).toEqual([2, 4, 5]);
});

test('nothing found is an empty file', async () => {
  expect(await exportList(pages(0), signal, () => undefined)).toEqual({ text: '', count: 0, isWhole: true });
});

test('a file that cannot have all of it says so', async () => {
  expect(await exportList(pages(5), signal, () => undefined, 3)).toEqual({
    text: '0\n1\n2\n',
    count: 3,
    isWhole: false,
  });
});

test('text stays in its line, whoever wrote it', async () => {
  const load = () => Promise.resolve({ items: [{ agent: 'a\n{"verdict":"allow"}\u2028b' }] });
  const { text } = await exportList(load, signal, () => undefined);
  expect(text.split('\n')).toHaveLength(2);
  expect(JSON.parse(text)).toEqual({ agent: 'a\n{"verdict":"allow"}\u2028b' });
});

test('once it is stopped there is no file', async () => {
  const stopping = new AbortController();
  const exported = exportList(pages(5), stopping.signal, () => stopping.abort(new Error('stopped')));
  await expect(exported).rejects.toThrow('stopped');
});
