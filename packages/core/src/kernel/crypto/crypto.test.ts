import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { concatBytes, fromHex, isFault, toHex, utf8 } from '../index.ts';
import {
  AEAD_KEY_BYTES,
  AEAD_NONCE_BYTES,
  ed25519KeyFromSeed,
  ed25519PublicKey,
  ed25519Sign,
  ed25519Verify,
  hmacSha256,
  openAead,
  sealAead,
  sha256,
  sha256Hex,
  sha256Latin1,
} from './index.ts';

function codeOf(run: () => unknown): string {
  try {
    run();
  } catch (thrown) {
    if (isFault(thrown)) return thrown.code;
    throw thrown;
  }
  return 'none';
}

describe('SHA-256', () => {
  test.each([
    ['nothing', '', 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'],
    ['one block', 'abc', 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'],
    [
      'two blocks',
      'abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq',
      '248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1',
    ],
    [
      'a million letters',
      'a'.repeat(1_000_000),
      'cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0',
    ],
  ])('of %s is the published one, in every form', (_what, text, digest) => {
    expect(sha256Hex(text)).toBe(digest);
    expect(toHex(sha256(utf8(text)))).toBe(digest);
    expect(Buffer.from(sha256Latin1(text), 'latin1').toString('hex')).toBe(digest);
  });
});

describe('HMAC-SHA256', () => {
  test.each([
    [
      'case 1',
      '0b'.repeat(20),
      toHex(utf8('Hi There')),
      'b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7',
    ],
    [
      'case 2',
      toHex(utf8('Jefe')),
      toHex(utf8('what do ya want for nothing?')),
      '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843',
    ],
    [
      'case 3',
      'aa'.repeat(20),
      'dd'.repeat(50),
      '773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe',
    ],
  ])('has the value of RFC 4231 %s', (_case, key, data, mac) => {
    expect(toHex(hmacSha256(fromHex(key), fromHex(data)))).toBe(mac);
  });
});

describe('Ed25519', () => {
  const vectors: [string, string, string, string, string][] = [
    [
      'test 1',
      '9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60',
      'd75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a',
      '',
      'e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b',
    ],
    [
      'test 2',
      '4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb',
      '3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c',
      '72',
      '92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00',
    ],
  ];

  test.each(vectors)('signs as RFC 8032 §7.1 %s', (_test, seed, publicKey, message, signature) => {
    const key = ed25519KeyFromSeed(fromHex(seed));
    expect(toHex(key.publicKey)).toBe(publicKey);
    expect(toHex(ed25519Sign(key, fromHex(message)))).toBe(signature);
    expect(ed25519Verify(ed25519PublicKey(fromHex(publicKey)), fromHex(message), fromHex(signature))).toBe(
      true,
    );
  });

  const key = ed25519KeyFromSeed(new Uint8Array(32).fill(7));
  const publicKey = ed25519PublicKey(key.publicKey);
  const message = utf8('an action');
  const signature = ed25519Sign(key, message);

  test('a signature with any bit flipped does not verify', () => {
    for (let bit = 0; bit < 512; bit += 1) {
      const flipped = Uint8Array.from(signature);
      flipped[bit >> 3]! ^= 1 << (bit & 7);
      expect(ed25519Verify(publicKey, message, flipped)).toBe(false);
    }
  });

  test.each([
    ['nothing', new Uint8Array(0)],
    ['a signature cut short', signature.subarray(0, 63)],
    ['a signature with a byte more', concatBytes(signature, Uint8Array.of(0))],
  ])('%s is no signature, and no exception', (_what, candidate) => {
    expect(ed25519Verify(publicKey, message, candidate)).toBe(false);
  });

  test('bytes that are no point of the curve verify nothing', () => {
    const noPoint = ed25519PublicKey(concatBytes(Uint8Array.of(2), new Uint8Array(31)));
    expect(ed25519Verify(noPoint, message, signature)).toBe(false);
  });

  test.each([0, 31, 33])('a key of %i bytes is malformed', (length) => {
    expect(codeOf(() => ed25519PublicKey(new Uint8Array(length)))).toBe('key.malformed');
    expect(codeOf(() => ed25519KeyFromSeed(new Uint8Array(length)))).toBe('key.malformed');
  });
});

describe('AES-256-GCM', () => {
  const bytesOf = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });
  const key = new Uint8Array(AEAD_KEY_BYTES);
  const nonce = new Uint8Array(AEAD_NONCE_BYTES);

  test.each([
    ['13', '', '530f8afbc74536b9a963b4f1c4cb738b'],
    ['14', '00'.repeat(16), 'cea7403d4d606b6e074ec5d3baf39d18d0d1c8a799996bf0265b98b5d48ab919'],
  ])('seals as test case %s of the GCM specification', (_case, plaintext, sealed) => {
    expect(toHex(sealAead(key, nonce, fromHex(plaintext), new Uint8Array(0)))).toBe(sealed);
  });

  test('opens to what was sealed, and adds sixteen bytes', () => {
    fc.assert(
      fc.property(
        bytesOf(32),
        bytesOf(12),
        fc.uint8Array(),
        fc.uint8Array(),
        (anyKey, anyNonce, plaintext, aad) => {
          const sealed = sealAead(anyKey, anyNonce, plaintext, aad);
          expect(sealed).toHaveLength(plaintext.length + 16);
          expect(toHex(openAead(anyKey, anyNonce, sealed, aad))).toBe(toHex(plaintext));
        },
      ),
    );
  });

  test('with any bit of key, nonce, bytes or bound data flipped does not open', () => {
    const parts = [key, nonce, sealAead(key, nonce, utf8('body'), utf8('entry')), utf8('entry')] as const;
    for (const [which, part] of parts.entries()) {
      for (let bit = 0; bit < part.length * 8; bit += 1) {
        const flipped = Uint8Array.from(part);
        flipped[bit >> 3]! ^= 1 << (bit & 7);
        const [k, n, sealed, aad] = parts.with(which, flipped) as unknown as typeof parts;
        expect(codeOf(() => openAead(k, n, sealed, aad))).toBe('log.corrupt');
      }
    }
  });

  test('cut to any length, down to less than a tag, does not open', () => {
    const sealed = sealAead(key, nonce, utf8('body'), new Uint8Array(0));
    for (let length = 0; length < sealed.length; length += 1) {
      expect(codeOf(() => openAead(key, nonce, sealed.subarray(0, length), new Uint8Array(0)))).toBe(
        'log.corrupt',
      );
    }
  });

  test.each([
    ['an empty nonce', 32, 0],
    ['a nonce that is too short', 32, 8],
    ['a nonce that is too long', 32, 16],
    ['the key of a weaker cipher', 16, 12],
  ])('does not seal with %s', (_why, keyBytes, nonceBytes) => {
    const seal = () =>
      sealAead(new Uint8Array(keyBytes), new Uint8Array(nonceBytes), utf8('body'), new Uint8Array(0));
    expect(codeOf(seal)).toBe('key.malformed');
  });
});
