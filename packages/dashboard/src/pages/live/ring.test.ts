// What the live page keeps: the newest, once each, with what became of it, within its bounds.
import { describe, expect, test } from 'vitest';
import { groupsOf, linesOf } from './arrange.ts';
import { tookSaid } from '../../durations.ts';
import { type LiveReceipt, reasonOf } from '../../receipts/index.ts';
import { BAR_MS, BARS, MOST_KEPT, Ring } from './ring.ts';

const NOW = 1_790_000_000_000;
/** Of nothing that its node disclosed. */
const sealed = (at: number): LiveReceipt => {
  const { session: _session, agent: _agent, tool: _tool, ...rest } = decision(at);
  return { ...rest, isDisclosed: false };
};
const decision = (at: number, more: Partial<LiveReceipt> = {}): LiveReceipt => ({
  id: String(at).padStart(26, '0'),
  receipt: `node#${at}`,
  node: 'N1',
  kind: 'decision',
  verdict: 'allow',
  time: NOW + at,
  isDisclosed: true,
  session: 's1',
  agent: 'billing',
  tool: 'bank/pay',
  ...more,
});
const outcome = (of: number): LiveReceipt => {
  const { verdict: _verdict, ...rest } = decision(of + 500);
  return { ...rest, kind: 'outcome', outcome: 'performed', tookUs: 1_500, decisionOf: `node#${of}` };
};
const filled = (...receipts: readonly LiveReceipt[]): Ring => {
  const ring = new Ring();
  ring.take(receipts);
  return ring;
};

describe('the ring', () => {
  test('keeps decisions once each, the newest first, however they came', () => {
    const ring = filled(decision(2), decision(1), decision(3), decision(2));
    const { decisions, taken } = ring.view(NOW);
    expect(decisions.map(({ receipt }) => receipt)).toEqual(['node#3', 'node#2', 'node#1']);
    expect(taken).toBe(3);
  });

  test.each([
    ['after its decision', [decision(1), outcome(1)]],
    ['before its decision', [outcome(1), decision(1)]],
    ['and is kept where the decision comes again, with its facts', [decision(1), outcome(1), decision(1)]],
  ])('an outcome that comes %s is shown with it', (_when, receipts) => {
    const [shown, ...others] = filled(...receipts).view(NOW).decisions;
    expect(others).toEqual([]);
    expect(shown).toMatchObject({ receipt: 'node#1', outcome: 'performed', tookUs: 1_500 });
  });

  test('facts that come later take the place of what was there', () => {
    const ring = filled(sealed(1), decision(1));
    expect(ring.view(NOW).decisions).toMatchObject([{ isDisclosed: true, agent: 'billing' }]);
  });

  test('keeps the newest five thousand, and what is older than all of them does not come in', () => {
    const ring = filled(...Array.from({ length: MOST_KEPT + 10 }, (_, at) => decision(at + 1)));
    ring.take([decision(0)]);
    const { decisions } = ring.view(NOW);
    expect(decisions).toHaveLength(MOST_KEPT);
    expect([decisions[0]?.receipt, decisions.at(-1)?.receipt]).toEqual([`node#${MOST_KEPT + 10}`, 'node#11']);
  });

  test('counts verdicts in bars of five seconds, as many as there are', () => {
    const ring = filled(
      decision(0),
      decision(1, { verdict: 'deny' }),
      decision(BAR_MS),
      decision(-BARS * BAR_MS),
    );
    const { bars } = ring.view(NOW + BAR_MS);
    expect(bars).toHaveLength(BARS);
    expect(bars.slice(-2)).toEqual([{ allow: 1, deny: 1 }, { allow: 1 }]);
    expect(bars.slice(0, -2).every((bar) => Object.keys(bar).length === 0)).toBe(true);
  });

  test('clocks of nodes that say anything do not fill it', () => {
    const ring = new Ring();
    for (let at = 0; at < 1_000; at += 1) ring.take([decision(at * BAR_MS * 100)]);
    expect(ring.view(NOW).bars).toHaveLength(BARS);
  });
});

describe('the lines', () => {
  const { decisions } = filled(
    decision(1),
    decision(2, { session: 's2', agent: 'mail', verdict: 'deny' }),
    decision(3),
    sealed(4),
  ).view(NOW);

  test('stand by session; one that began later is above, and one that goes on stays where it is', () => {
    expect(groupsOf(decisions, {}).map(({ key }) => key)).toEqual([
      'node:N1',
      'session:N1:s2',
      'session:N1:s1',
    ]);
  });

  test.each([
    [{ verdict: 'deny' }, 1],
    [{ agent: 'BILL' }, 2],
    [{ tool: 'bank/' }, 3],
    [{ session: 's1', agent: 'mail' }, 0],
    [{}, 4],
  ])('are narrowed by %j', (filters, count) => {
    expect(groupsOf(decisions, filters).flatMap((group) => group.decisions)).toHaveLength(count);
  });

  test('of a long session say how many more there are, and are whole where it is followed', () => {
    const long = filled(...Array.from({ length: 10 }, (_, at) => decision(at))).view(NOW).decisions;
    const groups = groupsOf(long, {});
    expect(linesOf(groups, false).map(({ kind }) => kind)).toEqual([
      'group',
      ...Array(6).fill('decision'),
      'more',
    ]);
    expect(linesOf(groups, false).at(-1)).toMatchObject({ count: 4 });
    expect(linesOf(groups, true)).toHaveLength(11);
  });
});

test.each([
  [{ verdict: 'deny', policies: ['pay-limit'] }, 'pay-limit'],
  [{ verdict: 'deny', code: 'guard.stopped' }, 'guard stopped'],
  [{ verdict: 'deny' }, 'no policy permits it'],
  [{ verdict: 'allow', policies: ['a', 'b', 'c', 'd'] }, 'a, b, c and 1 more'],
])('the reason of %j is said', (receipt, said) => {
  expect(reasonOf(receipt)).toBe(said);
});

test.each([
  [800, '800 µs'],
  [1_500, '1.5 ms'],
  [15_400, '15 ms'],
  [2_300_000, '2.3 s'],
])('%i microseconds are %s', (microseconds, said) => {
  expect(tookSaid(microseconds)).toBe(said);
});
