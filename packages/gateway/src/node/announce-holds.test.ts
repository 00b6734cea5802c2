/** Somebody hears that something waits. */
import type { Guard, InterceptedAction } from '@writ/core';
import { expect, test } from 'vitest';
import { announceHolds } from './announce-holds.ts';

test('a call that begins to wait is told to the operator with what to run, and to its own client as ever', async () => {
  const lines: string[] = [];
  const heard: string[] = [];
  const hold = { reference: 'example.org/log#7', expires: Date.UTC(2026, 0, 1) };
  const inner = {
    enforce: (action: InterceptedAction) => {
      action.onWaiting?.(hold);
      return Promise.resolve({ verdict: 'step_up' });
    },
  } as unknown as Guard;
  const guard = announceHolds(inner, (line) => lines.push(line));
  const action = { onWaiting: ({ reference }: typeof hold) => void heard.push(reference) };
  await guard.enforce(action as unknown as InterceptedAction, () => Promise.resolve({}));
  expect(lines).toEqual([
    'example.org/log#7 waits for a person until 2026-01-01T00:00:00.000Z: `writ approvals show 7`',
  ]);
  expect(heard).toEqual(['example.org/log#7']);
});
