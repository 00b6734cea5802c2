import { settableClock } from '@writ/core/testing';
import { expect, test } from 'vitest';
import { faultMemory, RECENT_MS, type TroubleParts, troublesOf } from './troubles.ts';

const memory = (isRecent: boolean) => ({ note: () => undefined, isRecent: () => isRecent });
const FINE: TroubleParts = {
  isLogFailing: () => false,
  publishing: memory(false),
  witnessing: memory(false),
  unwitnessedSeconds: () => undefined,
  retention: () => ({ status: 'running', ranAt: 0 }),
  destinations: () =>
    new Map([
      ['a', { phase: 'standby' }],
      ['b', { phase: 'retrying', isBehind: false, sent: 0, failures: 1 }],
    ]),
};

test.each<[string, Partial<TroubleParts>, readonly unknown[]]>([
  ['that is well says nothing', {}, []],
  ['whose log takes nothing says so', { isLogFailing: () => true }, [{ kind: 'log' }]],
  ['that cannot publish says so', { publishing: memory(true) }, [{ kind: 'publish' }]],
  [
    'that has too few witnesses says so',
    { witnessing: memory(true), unwitnessedSeconds: () => 400 },
    [{ kind: 'witness' }],
  ],
  [
    'one of whose witnesses fails, while enough cosign, says nothing',
    { witnessing: memory(true), unwitnessedSeconds: () => 20 },
    [],
  ],
  ['that wrote nothing for witnesses says nothing', { unwitnessedSeconds: () => 4_000 }, []],
  [
    'whose retention fails says so',
    { retention: () => ({ status: 'failing', ranAt: 0, problem: 'secret words' }) },
    [{ kind: 'retention' }],
  ],
  [
    'whose retention is late says so',
    { retention: () => ({ status: 'late', ranAt: 0 }) },
    [{ kind: 'retention' }],
  ],
  [
    'names the destinations that stopped or are behind',
    {
      destinations: () =>
        new Map([
          ['siem', { phase: 'stopped', isBehind: false, sent: 0, failures: 1 }],
          ['lake', { phase: 'retrying', isBehind: true, sent: 0, failures: 1 }],
        ]),
    },
    [
      { kind: 'export', name: 'siem' },
      { kind: 'export', name: 'lake' },
    ],
  ],
])('a node %s', (_how, parts, troubles) => {
  expect(troublesOf({ ...FINE, ...parts })).toEqual(troubles);
});

test('what failed is recent for a while, by a clock that nobody sets', () => {
  const clock = settableClock(0);
  const faults = faultMemory(clock);
  expect(faults.isRecent()).toBe(false);
  faults.note();
  expect(faults.isRecent()).toBe(true);
  clock.set(RECENT_MS);
  expect(faults.isRecent()).toBe(false);
});
