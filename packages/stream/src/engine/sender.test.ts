import { existsSync, rmSync } from 'node:fs';
import { Fault } from '@writ/core';
import { describe, expect, test } from 'vitest';
import type { OutgoingEvent } from '../destination.ts';
import { type Answer, senderWorld, settle, unavailable } from './fixtures.ts';

const HOUR = 3_600_000;
const MINUTE = 60_000;

/** Each event once, in the order of the log, none left out. */
function expectWhole(received: readonly OutgoingEvent[], size: number): void {
  expect(received.map(({ index }) => index)).toStrictEqual(Array.from({ length: size }, (_, index) => index));
}

/** Numbers of each producer, in the order of arrival. */
function countersOf(received: readonly OutgoingEvent[]): ReadonlyMap<string, readonly number[]> {
  const found = new Map<string, number[]>();
  for (const { producer, text } of received) {
    const counter = Number(text.split(' ')[1]);
    found.set(producer, [...(found.get(producer) ?? []), counter]);
  }
  return found;
}

describe('a destination that misbehaves', () => {
  test.each<readonly [string, (now: number, begin: number) => boolean]>([
    ['is down for an hour', (now, begin) => now - begin < HOUR],
    ['flaps each minute', (now, begin) => Math.floor((now - begin) / MINUTE) % 2 === 0 && now - begin < HOUR],
  ])('%s and misses nothing, in order', async (_why, isDown) => {
    const world = senderWorld();
    const begin = world.clock.now();
    world.answer = (events) => (isDown(world.clock.now(), begin) ? unavailable() : events.length);
    const sender = world.start();
    await world.live(HOUR, () => {
      for (let nth = 0; nth < 6; nth += 1) world.append(nth % 2 === 0 ? 'one' : 'two');
    });
    await world.live(15 * MINUTE);
    await sender.stop();
    expect(world.lines.length).toBeGreaterThanOrEqual(21_600);
    expectWhole(world.received, world.lines.length);
    for (const [producer, counters] of countersOf(world.received))
      expect(counters, producer).toStrictEqual(counters.map((_, at) => at));
  });

  test('one that answers with 429 is asked no sooner than it said', async () => {
    const world = senderWorld({ batchSize: 1 });
    const attempts: number[] = [];
    world.answer = () => {
      attempts.push(world.clock.now());
      throw new Fault('export.unavailable', 'too many requests', { retryAfterMs: 120_000 });
    };
    world.append('one');
    const sender = world.start();
    await world.live(10 * MINUTE);
    await sender.stop();
    expect(attempts.length).toBeGreaterThan(2);
    for (let at = 1; at < attempts.length; at += 1)
      expect((attempts[at] ?? 0) - (attempts[at - 1] ?? 0)).toBeGreaterThanOrEqual(120_000);
  });

  test('one that puts off for a year is asked again within a quarter of an hour', async () => {
    const world = senderWorld({ batchSize: 1 });
    world.answer = () => {
      throw new Fault('export.unavailable', 'later', { retryAfterMs: 365 * 24 * HOUR });
    };
    world.append('one');
    const sender = world.start();
    await world.live(20 * MINUTE);
    await sender.stop();
    expect(world.attempts).toBe(2);
  });

  test('one that is down is asked ever more seldom, and at least each five minutes', async () => {
    const world = senderWorld({ batchSize: 1 });
    world.answer = unavailable;
    world.append('one');
    const sender = world.start();
    await world.live(HOUR);
    expect(world.attempts).toBeGreaterThanOrEqual(12 + 7);
    expect(world.attempts).toBeLessThan(45);
    expect(sender.state()).toMatchObject({
      phase: 'retrying',
      lagEntries: 2,
      error: { code: 'export.unavailable' },
    });
    await sender.stop();
  });

  test('one that never answers is given up after the timeout, and its request ended', async () => {
    const world = senderWorld({ batchSize: 1, timeoutMs: 5_000 });
    world.answer = () => new Promise<number>(() => {});
    world.append('one');
    const sender = world.start();
    await world.live(7_000);
    expect(sender.state()).toMatchObject({
      phase: 'retrying',
      error: { text: expect.stringContaining('5000 ms') },
    });
    await sender.stop();
  });

  test('one that is too slow for a batch is still sent all: what it took until then counts', async () => {
    const world = senderWorld({ batchSize: 10, timeoutMs: 5_000 });
    world.answer = (events, signal) => takeSlowly(events.length, signal);
    for (let nth = 0; nth < 30; nth += 1) world.append('one');
    const sender = world.start();
    await world.live(10 * MINUTE);
    await sender.stop();
    expectWhole(world.received, 30);
    async function takeSlowly(count: number, signal: AbortSignal): Promise<number> {
      const ending = Promise.withResolvers<void>();
      signal.addEventListener('abort', () => ending.resolve());
      await ending.promise;
      return Math.min(4, count);
    }
  });

  test('one that is too slow for a batch, and cannot say how much it took, gets smaller ones', async () => {
    const world = senderWorld({ batchSize: 8, timeoutMs: 5_000 });
    world.answer = (events) => (events.length > 2 ? new Promise<number>(() => {}) : events.length);
    for (let nth = 0; nth < 16; nth += 1) world.append('one');
    const sender = world.start();
    await world.live(20 * MINUTE);
    await sender.stop();
    expectWhole(world.received, 16);
  });

  test('one that takes part of a batch gets the rest, and nothing twice', async () => {
    const world = senderWorld({ batchSize: 10 });
    world.answer = (events) => Math.min(3, events.length);
    for (let nth = 0; nth < 100; nth += 1) world.append('one', nth % 3 === 0 ? 2 : 1);
    const sender = world.start();
    await world.live(MINUTE);
    await sender.stop();
    const uids = world.received.map(({ uid }) => uid);
    expect(new Set(uids).size).toBe(uids.length);
    expect(uids).toHaveLength(134);
  });

  test('one that acknowledges nothing, or more than it was given, acknowledged nothing', async () => {
    for (const count of [0, -1, 51, Number.NaN]) {
      const world = senderWorld({ batchSize: 1 });
      world.answer = () => count;
      world.append('one');
      const sender = world.start();
      await world.live(500, () => {}, 100);
      expect(sender.state()).toMatchObject({ sent: 0, failures: 1, lagEntries: 1 });
      await sender.stop();
    }
  });
});

