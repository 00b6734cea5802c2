import { expect, test } from 'vitest';
import { dayOf, instantOfDay, linesOf } from './registration.ts';

test('lines are taken once, and empty ones not at all', () => {
  expect(linesOf(' mail/send \n\nbank/pay\nmail/send')).toEqual(['mail/send', 'bank/pay']);
});

test('a day ends with itself, and one that was not changed keeps its instant', () => {
  const before = Date.parse('2026-11-22T10:30:00Z');
  expect(dayOf(before)).toBe('2026-11-22');
  expect(instantOfDay('2026-11-22', before)).toBe(before);
  expect(new Date(instantOfDay('2026-11-23', before)).toISOString()).toBe('2026-11-23T23:59:59.000Z');
});
