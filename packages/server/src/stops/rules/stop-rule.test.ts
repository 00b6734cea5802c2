// Which rules hold of what was counted.
import { expect, test } from 'vitest';
import { countsSince, judgeRules, type StopRule } from './stop-rule.ts';

const RULE: StopRule = {
  name: 'drift',
  measure: 'denials',
  share: 0.5,
  least: 10,
  reason: 'behavioural_drift',
  status: 'on',
};
const counts = (decisions: number, denials: number, errors = 0) => [
  { node: 'n', decisions, denials, errors },
];

test.each<[string, Partial<StopRule>, number, number, number, number]>([
  ['at its share', {}, 10, 5, 0, 1],
  ['below its share', {}, 10, 4, 0, 0],
  ['below what is enough to judge', {}, 9, 9, 0, 0],
  ['when it is off', { status: 'off' }, 10, 10, 0, 0],
  ['of errors, by errors alone', { measure: 'errors' }, 10, 10, 0, 0],
  ['of errors', { measure: 'errors' }, 10, 0, 6, 1],
  ['of a rate', { measure: 'decisions', share: 1, least: 100 }, 100, 0, 0, 1],
  ['below a rate', { measure: 'decisions', share: 1, least: 100 }, 99, 0, 0, 0],
])('a rule %s', (_when, change, decisions, denials, errors, holds) => {
  expect(judgeRules([{ ...RULE, ...change }], counts(decisions, denials, errors))).toHaveLength(holds);
});

test('what is counted begins anew with a process, and needs two words of a node', () => {
  const word = (since: number, decisions: number) => ({ since, decisions, denials: 0, errors: 0 });
  const before = new Map([
    ['same', word(1, 100)],
    ['anew', word(1, 100)],
  ]);
  const after = new Map([
    ['same', word(1, 130)],
    ['anew', word(2, 20)],
    ['new', word(1, 500)],
  ]);
  expect(countsSince(before, after).map(({ node, decisions }) => [node, decisions])).toEqual([
    ['same', 30],
    ['anew', 20],
  ]);
});