describe('batches', () => {
  test('are sent once they are full, or once their first event has waited for the flush interval', async () => {
    const world = senderWorld();
    const sizes: number[] = [];
    world.answer = (events) => {
      sizes.push(events.length);
      return events.length;
    };
    const sender = world.start();
    for (let nth = 0; nth < 49; nth += 1) world.append('one');
    await world.live(29_000);
    expect(sizes).toStrictEqual([]);
    world.append('one');
    await world.live(2_000);
    expect(sizes).toStrictEqual([50]);
    world.append('one');
    await world.live(29_000);
    expect(sizes).toStrictEqual([50]);
    await world.live(3_000);
    expect(sizes).toStrictEqual([50, 1]);
    await sender.stop();
  });
});

describe('an event that is never taken', () => {
  const poison: Answer = (events) => {
    if (events.some(({ index }) => index === 17)) throw new Fault('export.rejected', 'status 400');
    return events.length;
  };

  test('stops there by default; all before it are sent', async () => {
    const world = senderWorld();
    world.answer = poison;
    for (let nth = 0; nth < 50; nth += 1) world.append('one');
    const sender = world.start();
    await world.live(MINUTE);
    expectWhole(world.received, 17);
    expect(sender.state()).toMatchObject({
      phase: 'stopped',
      next: 17,
      error: { code: 'export.rejected' },
    });
    await sender.stop();
  });

  test('is passed over where that is configured, and the gap recorded', async () => {
    const world = senderWorld({ whenRejected: 'skip' });
    world.answer = poison;
    for (let nth = 0; nth < 50; nth += 1) world.append('one');
    const sender = world.start();
    await world.live(2 * MINUTE);
    await sender.stop();
    expect(world.notes).toMatchObject([{ status: 'skipped', from: 17, to: 18, destination: 'siem' }]);
    expect(world.received.map(({ index }) => index)).toStrictEqual(
      Array.from({ length: 51 }, (_, index) => index).filter((index) => index !== 17),
    );
  });
});

