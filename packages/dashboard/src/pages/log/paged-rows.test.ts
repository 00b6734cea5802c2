// A list without an end, of which only what is near is held.
import { expect, test } from 'vitest';
import { createPagedRows, type PagedRows, type RowPage } from './paged-rows.ts';

const PAGE = 10;

/** A list of `count` numbers, with what was asked for. */
function world(count: number, options: { readonly mostHeld?: number; readonly mostPages?: number } = {}) {
  const asked: (string | undefined)[] = [];
  const list = { numbers: Array.from({ length: count }, (_, at) => at), fails: false };
  const load = (cursor: string | undefined): Promise<RowPage<number>> => {
    asked.push(cursor);
    if (list.fails) return Promise.reject(new Error('away'));
    const from = cursor === undefined ? 0 : list.numbers.findIndex((one) => one > Number(cursor));
    const items = from < 0 ? [] : list.numbers.slice(from, from + PAGE);
    const isMore = from >= 0 && from + PAGE < list.numbers.length;
    return Promise.resolve(isMore ? { items, next: String(items.at(-1)) } : { items });
  };
  const rows = createPagedRows({ load, ...options });
  rows.subscribe(() => {});
  return { rows, asked, list };
}

/** Until nothing is under way. */
async function settled(): Promise<void> {
  for (let turn = 0; turn < 50; turn += 1) await Promise.resolve();
}

async function scrollTo(rows: PagedRows<number>, place: number): Promise<void> {
  for (let turn = 0; turn < 5_000; turn += 1) {
    const reached = Math.min(place, (rows.state().rows?.length ?? 1) - 1);
    rows.see(reached, reached);
    await settled();
    const { length = 0 } = rows.state().rows ?? {};
    if (place < length || rows.state().isEnded || rows.state().isCut) break;
  }
  rows.see(place, place);
  await settled();
}

test('reads the first pages, and knows their rows by their places', async () => {
  const { rows } = world(25);
  expect(rows.state().rows).toBeUndefined();
  await settled();
  expect(rows.state()).toMatchObject({ isEnded: true, isCut: false });
  expect(rows.state().rows?.length).toBe(25);
  expect([0, 9, 10, 24, 25, -1].map((place) => rows.state().rows?.at(place))).toEqual([
    0,
    9,
    10,
    24,
    undefined,
    undefined,
  ]);
});

test('an empty list is one, and ended', async () => {
  const { rows } = world(0);
  await settled();
  expect(rows.state()).toMatchObject({ isEnded: true });
  expect(rows.state().rows?.length).toBe(0);
});

test('holds no more pages than it may, however far somebody scrolls, and fetches again what they come back to', async () => {
  const { rows, asked } = world(20_000, { mostHeld: 20, mostPages: 20_000 });
  await scrollTo(rows, 15_000);
  expect(rows.held()).toBeLessThanOrEqual(20);
  expect(rows.state().rows?.at(15_000)).toBe(15_000);
  expect(rows.state().rows?.at(5)).toBeUndefined();
  const before = asked.length;
  rows.see(0, 10);
  await settled();
  expect(rows.state().rows?.at(5)).toBe(5);
  expect(asked.length - before).toBeLessThanOrEqual(13);
  expect(rows.held()).toBeLessThanOrEqual(20);
  // What was known of the places behind it stays.
  expect(rows.state().rows?.length).toBeGreaterThan(15_000);
});

test('entries that came late move what follows, and no row stands twice or is missing', async () => {
  const { rows, list } = world(300, { mostHeld: 12 });
  await scrollTo(rows, 290);
  list.numbers.splice(3, 0, 2.5);
  await scrollTo(rows, 0);
  await scrollTo(rows, 299);
  await scrollTo(rows, 0);
  const { rows: source } = rows.state();
  const near = Array.from({ length: 100 }, (_, place) => source?.at(place));
  expect(near).toEqual(list.numbers.slice(0, 100));
});

test('a list ends where a browser draws no more, and says so', async () => {
  const { rows } = world(1_000, { mostPages: 5 });
  await scrollTo(rows, 900);
  expect(rows.state()).toMatchObject({ isEnded: false, isCut: true });
  expect(rows.state().rows?.length).toBe(50);
});

test('what cannot be read is said, what was read stays, and it is asked for again', async () => {
  const { rows, list, asked } = world(1_000);
  await settled();
  list.fails = true;
  const { length = 0 } = rows.state().rows ?? {};
  rows.see(length - 1, length - 1);
  await settled();
  expect(rows.state().problem).toMatchObject({ message: 'away' });
  expect(rows.state().rows?.at(0)).toBe(0);
  const before = asked.length;
  rows.see(length - 2, length - 1);
  await settled();
  expect(asked).toHaveLength(before);
  list.fails = false;
  rows.retry();
  await settled();
  expect(rows.state().problem).toBeUndefined();
  expect(rows.state().rows?.length).toBeGreaterThan(length);
});

test('what was asked for and is not wanted any more is not taken', async () => {
  const signals: AbortSignal[] = [];
  const rows = createPagedRows<number>({
    load: (_cursor, signal) => {
      signals.push(signal);
      return new Promise(() => {});
    },
  });
  rows.subscribe(() => {});
  rows.close();
  expect(signals.map(({ aborted }) => aborted)).toEqual([true]);
});
