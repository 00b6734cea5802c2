import { expect, test } from 'vitest';
import { createTroubles } from './troubles.ts';

test('what fails each second is told when it begins, when it changes, once a minute, and when it is over', () => {
  const told: unknown[] = [];
  let now = 0;
  const troubles = createTroubles(
    (level, event, fields) => told.push([level, event, fields]),
    () => now,
  );
  const fail = (message: string): void => troubles.failed('error', 'task.failed', { code: 'X', message });
  troubles.over('task.recovered');
  for (; now < 70_000; now += 1_000) fail('full');
  fail('gone');
  troubles.over('task.recovered', { task: 'prune' });
  troubles.over('task.recovered', { task: 'prune' });
  fail('gone');
  expect(told).toEqual([
    ['error', 'task.failed', { code: 'X', message: 'full' }],
    ['error', 'task.failed', { code: 'X', message: 'full', times: 60 }],
    ['error', 'task.failed', { code: 'X', message: 'gone', times: 10 }],
    ['info', 'task.recovered', { task: 'prune' }],
    ['error', 'task.failed', { code: 'X', message: 'gone' }],
  ]);
});