describe('a destination that takes nothing at all', () => {
  const nothing: Answer = () => {
    throw new Fault('export.rejected', 'status 415');
  };

  test('is not fed with what is said of it: each entry given up is named once, and no name of a gap is', async () => {
    const world = senderWorld({ whenRejected: 'skip', batchSize: 1 });
    world.eventsOfNote = 2;
    world.answer = nothing;
    for (let nth = 0; nth < 10; nth += 1) world.append('one', 2);
    const sender = world.start();
    await world.live(HOUR, () => {}, 10_000);
    await sender.stop();
    expect(world.notes.filter(({ status }) => status === 'skipped').map(({ from }) => from)).toStrictEqual(
      Array.from({ length: 10 }, (_, index) => index),
    );
    expect(world.lines).toHaveLength(20);
  });

  test('is stopped after a hundred events, though it may skip, and goes on once it takes one', async () => {
    const world = senderWorld({ whenRejected: 'skip', batchSize: 10 });
    world.answer = nothing;
    for (let nth = 0; nth < 500; nth += 1) world.append('one');
    const sender = world.start();
    await world.live(4 * MINUTE);
    expect(sender.state()).toMatchObject({ phase: 'stopped', next: 100, error: { code: 'export.rejected' } });
    world.answer = (events) => events.length;
    await world.live(10 * MINUTE);
    await sender.stop();
    expect(world.received.map(({ index }) => index)).toStrictEqual(
      Array.from({ length: world.lines.length - 100 }, (_, at) => at + 100),
    );
  });
});

describe('a clock', () => {
  test('that is set back by years puts off neither the next attempt nor what waits for it', async () => {
    const world = senderWorld();
    world.answer = unavailable;
    const sender = world.start();
    world.append('one');
    await world.live(MINUTE);
    world.clock.advance(-10 * 365 * 24 * HOUR);
    world.append('one');
    world.answer = (events) => events.length;
    await world.live(10 * MINUTE);
    await sender.stop();
    expectWhole(world.received, 2);
  });

  test('of a producer that is ahead by a day does not hide that a destination is behind', async () => {
    const world = senderWorld();
    world.answer = unavailable;
    world.append('one');
    const [line] = world.lines;
    if (line !== undefined) world.lines[0] = { ...line, time: line.time + 24 * HOUR };
    const sender = world.start();
    await world.live(HOUR);
    await sender.stop();
    expect(world.notes).toMatchObject([{ status: 'behind', from: 0 }]);
  });
});

describe('a destination that is behind', () => {
  test('is told once in the log, and once when it has caught up', async () => {
    const world = senderWorld();
    const begin = world.clock.now();
    world.answer = (events) => (world.clock.now() - begin < HOUR ? unavailable() : events.length);
    const sender = world.start();
    await world.live(HOUR, () => world.append('one'));
    expect(world.notes).toMatchObject([{ status: 'behind', from: 0, destination: 'siem' }]);
    expect(world.notes[0]?.lagMs).toBeGreaterThan(15 * MINUTE);
    await world.live(HOUR);
    expect(world.notes.map(({ status }) => status)).toStrictEqual(['behind', 'caught_up']);
    expectWhole(world.received, world.lines.length);
    await sender.stop();
  });

  test('is not told again by the next process', async () => {
    const world = senderWorld();
    world.answer = unavailable;
    world.append('one');
    for (let nth = 0; nth < 3; nth += 1) {
      const sender = world.start();
      await world.live(HOUR);
      await sender.stop();
    }
    expect(world.notes).toHaveLength(1);
  });

  test('does not alert about entries of its own for ever', async () => {
    const world = senderWorld();
    world.answer = unavailable;
    const sender = world.start();
    world.append('one');
    await world.live(12 * HOUR, () => {}, 10_000);
    expect(world.lines).toHaveLength(2);
    await sender.stop();
  });

  test('keeps all that waits by default, also past the bound', async () => {
    const world = senderWorld({ maxBacklog: 100 });
    world.answer = unavailable;
    const sender = world.start();
    await world.live(200_000, () => world.append('one'));
    expect(sender.state()).toMatchObject({ next: 0, isBehind: true });
    expect(world.notes).toMatchObject([{ status: 'behind', from: 0 }]);
    world.answer = (events) => events.length;
    await world.live(10 * MINUTE);
    expectWhole(world.received, world.lines.length);
    await sender.stop();
  });

  test('gives up what waits where that is configured, names the gap, and sends what names it', async () => {
    const world = senderWorld({ maxBacklog: 100, whenBehind: 'skip' });
    world.answer = unavailable;
    const sender = world.start();
    await world.live(150_000, () => world.append('one'));
    world.answer = (events) => events.length;
    await world.live(10 * MINUTE);
    const gap = world.notes.find(({ status }) => status === 'skipped');
    expect(gap).toMatchObject({ from: 0 });
    expect(world.received[0]?.index).toBe(gap?.to);
    expect(world.lines[gap?.to ?? 0]).toMatchObject({ producer: 'writ' });
    expect(world.received.map(({ index }) => index)).toStrictEqual(
      Array.from({ length: world.lines.length - (gap?.to ?? 0) }, (_, at) => at + (gap?.to ?? 0)),
    );
    await sender.stop();
  });
});

