import fc from 'fast-check';
import { expect, test } from 'vitest';
import { binOf, type Bins, middleOf, quantileOf } from './bins.ts';

const TIME = fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER });

test('a time is at most 1/32 of itself away from the middle of its bin', () => {
  fc.assert(
    fc.property(fc.oneof(TIME, fc.integer({ min: 0, max: 5_000 })), (micros) => {
      expect(Math.abs(middleOf(binOf(micros)) - micros)).toBeLessThanOrEqual(micros / 32);
    }),
  );
});

test('a longer time has no lower bin', () => {
  fc.assert(
    fc.property(TIME, TIME, (one, other) => {
      const [shorter, longer] = [Math.min(one, other), Math.max(one, other)];
      expect(binOf(shorter)).toBeLessThanOrEqual(binOf(longer));
    }),
  );
});

test('a quantile is that of the times themselves, as near as their bins are', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 0, max: 10_000_000 }), { minLength: 1, maxLength: 200 }),
      fc.constantFrom(0.5, 0.9, 0.99, 1),
      (times, share) => {
        const bins: Bins = new Map();
        for (const time of times) bins.set(binOf(time), (bins.get(binOf(time)) ?? 0) + 1);
        const sorted = times.toSorted((one, other) => one - other);
        const exact = sorted[Math.ceil(share * sorted.length) - 1] ?? 0;
        expect(Math.abs((quantileOf(bins, share) ?? -1) - exact)).toBeLessThanOrEqual(exact / 32);
      },
    ),
  );
});

test('of no times there is none', () => {
  expect(quantileOf(new Map(), 0.5)).toBeUndefined();
});
