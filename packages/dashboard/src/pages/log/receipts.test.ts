// What an address asks the log for.
import { expect, test } from 'vitest';
import { instantOf, instantText } from '../../receipts/index.ts';
import { askedOf, whatOf } from './receipts.ts';

test('words of the address become the query; what opens a panel is none', () => {
  expect(
    askedOf({ agent: 'bot', verdict: 'deny', open: 'X', tab: 'checkpoints', from: '2026-11-22T11:30' }),
  ).toEqual({
    agent: 'bot',
    verdict: 'deny',
    from: Date.UTC(2026, 10, 22, 11, 30),
  });
});

test.each([
  ['2026-11-22T11:30', Date.UTC(2026, 10, 22, 11, 30)],
  ['2026-11-22T11:30:05', Date.UTC(2026, 10, 22, 11, 30, 5)],
  ['2026-11-22T11:30:05.25', Date.UTC(2026, 10, 22, 11, 30, 5, 250)],
  ['2026-13-22T11:30', undefined],
  ['1900-01-01T00:00', undefined],
  ['yesterday', undefined],
  ['2026-11-22T11:30+02:00', undefined],
  [undefined, undefined],
])('%s is an instant in UTC, or nothing', (text, at) => {
  expect(instantOf(text)).toBe(at);
});

test.each([0, 1_790_000_000_000, 1_790_000_005_000, 1_790_000_005_123])('%d comes back as it was', (at) => {
  expect(instantOf(instantText(at))).toBe(at);
});

test('an outcome is told by what became of the action, anything else by its kind', () => {
  expect(whatOf({ kind: 'outcome', outcome: 'not_performed' })).toBe('not performed');
  expect(whatOf({ kind: 'kill' })).toBe('kill');
});
