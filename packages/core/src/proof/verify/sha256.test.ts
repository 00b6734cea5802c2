import fc from 'fast-check';
import { expect, test } from 'vitest';
import { toHex, utf8 } from '../../kernel/index.ts';
import { sha256 } from '../../kernel/crypto/index.ts';
import { plainSha256 } from './sha256.ts';

test.each([
  ['', 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'],
  ['abc', 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'],
  [
    'abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq',
    '248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1',
  ],
])('SHA-256 of `%s` is that of FIPS 180-4', (text, digest) => {
  expect(toHex(plainSha256(utf8(text)))).toBe(digest);
});

test('of any bytes it is that of the platform', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
      expect(toHex(plainSha256(bytes))).toBe(toHex(sha256(bytes)));
    }),
  );
  for (let length = 0; length < 200; length += 1) {
    const bytes = new Uint8Array(length).fill(length);
    expect(toHex(plainSha256(bytes)), String(length)).toBe(toHex(sha256(bytes)));
  }
});
