import { expect, test } from 'vitest';
import { allPages } from './all-pages.ts';

test('goes from page to page until there is no next one', async () => {
  const asked: (string | undefined)[] = [];
  const items = await allPages(({ cursor }) => {
    asked.push(cursor);
    const at = Number(cursor ?? '0');
    return Promise.resolve({ items: [at], ...(at < 3 ? { next: String(at + 1) } : {}) });
  });
  expect(items).toEqual([0, 1, 2, 3]);
  expect(asked).toEqual([undefined, '1', '2', '3']);
});

test('a list without an end is not asked for without an end', async () => {
  let asked = 0;
  await allPages(() => {
    asked += 1;
    return Promise.resolve({ items: [asked], next: 'more' });
  });
  expect(asked).toBe(10);
});
