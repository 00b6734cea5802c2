import { afterEach, beforeEach, expect, test, vi } from 'vitest';

import { type Line, type LoadOptions, type LoadResult, runLoad } from './load.ts';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'performance'] });
});
afterEach(() => {
  vi.useRealTimers();
});

/** A line whose answers take `ms`, or never come. */
function answersIn(ms: number | undefined): Line {
  let isClosed = false;
  return {
    get isClosed() {
      return isClosed;
    },
    ask: (done) => {
      if (ms !== undefined) setTimeout(() => done(), ms);
    },
    close: () => {
      isClosed = true;
    },
  };
}

/** The end of a run, however it ends: a run that hangs ends in neither way. */
async function endOf(
  options: Partial<LoadOptions>,
): Promise<LoadResult | { readonly error: string } | 'it hangs'> {
  const defaults = { open: () => Promise.resolve(answersIn(1)), connections: 4, ms: 100 };
  let end: LoadResult | { readonly error: string } | 'it hangs' = 'it hangs';
  void runLoad({ ...defaults, ...options }).then(
    (result) => (end = result),
    ({ message }: Error) => (end = { error: message }),
  );
  await vi.advanceTimersByTimeAsync(120_000);
  return end;
}

test('a run at a fixed rate ends where its last answer comes before its time is over', async () => {
  // Due at 0 and 67 ms, answered at 1 and 68; the next would be due at 133.
  expect(await endOf({ ratePerSecond: 15 })).toMatchObject({
    samplesMs: [1, expect.any(Number)],
    failures: 0,
  });
});

test('as fast as it is answered, each line asks again until the time is over', async () => {
  expect(await endOf({ open: () => Promise.resolve(answersIn(10)) })).toMatchObject({ asked: 40 });
});

test('what waits for a free line is counted from the instant at which it was due', async () => {
  const end = await endOf({
    open: () => Promise.resolve(answersIn(50)),
    connections: 1,
    ms: 30,
    ratePerSecond: 100,
  });
  expect(end).toMatchObject({ samplesMs: [50, 90, 130], serviceMs: [50, 50, 50] });
});

test('samples stand in the order in which they were due, not in that of the answers', async () => {
  const delays = [35, 5, 5];
  const end = await endOf({
    open: () => Promise.resolve(answersIn(delays.shift())),
    ms: 30,
    ratePerSecond: 100,
  });
  expect(end).toMatchObject({ samplesMs: [35, 5, 5] });
});

test('what is asked before counting begins is not counted', async () => {
  expect(await endOf({ leadMs: 50, ms: 50, ratePerSecond: 100 })).toMatchObject({
    asked: 10,
    samplesMs: [1, 1, 1, 1, 1],
  });
});

test.each([
  ['at a fixed rate', { ratePerSecond: 100 }],
  ['as fast as it is answered', {}],
])('an answer that never comes is an error, %s', async (_how, options) => {
  expect(await endOf({ ...options, open: () => Promise.resolve(answersIn(undefined)) })).toMatchObject({
    error: expect.stringMatching(/^no answer within 30000 ms \(4 asked, 4 under way, \d+ waiting\)$/),
  });
});

test('a line that never opens is an error', async () => {
  expect(await endOf({ open: () => new Promise(() => {}) })).toMatchObject({
    error: expect.stringMatching(/^no answer within/),
  });
});

test('a line that cannot be opened is an error', async () => {
  expect(await endOf({ open: () => Promise.reject(new Error('refused')) })).toMatchObject({
    error: 'refused',
  });
});

test('what falls behind without end is an error', async () => {
  const end = await endOf({
    open: () => Promise.resolve(answersIn(100)),
    connections: 1,
    ratePerSecond: 1_000,
    drainMs: 1_000,
  });
  expect(end).toMatchObject({ error: expect.stringContaining('it cannot keep up') });
});

test('a line that ends in place of an answer is a failure, and what waits goes over another', async () => {
  let isFirst = true;
  const open = (): Promise<Line> => {
    if (!isFirst) return Promise.resolve(answersIn(1));
    isFirst = false;
    let isClosed = false;
    return Promise.resolve({
      get isClosed() {
        return isClosed;
      },
      ask: (done) => {
        setTimeout(() => {
          isClosed = true;
          done('it ended');
        }, 25);
      },
      close: () => {},
    });
  };
  expect(await endOf({ open, connections: 1, ms: 50, ratePerSecond: 100 })).toMatchObject({
    asked: 5,
    failures: 1,
    problem: 'it ended',
  });
});
