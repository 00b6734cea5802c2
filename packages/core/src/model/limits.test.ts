import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isFault } from '../kernel/index.ts';
import {
  accountOf,
  giveBack,
  type LimitAccount,
  type LimitDeclaration,
  type LimitFact,
  type LimitUse,
  parseLimits,
  remainingOf,
  resetOf,
  take,
} from './index.ts';

const TOKENS: ReadonlySet<LimitFact> = new Set<LimitFact>(['tokens', 'cost', 'person']);

function parse(limit: object): LimitDeclaration {
  return parseLimits([limit], 'test', TOKENS)[0] as LimitDeclaration;
}

describe('a declared limit', () => {
  test('is read with its units, and kept for the principal or the session where it does not say', () => {
    expect(parse({ id: 'r', kind: 'rate', amount: 10, per: '1m', burst: 20 })).toStrictEqual({
      id: 'r',
      kind: 'rate',
      measure: 'calls',
      key: ['principal'],
      actions: ['tools/call'],
      amount: 10,
      burst: 20,
      perMs: 60_000,
    });
    expect(parse({ id: 't', kind: 'tokens', per_call: 4_000, amount: '100000' })).toStrictEqual({
      id: 't',
      kind: 'tokens',
      measure: 'tokens',
      key: ['session'],
      actions: ['tools/call'],
      amount: 100_000,
      perCall: 4_000,
    });
  });

  test.each([
    ['12.50', 12_500_000],
    [0.1, 100_000],
    ['0.000001', 1],
    [3, 3_000_000],
  ])('of money is exact: %s', (amount, micros) => {
    expect(parse({ id: 'b', kind: 'budget', amount }).amount).toBe(micros);
  });

  test.each<[string, object, string]>([
    ['an amount that is no number', { kind: 'rate', amount: 'ten', per: '1m' }, '[0].amount'],
    ['a negative amount', { kind: 'rate', amount: -1, per: '1m' }, '[0].amount'],
    ['half a call', { kind: 'quota', amount: 1.5, per: '1m' }, '[0].amount'],
    ['money finer than a millionth', { kind: 'budget', amount: '0.0000001' }, '[0].amount'],
    ['an amount that is not exact', { kind: 'budget', amount: '999999999999999' }, '[0].amount'],
    ['infinity', { kind: 'rate', amount: Infinity, per: '1m' }, '[0].amount'],
    ['no amount', { kind: 'rate', per: '1m' }, '[0].amount'],
    ['a rate in no time', { kind: 'rate', amount: 1 }, '[0].per'],
    ['a rate in zero time', { kind: 'rate', amount: 1, per: 0 }, '[0].per'],
    ['a time nobody knows', { kind: 'rate', amount: 1, per: '1 fortnight' }, '[0].per'],
    ['a rate finer than can be counted', { kind: 'rate', amount: 999_999_937, per: '9w' }, '[0].per'],
    ['a field nobody knows', { kind: 'rate', amount: 1, per: '1m', limit: 1 }, '[0].limit'],
    ['a kind nobody knows', { kind: 'speed', amount: 1 }, '[0].kind'],
    ['a key nobody knows', { kind: 'calls', amount: 1, key: ['ip'] }, '[0].key[0]'],
    ['a path outside the context', { kind: 'calls', amount: 1, key: ['context.secret'] }, '[0].key[0]'],
    ['a key twice', { kind: 'calls', amount: 1, key: ['tool', 'tool'] }, '[0].key'],
    ['a burst of something else', { kind: 'quota', amount: 1, per: '1m', burst: 2 }, '[0].burst'],
    ['several calls in one', { kind: 'calls', amount: 9, per_call: 2 }, '[0].per_call'],
    ['a reserve of nothing', { kind: 'tokens', amount: 9, reserve: 0 }, '[0].reserve'],
    ['a reserve above the call', { kind: 'tokens', amount: 9, per_call: 2, reserve: 3 }, '[0].reserve'],
    ['nothing at all', { kind: 'tokens' }, '[0].amount'],
    ['a measure of another kind', { kind: 'budget', amount: 1, measure: 'calls' }, '[0].measure'],
    ['no action', { kind: 'calls', amount: 1, actions: [] }, '[0].actions'],
  ])('with %s is refused, and named', (_what, limit, path) => {
    const load = (): unknown => parse({ id: 'x', ...limit });
    expect(load).toThrow(expect.objectContaining({ code: 'policy.limit' }));
    try {
      load();
    } catch (fault) {
      expect(isFault(fault) && [fault.data['path'], fault.message.startsWith('test at ')]).toStrictEqual([
        path,
        true,
      ]);
    }
  });

  test.each<[string, object, string]>([
    ['tokens that nothing counts', { kind: 'tokens', per_call: 1 }, 'tokens'],
    ['a cost that nothing counts', { kind: 'budget', amount: 1 }, 'cost'],
    ['a person where nobody acts for one', { kind: 'calls', amount: 1, key: ['person'] }, 'person'],
    [
      'a purpose that no face names',
      { kind: 'calls', amount: 1, key: ['context.purpose'] },
      'context.purpose',
    ],
  ])('on %s is refused', (_what, limit, fact) => {
    expect(() => parseLimits([{ id: 'x', ...limit }], 'test')).toThrow(
      `test at \`[0]\`: limit \`x\` is on \`${fact}\`, which no configured face supplies`,
    );
    expect(
      parseLimits([{ id: 'x', ...limit }], 'test', new Set<LimitFact>([fact as LimitFact])),
    ).toHaveLength(1);
  });

  test.each([['{}'], ['null'], ['"10/m"'], ['[1]'], ['[{"id":"a b","kind":"rate","amount":1,"per":1}]']])(
    'that is none is refused: %s',
    (text) => {
      expect(() => parseLimits(JSON.parse(text), 'test')).toThrow(
        expect.objectContaining({ code: 'policy.limit' }),
      );
    },
  );

  test('declared twice is refused', () => {
    const one = { id: 'a', kind: 'calls', amount: 1 };
    expect(() => parseLimits([one, one], 'test')).toThrow('declared twice');
  });
});

