import fc from 'fast-check';
import { expect, test } from 'vitest';
import { afterByte, BETWEEN, MALFORMED, type Utf8State } from './utf8-state.ts';

const DECODER = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function isText(bytes: Uint8Array): boolean {
  try {
    DECODER.decode(bytes);
    return true;
  } catch {
    return false;
  }
}

function endOf(bytes: Iterable<number>): Utf8State {
  let state = BETWEEN;
  for (const byte of bytes) {
    state = afterByte(state, byte);
    if (state === MALFORMED) return MALFORMED;
  }
  return state;
}

/** The bytes at which a bound lies, besides any. */
const BYTE = fc.oneof(
  fc.constantFrom(0x00, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0, 0xc1, 0xc2, 0xdf, 0xe0, 0xed, 0xef),
  fc.constantFrom(0xf0, 0xf1, 0xf4, 0xf5, 0xff),
  fc.integer({ min: 0, max: 255 }),
);

test('exactly what the decoder of the platform accepts ends between two characters', () => {
  fc.assert(
    fc.property(fc.array(BYTE, { maxLength: 8 }), (bytes) => {
      expect(endOf(bytes) === BETWEEN).toBe(isText(Uint8Array.from(bytes)));
    }),
    { numRuns: 5_000 },
  );
});

test('every character is let through, and none is left before its last byte', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }), (character) => {
      const bytes = new TextEncoder().encode(character);
      expect(endOf(bytes)).toBe(BETWEEN);
      for (let length = 1; length < bytes.length; length += 1)
        expect([BETWEEN, MALFORMED]).not.toContain(endOf(bytes.subarray(0, length)));
    }),
  );
});

test('every pair of bytes is judged as the decoder judges it', () => {
  for (let first = 0; first < 256; first += 1)
    for (let second = 0; second < 256; second += 1)
      if ((endOf([first, second]) === BETWEEN) !== isText(Uint8Array.of(first, second)))
        expect.fail(`0x${first.toString(16)} 0x${second.toString(16)}`);
});
