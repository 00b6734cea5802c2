/** What witnesses vouch for, taken into the end of a log. */
import { expect, test } from 'vitest';
import { Frontier } from '../../proof/index.ts';
import { createTextHasher } from '../tree/index.ts';
import { type LogEnd, raiseEnd } from './sequence.ts';

function endOf(size: number): LogEnd {
  const hasher = createTextHasher();
  const frontier = new Frontier(hasher);
  for (let index = 0; index < size; index += 1) frontier.append(hasher.leafOfText(String(index)));
  return { timeFloor: 50, witnessedSize: 2, frontier };
}

test.each([
  ['more of both raises both', { size: 4, time: 60 }, [4, 60]],
  ['less changes nothing', { size: 1, time: 40 }, [2, 50]],
  ['no time leaves the floor', { size: 3, time: 0 }, [3, 50]],
  ['a size beyond the log counts as the log', { size: 9, time: 60 }, [5, 60]],
])('%s', (_what, witnessed, expected) => {
  const end = endOf(5);
  raiseEnd(end, witnessed);
  expect([end.witnessedSize, end.timeFloor]).toEqual(expected);
});