describe('a destination without a cursor', () => {
  test('begins at the first entry with `from: start`', async () => {
    const world = senderWorld({ batchSize: 1 });
    for (let nth = 0; nth < 3; nth += 1) world.append('one');
    const sender = world.start();
    await world.live(5_000);
    await sender.stop();
    expectWhole(world.received, 3);
    expect(world.notes).toStrictEqual([]);
  });

  test('begins behind what is there with `from: now`, and with the entry that says so', async () => {
    const world = senderWorld({ from: 'now', batchSize: 1 });
    for (let nth = 0; nth < 3; nth += 1) world.append('one');
    const sender = world.start();
    await settle();
    world.append('one');
    await world.live(5_000);
    await sender.stop();
    expect(world.notes).toMatchObject([{ status: 'skipped', from: 0, to: 3 }]);
    expect(world.lines[3]).toMatchObject({ producer: 'writ' });
    expect(world.received.map(({ index }) => index)).toStrictEqual([3, 4]);
  });

  test('that had one, which somebody took away, leaves nothing out unsaid', async () => {
    const world = senderWorld({ from: 'now', batchSize: 1 });
    const sender = world.start();
    await settle();
    await world.live(2_000, () => world.append('one'));
    await sender.stop();
    expect(world.notes).toStrictEqual([]);
    world.answer = unavailable;
    for (let nth = 0; nth < 5; nth += 1) world.append('one');
    rmSync(world.file);
    const size = world.lines.length;
    const next = world.start();
    await world.live(2_000);
    await next.stop();
    expect(world.notes).toMatchObject([{ status: 'skipped', from: 0, to: size }]);
  });

  test('begins nowhere while the log takes no entry', async () => {
    const world = senderWorld({ from: 'now', batchSize: 1 });
    world.append('one');
    const sender = world.start([{ step: 'note/before', action: 'fail', times: 3 }]);
    await world.live(500);
    expect(existsSync(world.file)).toBe(false);
    await world.live(MINUTE);
    await sender.stop();
    expect(world.received.map(({ index }) => index)).toStrictEqual([1]);
  });
});

test('an entry that cannot be read stops there, and the log says that the destination is behind', async () => {
  const world = senderWorld();
  for (let nth = 0; nth < 5; nth += 1) world.append('one');
  const [, , line] = world.lines;
  if (line !== undefined) world.lines[2] = { ...line, isCorrupt: true };
  const sender = world.start();
  await world.live(HOUR);
  expect(sender.state()).toMatchObject({ next: 2, lagEntries: 4, error: { code: 'log.corrupt' } });
  await sender.stop();
  expectWhole(world.received, 2);
  expect(world.notes).toMatchObject([{ status: 'behind', from: 2 }]);
});

describe('what is erased while it waits', () => {
  const erase = (world: ReturnType<typeof senderWorld>, index: number): void => {
    const line = world.lines[index];
    if (line !== undefined) world.lines[index] = { ...line, isErased: true };
  };

  test('for a destination that is down is not sent when it is back', async () => {
    const world = senderWorld({ batchSize: 3 });
    world.answer = unavailable;
    for (let nth = 0; nth < 3; nth += 1) world.append('one');
    const sender = world.start();
    await world.live(MINUTE);
    expect(world.attempts).toBeGreaterThan(1);
    erase(world, 1);
    world.answer = (events) => events.length;
    await world.live(10 * MINUTE);
    await sender.stop();
    expect(world.received.map(({ text }) => text)).toStrictEqual(['one 0', 'erased', 'one 2']);
  });

  test('for others to be sent with is not sent with them', async () => {
    const world = senderWorld();
    const sender = world.start();
    world.append('one');
    await world.live(20_000);
    erase(world, 0);
    await world.live(20_000);
    await sender.stop();
    expect(world.received.map(({ text }) => text)).toStrictEqual(['erased']);
  });

  test('behind a part that was taken is not sent with the rest', async () => {
    const world = senderWorld({ batchSize: 3 });
    world.answer = () => {
      erase(world, 1);
      world.answer = (events) => events.length;
      return 2;
    };
    world.append('one');
    world.append('one', 2);
    world.append('one');
    const sender = world.start();
    await world.live(MINUTE);
    await sender.stop();
    expect(world.received.map(({ uid, text }) => `${uid} ${text}`)).toStrictEqual([
      'example.org/log#0 one 0',
      'example.org/log#1 one 1',
      'example.org/log#1/2 erased',
      'example.org/log#2 one 2',
    ]);
  });
});
