import { writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { cursorFile } from '../cursor/index.ts';
import { senderWorld, sourceOf } from './fixtures.ts';

const MINUTE = 60_000;

describe('a cursor that cannot be used', () => {
  test.each<readonly [string, (file: string) => void, string]>([
    ['is damaged', (file) => writeFileSync(file, '{"next":3}\n'), 'it is no cursor'],
    ['is empty', (file) => writeFileSync(file, ''), 'cannot be used'],
    [
      'is of another log',
      (file) => cursorFile(file).save({ origin: 'other', next: 2, leaf: '0'.repeat(64), isBehind: false }),
      '`other`',
    ],
    [
      'is ahead of the log, as after a restore',
      (file) =>
        cursorFile(file).save({
          origin: 'example.org/log',
          next: 9,
          leaf: '0'.repeat(64),
          isBehind: false,
        }),
      'it is at 9 and the log has 5 entries',
    ],
    [
      'is of another history under the same origin',
      (file) =>
        cursorFile(file).save({
          origin: 'example.org/log',
          next: 2,
          leaf: 'f'.repeat(64),
          isBehind: false,
        }),
      'entry 1 is not the one that was sent',
    ],
  ])('%s: nothing is sent, and it says so', async (_why, damage, text) => {
    const world = senderWorld({ batchSize: 1 });
    for (let nth = 0; nth < 5; nth += 1) world.append('one');
    damage(world.file);
    const sender = world.start();
    await world.live(MINUTE);
    expect(world.received).toStrictEqual([]);
    await expect(sender.run).rejects.toMatchObject({
      code: 'export.cursor',
      message: expect.stringContaining(text),
    });
  });
});

test('a disk that is full for the cursor holds the next batch back, and nothing is lost or doubled', async () => {
  const world = senderWorld({ batchSize: 5, from: 'start' });
  for (let nth = 0; nth < 20; nth += 1) world.append('one');
  const sender = world.start([{ step: 'cursor/before-write', action: 'fail', after: 2, times: 5 }]);
  await world.live(2_000, () => {}, 100);
  expect(world.received).toHaveLength(10);
  expect(sender.state()).toMatchObject({ phase: 'retrying', error: { code: 'io.failed' } });
  await world.live(10 * MINUTE);
  expect(world.received.map(({ index }) => index)).toStrictEqual(
    Array.from({ length: 20 }, (_, index) => index),
  );
  expect(cursorFile(world.file).load()?.next).toBe(20);
  await sender.stop();
});

test('the cursor holds the leaf of what was sent last', async () => {
  const world = senderWorld({ batchSize: 1 });
  for (let nth = 0; nth < 3; nth += 1) world.append('one');
  const sender = world.start();
  await world.live(5_000);
  await sender.stop();
  expect(cursorFile(world.file).load()).toMatchObject({ next: 3, leaf: sourceOf(world.lines).leaf(2) });
});
