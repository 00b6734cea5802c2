import { getEventListeners } from 'node:events';
import { expect, test } from 'vitest';
import { guardWorld, toolCall } from '../../testing/index.ts';
import { joinSignals } from './joined-signal.ts';

test('the first of the signals that aborts gives its reason', () => {
  const [first, second] = [new AbortController(), new AbortController()];
  const joined = joinSignals([first.signal, second.signal]);
  second.abort('second');
  first.abort('first');
  expect(joined.signal.reason).toBe('second');
});

test('a signal that is aborted already aborts at once', () => {
  const joined = joinSignals([AbortSignal.abort('before')]);
  expect(joined.signal.reason).toBe('before');
});

test('it aborts when told, and keeps the first reason', () => {
  const source = new AbortController();
  const joined = joinSignals([source.signal]);
  joined.abort('told');
  source.abort('source');
  expect(joined.signal.reason).toBe('told');
});

test.each(['source', 'joined'] as const)(
  'who asked is told the reason of the %s once, after the listeners',
  (which) => {
    const source = new AbortController();
    const told: unknown[] = [];
    const joined = joinSignals([source.signal], (reason) => told.push(reason));
    joined.signal.addEventListener('abort', () => told.push('listener'));
    ({ source, joined })[which].abort('why');
    joined.abort('again');
    source.abort('again');
    expect(told).toEqual(['listener', 'why']);
  },
);

test('who asked is told at once of a signal that is aborted already', () => {
  const told: unknown[] = [];
  joinSignals([AbortSignal.abort('before')], (reason) => told.push(reason));
  expect(told).toEqual(['before']);
});

test('released, it follows nothing and leaves nothing behind', () => {
  const source = new AbortController();
  const joined = joinSignals([source.signal]);
  joined.release();
  source.abort('late');
  expect(joined.signal.aborted).toBe(false);
  expect(getEventListeners(source.signal, 'abort')).toEqual([]);
});

test.each([
  ['performed', async () => ({ ok: true })],
  ['failed', () => Promise.reject(new Error('broken'))],
] as const)('an action that %s leaves nothing on the signal of its caller', async (_outcome, perform) => {
  const { guard } = await guardWorld({
    policies: '@id("all") permit(principal, action in Action::"tools/call", resource);',
  });
  const caller = new AbortController();
  let during = 0;
  await guard.enforce(toolCall('files/read', {}, { signal: caller.signal }), () => {
    during = getEventListeners(caller.signal, 'abort').length;
    return perform();
  });
  expect(during).toBeGreaterThan(0);
  expect(getEventListeners(caller.signal, 'abort')).toEqual([]);
});
