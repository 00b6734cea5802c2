import { expect, test } from 'vitest';
import { omissionsOf } from './omissions.ts';

const BOOT = '01ARZ3NDEKTSV4RRFFQ69G5FAV';
const said = { size: 10, producers: [{ boot: BOOT, counter: 9 }] };
const held = (next: number, counter?: number, evidence = 0) => ({
  next,
  producers: new Map(counter === undefined ? [] : [[BOOT, { counter, index: counter }]]),
  evidence,
});

test.each([
  ['all that was counted is held', held(10, 9), 0],
  ['entries are on their way', held(7, 6), 0],
  ['as many entries are held, and fewer of this producer', held(10, 6), 3],
  ['nothing of the producer is held', held(12), 10],
  ['more was written since', held(15, 14), 0],
])('%s', (_what, copy, entries) => {
  expect(omissionsOf(said, copy)).toEqual({ entries, evidence: 0 });
});

test('what speaks against the log is told beside', () => {
  expect(omissionsOf(said, held(3, 2, 2))).toEqual({ entries: 0, evidence: 2 });
});
