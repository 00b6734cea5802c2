import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Clock, createUlid, isFault, isUlid, type Random, ulidTime } from './index.ts';

const LARGEST_TIME = 2 ** 48 - 1;
const clockAt = (time: number): Clock => ({ now: () => time, monotonicNs: () => 0n });
const filled = (byte: number): Random => ({ bytes: (length) => new Uint8Array(length).fill(byte) });
const anyRandom = fc
  .uint8Array({ minLength: 16, maxLength: 16 })
  .map((value): Random => ({ bytes: (length) => value.slice(0, length) }));

function isRefused(make: () => unknown): boolean {
  try {
    make();
  } catch (thrown) {
    return isFault(thrown, 'id.malformed');
  }
  return false;
}

describe('a ULID', () => {
  test('is well-formed and holds its time', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: LARGEST_TIME }), anyRandom, (time, random) => {
        const id = createUlid(clockAt(time), random);
        expect(isUlid(id)).toBe(true);
        expect(ulidTime(id)).toBe(time);
      }),
    );
  });

  test('of a later millisecond sorts after, whatever its random part', () => {
    const times = fc.uniqueArray(fc.integer({ min: 0, max: LARGEST_TIME }), { minLength: 2, maxLength: 2 });
    fc.assert(
      fc.property(times, anyRandom, anyRandom, ([left, right], first, second) => {
        const [earlier, later] = [Math.min(left!, right!), Math.max(left!, right!)];
        expect(createUlid(clockAt(earlier), first) < createUlid(clockAt(later), second)).toBe(true);
      }),
    );
  });

  test('goes from the smallest to the largest that 26 characters hold', () => {
    expect(createUlid(clockAt(0), filled(0))).toBe('00000000000000000000000000');
    expect(createUlid(clockAt(LARGEST_TIME), filled(255))).toBe('7ZZZZZZZZZZZZZZZZZZZZZZZZZ');
  });

  test('takes 80 bits from the random source, five from each of sixteen bytes', () => {
    const counting: Random = { bytes: (length) => Uint8Array.from({ length }, (_, at) => at) };
    expect(createUlid(clockAt(0), counting)).toBe('00000000000123456789ABCDEF');
  });

  test.each([
    ['beyond 48 bits', LARGEST_TIME + 1],
    ['before 1970', -1],
    ['with a fraction', 1.5],
    ['that is no number', Number.NaN],
    ['without end', Number.POSITIVE_INFINITY],
  ])('is not made for a time %s', (_why, time) => {
    expect(isRefused(() => createUlid(clockAt(time), filled(0)))).toBe(true);
  });

  test.each([
    ['nothing', ''],
    ['25 characters', '0'.repeat(25)],
    ['27 characters', '0'.repeat(27)],
    ['lower case', '01arz3ndektsv4rrffq69g5fav'],
    ['I, which the alphabet leaves out', '01ARZ3NDEKTSV4RRFFQ69G5FAI'],
    ['L, which the alphabet leaves out', '01ARZ3NDEKTSV4RRFFQ69G5FAL'],
    ['O, which the alphabet leaves out', '01ARZ3NDEKTSV4RRFFQ69G5FAO'],
    ['U, which the alphabet leaves out', '01ARZ3NDEKTSV4RRFFQ69G5FAU'],
    ['a time beyond 48 bits', '80000000000000000000000000'],
    ['a line feed at the end', '01ARZ3NDEKTSV4RRFFQ69G5FAV\n'],
  ])('is not %s', (_why, text) => {
    expect(isUlid(text)).toBe(false);
    expect(isRefused(() => ulidTime(text))).toBe(true);
  });
});
