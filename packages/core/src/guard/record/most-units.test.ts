import fc from 'fast-check';
import { expect, test } from 'vitest';
import { canonicalJson, type JsonValue } from '../../kernel/index.ts';
import { mostUnits } from './most-units.ts';

const { json } = fc.letrec<{ json: JsonValue }>((tie) => ({
  json: fc.oneof(
    { maxDepth: 4 },
    fc.constantFrom<JsonValue>(null, true, false, '', -2.2250738585072014e-308),
    fc
      .double({ noNaN: true, noDefaultInfinity: true })
      .filter((one) => !Number.isInteger(one) || Number.isSafeInteger(one)),
    fc.string({ unit: fc.constantFrom('\u0001', '"', 'a', 'é', '🤖') }),
    fc.array(tie('json'), { maxLength: 5 }),
    fc.dictionary(fc.string({ unit: fc.constantFrom('\u0001', 'k') }), tie('json'), { maxKeys: 5 }),
  ),
}));

test('no canonical text is longer', () => {
  fc.assert(
    fc.property(json, (value) => {
      expect(mostUnits(value, Number.POSITIVE_INFINITY)).toBeGreaterThanOrEqual(canonicalJson(value).length);
    }),
    { numRuns: 1_000 },
  );
});

test('what it says is within a bound is, and what is past one is said to be', () => {
  fc.assert(
    fc.property(json, fc.nat(200), (value, bound) => {
      const whole = mostUnits(value, Number.POSITIVE_INFINITY);
      expect(mostUnits(value, bound) <= bound).toBe(whole <= bound);
    }),
    { numRuns: 1_000 },
  );
});
