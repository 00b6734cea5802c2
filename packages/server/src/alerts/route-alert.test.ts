// Where an alert goes.
import { expect, test } from 'vitest';
import type { Severity } from './alert.ts';
import { type AlertRoute, channelsOf } from './route-alert.ts';

const route = (id: string, leastSeverity: Severity, ...teams: string[]): AlertRoute => ({
  id,
  leastSeverity,
  teams,
});
const ROUTES = [route('all', 'critical'), route('payments', 'low', 'p'), route('mail', 'medium', 'm')];

test.each<[string, Severity, string | undefined, string[]]>([
  ['to the channel of its team', 'low', 'p', ['payments']],
  ['to those of every team as well, where it is urgent enough', 'critical', 'p', ['all', 'payments']],
  ['nowhere where nobody asks for it', 'low', 'm', []],
  ['to those of every team where it is high and nobody asks for it', 'high', 'x', ['all']],
  ['to those of every team where it has none', 'critical', undefined, ['all']],
])('an alert goes %s', (_where, severity, team, channels) => {
  expect(channelsOf({ severity, ...(team === undefined ? {} : { team }) }, ROUTES)).toEqual(channels);
});

test('what is high goes somewhere as long as there is a channel', () => {
  expect(channelsOf({ severity: 'high' }, [route('mail', 'critical', 'm')])).toEqual(['mail']);
  expect(channelsOf({ severity: 'high' }, [])).toEqual([]);
});
