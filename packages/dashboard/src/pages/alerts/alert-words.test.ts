// Alerts in order, in words, and with a place to look.
import { expect, test } from 'vitest';
import { asLine, placeOf, recordOf } from './alert-words.ts';
import { type Alert, byUrgency } from './queries.ts';

const alert = (id: string, severity: Alert['severity'], raised: number): Alert => ({
  id,
  severity,
  raised,
  source: 'node',
  key: id,
  text: 'x',
  status: 'open',
});

test('what is most urgent stands first, and the newest of what is as urgent', () => {
  const rows = [
    alert('1', 'low', 9),
    alert('2', 'critical', 1),
    alert('3', 'high', 5),
    alert('4', 'critical', 2),
    alert('5', 'info', 99),
  ];
  expect(rows.toSorted(byUrgency).map(({ id }) => id)).toEqual(['4', '2', '3', '1', '5']);
});

test('leads to what it is about', () => {
  expect(placeOf({ source: 'node', node: 'n' })).toMatchObject({ to: '/fleet', search: { open: 'n' } });
  expect(placeOf({ source: 'rollout' })).toMatchObject({ to: '/policies' });
  expect(placeOf({ source: 'person' })).toBeUndefined();
  expect(recordOf({ node: 'n' })).toEqual({ node: 'n' });
  expect(recordOf({})).toBeUndefined();
});

test('words of several lines become one', () => {
  expect(asLine(' restarted\nit\t\u0007 now ')).toBe('restarted it now');
});
