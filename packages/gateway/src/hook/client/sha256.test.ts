/** Our SHA-256 and HMAC beside those of Node. */
import { createHash, createHmac } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { hmac, sameBytes, sha256 } from './sha256.ts';

const bytes = fc.uint8Array({ maxLength: 300 });

test('digests are those of Node, at every length around the blocks', () => {
  for (let length = 0; length < 200; length += 1) {
    const data = new Uint8Array(length).map((_, index) => index * 7);
    expect(Buffer.from(sha256(data)).toString('hex')).toBe(createHash('sha256').update(data).digest('hex'));
  }
});

test('digests and keyed digests of several parts are those of the parts together', () => {
  fc.assert(
    fc.property(fc.array(bytes, { maxLength: 4 }), fc.uint8Array({ maxLength: 64 }), (parts, key) => {
      const all = Buffer.concat(parts);
      expect(Buffer.from(sha256(...parts)).toString('hex')).toBe(
        createHash('sha256').update(all).digest('hex'),
      );
      expect(Buffer.from(hmac(key, ...parts)).toString('hex')).toBe(
        createHmac('sha256', key).update(all).digest('hex'),
      );
    }),
  );
});

test('two proofs are the same only byte for byte', () => {
  fc.assert(
    fc.property(bytes, bytes, (one, other) => {
      expect(sameBytes(one, other)).toBe(Buffer.compare(one, other) === 0);
      expect(sameBytes(one, Uint8Array.from(one))).toBe(true);
    }),
  );
});
