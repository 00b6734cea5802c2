/** Publishing many logs by one timer: bounded, those with news first, none for ever left out, none stopped by another. */
import { expect, test } from 'vitest';
import { PUBLISHED_PER_TICK, PublishTurns } from './publish-turns.ts';

/** Takers that note when they publish; `settle` lets everything that waits run. */
function takers(
  count: number,
  changes: { readonly news?: (at: number) => boolean; readonly fail?: number } = {},
) {
  const published: number[] = [];
  const beats: number[] = [];
  const faults: unknown[] = [];
  const turns = new PublishTurns((fault) => faults.push(fault));
  const leave = Array.from({ length: count }, (_, at) =>
    turns.add({
      beat: () => beats.push(at),
      hasNews: () => changes.news?.(at) ?? false,
      publish: async () => {
        published.push(at);
        await Promise.resolve();
        if (at === changes.fail) throw new Error('disk');
      },
    }),
  );
  return { turns, published, beats, faults, leave };
}

const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test('a tick publishes a bounded number of logs, and the next ones those that were left', async () => {
  const { turns, published, beats } = takers(PUBLISHED_PER_TICK + 2);
  turns.take();
  await settle();
  expect(published).toHaveLength(PUBLISHED_PER_TICK);
  expect(beats).toHaveLength(PUBLISHED_PER_TICK + 2);
  turns.take();
  await settle();
  expect(published.slice(PUBLISHED_PER_TICK, PUBLISHED_PER_TICK + 2)).toEqual([
    PUBLISHED_PER_TICK,
    PUBLISHED_PER_TICK + 1,
  ]);
});

test('logs with something new come first', async () => {
  const { turns, published } = takers(PUBLISHED_PER_TICK + 1, { news: (at) => at === PUBLISHED_PER_TICK });
  turns.take();
  await settle();
  expect(published[0]).toBe(PUBLISHED_PER_TICK);
});

test('a log that cannot be published is told of, and the others are', async () => {
  const { turns, published, faults } = takers(3, { fail: 1 });
  turns.take();
  await settle();
  expect(published).toEqual([0, 1, 2]);
  expect(faults).toHaveLength(1);
});

test('a tick while another still publishes only shows that the logs live, and a log that left is not published', async () => {
  const { turns, published, beats, leave } = takers(3);
  turns.take();
  leave[2]?.();
  turns.take();
  await settle();
  expect(published).toEqual([0, 1]);
  // The first has been published and stands behind the other now.
  expect(beats).toEqual([0, 1, 2, 1, 0]);
});
