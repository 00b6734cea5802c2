// What a feed does with those who cannot keep up, over a log that the test writes.
import { setTimeout as wait } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { Problem } from '../http/index.ts';
import type { Plane } from '../plane.ts';
import { createListeners, eventStream, feedOf } from './index.ts';
import { KEPT_ENTRIES } from './feed.ts';

function planeOf(entries: object[]): Plane {
  const reader = { size: () => entries.length, entry: (index: number) => ({ entry: entries[index] }) };
  return { log: { reader } } as unknown as Plane;
}
const other = { kind: 'heartbeat', time: 1 };

test('whoever falls behind what is kept is dropped, and the others are not', async () => {
  const entries: object[] = [];
  const feed = feedOf(planeOf(entries));
  const dropped: string[] = [];
  const done = new AbortController();
  const slow = feed.follow({ next: () => 0, drop: () => dropped.push('slow') });
  const quick = feed.follow({ next: () => feed.position(), drop: () => dropped.push('quick') });
  entries.push(...Array.from({ length: KEPT_ENTRIES }, () => other));
  await feed.reached(KEPT_ENTRIES - 1, done.signal);
  expect(dropped).toEqual([]);
  entries.push(other);
  await feed.reached(KEPT_ENTRIES, done.signal);
  expect(new Set(dropped)).toEqual(new Set(['slow']));
  slow();
  quick();
});

test('an entry that was read before anybody followed is read from the log', () => {
  const entries = [{ kind: 'administration', time: 5, administration: { action: 'a.b', object: 'o' } }];
  const feed = feedOf(planeOf(entries));
  expect(feed.at(0)).toMatchObject({ index: 0, at: 5, action: 'a.b', object: 'o' });
});

test('a stream that nobody reads asks for no more than it can hold, and ends with the word that it is given', async () => {
  let asked = 0;
  let ends = 0;
  const stream = eventStream({
    signal: new AbortController().signal,
    next: () => Promise.resolve([{ id: (asked += 1), name: 'change', data: {} }]),
    ended: () => (ends += 1),
  });
  await wait(0);
  expect(asked).toBeLessThanOrEqual(2);
  stream.end({ name: 'resume', data: { code: 'listener.slow', after: 1 } });
  stream.end();
  expect(await stream.response.text()).toMatch(
    /event: resume\ndata: \{"code":"listener.slow","after":1\}\n\n$/,
  );
  expect(ends).toBe(1);
});

test('listeners of one organisation are bounded, those of another have their own', () => {
  const listeners = createListeners(2);
  const plane = planeOf([]);
  const leave = listeners.enter(plane, 'one');
  listeners.enter(plane, 'one');
  expect(() => listeners.enter(plane, 'one')).toThrow(Problem);
  listeners.enter(plane, 'other');
  leave();
  leave();
  listeners.enter(plane, 'one');
  expect(() => listeners.enter(plane, 'one')).toThrow(Problem);
});
