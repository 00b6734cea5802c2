import { expect, test } from 'vitest';
import type { Receipt } from './data.ts';
import { scopeAgainstUse, stopsOf } from './scope.ts';

const receipt = (more: Partial<Receipt>): Receipt => ({
  id: '01ARZ3NDEKTSV4RRFFQ69G5FAV',
  receipt: 'node#1',
  node: '01ARZ3NDEKTSV4RRFFQ69G5FAV',
  kind: 'decision',
  time: 1,
  isDisclosed: true,
  ...more,
});

test('what was used without being given comes first, and what lies unused last', () => {
  const uses = scopeAgainstUse(
    ['mail/send', 'mail/read'],
    [
      receipt({ tool: 'mail/send', verdict: 'allow', time: 1 }),
      receipt({ tool: 'mail/send', verdict: 'deny', time: 3 }),
      receipt({ tool: 'bank/pay', verdict: 'step_up', time: 2 }),
    ],
  );
  expect(uses).toEqual([
    { tool: 'bank/pay', isGiven: false, calls: 1, refused: 1, last: 2 },
    { tool: 'mail/send', isGiven: true, calls: 2, refused: 1, last: 3 },
    { tool: 'mail/read', isGiven: true, calls: 0, refused: 0 },
  ]);
});

test('an outcome is no second call, and what was not disclosed is of no tool', () => {
  const receipts = [receipt({ kind: 'outcome', tool: 'mail/send' }), receipt({ isDisclosed: false })];
  expect(scopeAgainstUse([], receipts)).toEqual([]);
});

test('an agent is held by stops of its name, its team and everything, and by no others', () => {
  const stops = [
    { scope: 'all', target: '*' },
    { scope: 'team', target: 'payments' },
    { scope: 'team', target: 'other' },
    { scope: 'agent', target: 'bot' },
    { scope: 'agent', target: 'payments' },
    { scope: 'tool', target: 'bot' },
  ];
  expect(
    stopsOf({ name: 'bot', team: 'payments' }, stops).map(({ scope, target }) => [scope, target]),
  ).toEqual([
    ['agent', 'bot'],
    ['team', 'payments'],
    ['all', '*'],
  ]);
});
