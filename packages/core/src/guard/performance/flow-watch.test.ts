/** What flows ends where it cannot be seen whether it may go on. */
import { expect, test } from 'vitest';
import type { StateReader } from '../../model/index.ts';
import { fakeClock, fakeTimers } from '../../testing/index.ts';
import { createFlowWatch } from './flow-watch.ts';

function watched(stands: () => boolean) {
  const timers = fakeTimers(fakeClock());
  const watch = createFlowWatch({} as StateReader, timers);
  const ended: unknown[] = [];
  const leave = watch.watch({ stands, abort: (reason) => ended.push(reason) });
  return { ended, leave, watch, second: () => timers.advance(1_000) };
}

test('what cannot be read ends it, once', () => {
  const here = watched(() => {
    throw new Error('no disk');
  });
  here.second();
  here.second();
  expect(here.ended).toMatchObject([{ code: 'guard.aborted', data: { code: 'log.unavailable' } }]);
});

test('what has ended by itself, and what a closed guard held, is looked at no more', () => {
  let looks = 0;
  const stands = (): boolean => {
    looks += 1;
    return true;
  };
  const [left, closed] = [watched(stands), watched(stands)];
  left.second();
  left.leave();
  left.second();
  closed.watch.close();
  closed.second();
  expect(looks).toBe(1);
});