describe('a token bucket', () => {
  const bucket = accountOf(parse({ id: 'r', kind: 'rate', amount: 3, per: '1s', burst: 5 })) as LimitAccount;

  test('refills by its rate up to its burst and tells when', () => {
    const emptied = take(bucket, undefined, 10_000, 5);
    expect(remainingOf(bucket, emptied, 10_000)).toBe(0);
    expect(remainingOf(bucket, emptied, 10_333)).toBe(0);
    expect(remainingOf(bucket, emptied, 10_334)).toBe(1);
    expect(resetOf(bucket, emptied, 10_000, 1)).toBe(10_334);
    expect(remainingOf(bucket, emptied, 99_000)).toBe(5);
  });

  test('gives nothing when the clock goes back', () => {
    const emptied = take(bucket, undefined, 10_000, 5);
    expect(remainingOf(bucket, emptied, 0)).toBe(0);
    const again = take(bucket, emptied, 0, 0);
    expect(remainingOf(bucket, again, 10_334)).toBe(1);
  });
});

const ACCOUNTS: readonly LimitAccount[] = [
  { type: 'bucket', capacity: 7, refill: 3, perMs: 10 },
  { type: 'window', capacity: 7, windowMs: 50 },
  { type: 'total', capacity: 7 },
  { type: 'total', capacity: 7, idleMs: 40 },
  { type: 'held', capacity: 7 },
];

describe.each(ACCOUNTS)('an account: $type', (account) => {
  const steps = fc.array(
    fc.record({ later: fc.integer({ min: -20, max: 60 }), amount: fc.integer({ min: 1, max: 4 }) }),
    { maxLength: 60 },
  );

  test('never has less than nothing or more than all, and lends only what is left', () => {
    fc.assert(
      fc.property(steps, (sequence) => {
        let use: LimitUse | undefined;
        let now = 1_000;
        for (const { later, amount } of sequence) {
          now += later;
          const left = remainingOf(account, use, now);
          expect(left).toBeGreaterThanOrEqual(0);
          expect(left).toBeLessThanOrEqual(account.capacity);
          if (left < amount) continue;
          use = take(account, use, now, amount);
          expect(remainingOf(account, use, now)).toBe(left - amount);
        }
      }),
    );
  });

  test('given back, leaves no more than had it never been taken', () => {
    fc.assert(
      fc.property(steps, fc.nat({ max: 100 }), fc.integer({ min: 1, max: 4 }), (sequence, wait, amount) => {
        const start = 1_000;
        let [use, without] = [take(account, undefined, start, amount), undefined as LimitUse | undefined];
        let now = start;
        for (const { later, amount: other } of sequence) {
          now += Math.max(0, later);
          if (remainingOf(account, use, now) < other) continue;
          use = take(account, use, now, other);
          without = take(account, without, now, other);
        }
        now += wait;
        const at = account.type === 'window' ? start - (start % account.windowMs) : start;
        const returned = giveBack(account, use, { amount, at, now });
        expect(remainingOf(account, returned, now)).toBeLessThanOrEqual(remainingOf(account, without, now));
        expect(remainingOf(account, returned, now)).toBeGreaterThanOrEqual(remainingOf(account, use, now));
      }),
    );
  });
});
