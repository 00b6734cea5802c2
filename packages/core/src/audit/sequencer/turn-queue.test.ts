/** Entries wait log by log, and a busy log does not keep the others waiting. */
import { expect, test } from 'vitest';
import type { PreparedEntry } from '../entry/index.ts';
import { TurnQueue } from './turn-queue.ts';

const entry = (id: string): PreparedEntry => ({ id }) as PreparedEntry;
const entries = (name: string, count: number) =>
  Array.from({ length: count }, (_, at) => entry(`${name}${at}`));
const taken = (queue: TurnQueue, most: number) =>
  [...queue.take(most)].map(([log, part]) => [log, part.map(({ id }) => id).join(' ')]);

test('a batch takes from each log that waits, and each log keeps its order', () => {
  const queue = new TurnQueue();
  queue.add(1, entries('a', 6));
  queue.add(2, entries('b', 1));
  queue.add(3, entries('c', 2));
  expect(taken(queue, 6)).toEqual([
    [1, 'a0 a1'],
    [2, 'b0'],
    [3, 'c0 c1'],
  ]);
  expect(taken(queue, 6)).toEqual([[1, 'a2 a3 a4 a5']]);
  expect(queue.isEmpty).toBe(true);
});

test('where there are more logs than room, those that were left out come first the next time', () => {
  const queue = new TurnQueue();
  for (const log of [1, 2, 3]) queue.add(log, entries(`l${log}-`, 2));
  expect(taken(queue, 2)).toEqual([
    [1, 'l1-0'],
    [2, 'l2-0'],
  ]);
  expect(taken(queue, 2)).toEqual([
    [3, 'l3-0'],
    [1, 'l1-1'],
  ]);
  expect(queue.has(1)).toBe(false);
});
