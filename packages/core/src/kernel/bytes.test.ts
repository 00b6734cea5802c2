import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  concatBytes,
  equalBytes,
  fromBase64,
  fromHex,
  fromUtf8,
  isFault,
  toBase64,
  toHex,
  utf8,
} from './index.ts';

const bytes = fc.uint8Array({ maxLength: 80 });

function isRefused(read: () => unknown): boolean {
  try {
    read();
  } catch (thrown) {
    return isFault(thrown, 'bytes.encoding');
  }
  return false;
}

describe('base64', () => {
  test.each([
    ['', ''],
    ['f', 'Zg=='],
    ['fo', 'Zm8='],
    ['foo', 'Zm9v'],
    ['foob', 'Zm9vYg=='],
    ['fooba', 'Zm9vYmE='],
    ['foobar', 'Zm9vYmFy'],
  ])('of `%s` is as in RFC 4648 §10', (text, encoded) => {
    expect(toBase64(utf8(text))).toBe(encoded);
    expect(fromUtf8(fromBase64(encoded))).toBe(text);
  });

  test('reads back as the bytes that were written, and agrees with Node', () => {
    fc.assert(
      fc.property(bytes, (value) => {
        expect(fromBase64(toBase64(value))).toStrictEqual(value);
        expect(toBase64(value)).toBe(Buffer.from(value).toString('base64'));
      }),
    );
  });

  test.each([
    ['no padding', 'Zg'],
    ['too little padding', 'Zg='],
    ['too much padding', 'Zm9v===='],
    ['padding alone', '===='],
    ['padding inside', 'Zg==Zm9v'],
    ['stray bits in the last of two characters', 'Zh=='],
    ['stray bits in the last of three characters', 'Zm9='],
    ['the URL alphabet', '-_-_'],
    ['a space', 'Zm 9'],
    ['a line feed at the end', 'Zm9v\n'],
    ['a character beyond ASCII', 'Zm9\u00e4'],
  ])('with %s is refused', (_why, text) => {
    expect(isRefused(() => fromBase64(text))).toBe(true);
  });

  test('has one text for one array: what is read is written the same', () => {
    const nearly = fc.string({ unit: fc.constantFrom('A', 'Q', 'g', 'w', '/', '+', '='), maxLength: 12 });
    fc.assert(
      fc.property(nearly, (text) => {
        expect(isRefused(() => fromBase64(text)) || toBase64(fromBase64(text)) === text).toBe(true);
      }),
    );
  });
});

describe('hexadecimal', () => {
  test('reads back as the bytes that were written, in either case', () => {
    fc.assert(
      fc.property(bytes, (value) => {
        expect(toHex(value)).toBe(Buffer.from(value).toString('hex'));
        expect(fromHex(toHex(value))).toStrictEqual(value);
        expect(fromHex(toHex(value).toUpperCase())).toStrictEqual(value);
      }),
    );
  });

  test.each([
    ['an odd number of digits', 'abc'],
    ['another letter', '0g'],
    ['a prefix', '0x01'],
    ['a space', ' 1'],
    ['a sign', '+1'],
    ['a line feed at the end', '01ab\n'],
    ['digits of another script', '\u0661\u0662'],
  ])('with %s is refused', (_why, text) => {
    expect(isRefused(() => fromHex(text))).toBe(true);
  });
});

describe('UTF-8', () => {
  test('reads back as the text that was written, a byte order mark included', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(fromUtf8(utf8(text))).toBe(text);
      }),
    );
    expect(fromUtf8(Uint8Array.of(0xef, 0xbb, 0xbf, 0x61))).toBe('\ufeffa');
  });

  test.each([
    ['a byte of no character', [0xff]],
    ['a character cut short', [0xe2, 0x82]],
    ['a byte that continues nothing', [0x61, 0x80]],
    ['a longer form than needed', [0xc0, 0xaf]],
    ['an encoded surrogate', [0xed, 0xa0, 0x80]],
    ['a character beyond Unicode', [0xf4, 0x90, 0x80, 0x80]],
  ])('with %s is refused, never replaced', (_why, values) => {
    expect(isRefused(() => fromUtf8(Uint8Array.from(values)))).toBe(true);
  });
});

describe('arrays of bytes', () => {
  test('joined are their parts in order', () => {
    fc.assert(
      fc.property(fc.array(bytes, { maxLength: 5 }), (parts) => {
        expect([...concatBytes(...parts)]).toStrictEqual(parts.flatMap((part) => [...part]));
      }),
    );
  });

  test('are equal exactly where every byte is', () => {
    fc.assert(
      fc.property(bytes, bytes, fc.nat(), fc.integer({ min: 1, max: 255 }), (left, right, at, change) => {
        expect(equalBytes(left, right)).toBe(toHex(left) === toHex(right));
        expect(equalBytes(left, Uint8Array.from(left))).toBe(true);
        if (left.length === 0) return;
        const changed = Uint8Array.from(left);
        changed[at % left.length]! ^= change;
        expect(equalBytes(left, changed)).toBe(false);
      }),
    );
  });
});
