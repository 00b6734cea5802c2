import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { fromHex, isFault, toHex, utf8 } from '../../kernel/index.ts';
import { ed25519KeyFromSeed, sha256 } from '../../kernel/crypto/index.ts';
import { corpusPath, verifyWithNode } from '../../testing/index.ts';
import { createVerifierKey, parseEd25519PublicKey } from './index.ts';

interface Vector {
  readonly key: string;
  readonly sig: string;
  readonly msg: string;
  readonly flags: readonly string[] | null;
}

const folder = corpusPath('ed25519');

describe.runIf(folder !== undefined)('the edge cases of Ed25519', () => {
  const path = join(folder ?? '', 'ed25519vectors.json');
  const vectors = folder === undefined ? [] : (JSON.parse(readFileSync(path, 'utf8')) as readonly Vector[]);
  const bad = (vector: Vector) =>
    (vector.flags ?? []).some((flag) => flag === 'low_order_A' || flag === 'non_canonical_A');

  test('are all there', () => {
    expect(vectors).toHaveLength(914);
    expect(vectors.filter(bad).length).toBeGreaterThan(500);
  });

  test('no signature by a small-order or non-canonical key is accepted', async () => {
    const accepted: Vector[] = [];
    for (const vector of vectors) {
      if (await accepts(vector)) accepted.push(vector);
    }
    expect(accepted.filter(bad)).toEqual([]);
    // The rest shows that the keys are what refuses them, not a verifier that refuses everything.
    expect(accepted.length).toBeGreaterThan(0);
  });

  test('each small-order key is weak, each other non-canonical one malformed, and no other key is refused', () => {
    for (const vector of vectors) {
      const flags = vector.flags ?? [];
      const expected = flags.includes('low_order_A')
        ? 'key.weak'
        : flags.includes('non_canonical_A')
          ? 'key.malformed'
          : undefined;
      expect([vector.key, refusal(fromHex(vector.key))]).toEqual([vector.key, expected]);
    }
  });
});

async function accepts(vector: Vector): Promise<boolean> {
  try {
    const key = createVerifierKey(sha256, 'example.org/log', 'ed25519', fromHex(vector.key));
    return await verifyWithNode(key.publicKey, utf8(vector.msg), fromHex(vector.sig));
  } catch (fault) {
    if (isFault(fault, 'key.weak') || isFault(fault, 'key.malformed')) return false;
    throw fault;
  }
}

function refusal(bytes: Uint8Array): string | undefined {
  try {
    parseEd25519PublicKey(bytes);
    return undefined;
  } catch (fault) {
    if (isFault(fault)) return fault.code;
    throw fault;
  }
}

const P = 2n ** 255n - 19n;

function encode(y: bigint, negative = false): Uint8Array {
  const value = negative ? y | (1n << 255n) : y;
  return Uint8Array.from({ length: 32 }, (_, at) => Number((value >> BigInt(8 * at)) & 255n));
}

describe('a public key', () => {
  test.each([
    ['the identity', encode(1n)],
    ['the identity with the sign of zero set', encode(1n, true)],
    ['the identity above the prime', encode(P + 1n)],
    ['the point of order 2', encode(P - 1n)],
    ['the point of order 2 with the sign of zero set', encode(P - 1n, true)],
    ['all zero, of order 4', new Uint8Array(32)],
    ['of order 4, negative', encode(0n, true)],
    ['of order 4 above the prime', encode(P)],
    ['of order 8', fromHex('26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05')],
    ['of order 8, negative', fromHex('26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85')],
    ['of order 8, the other', fromHex('c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a')],
    [
      'of order 8, the other, negative',
      fromHex('c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa'),
    ],
  ])('that is %s is weak', (_which, bytes) => {
    expect(refusal(bytes)).toBe('key.weak');
  });

  test.each([
    ['has 31 bytes', new Uint8Array(31).fill(3)],
    ['has 33 bytes', new Uint8Array(33).fill(3)],
    ['has a y above the prime', encode(P + 3n)],
    ['has all bits set', new Uint8Array(32).fill(255)],
    ['is no point of the curve', encode(2n)],
  ])('that %s is malformed', (_why, bytes) => {
    expect(refusal(bytes)).toBe('key.malformed');
  });

  test('that a key pair really has is accepted, as a copy', () => {
    for (let seed = 0; seed < 40; seed += 1) {
      const bytes = ed25519KeyFromSeed(new Uint8Array(32).fill(seed)).publicKey;
      const key = parseEd25519PublicKey(bytes);
      expect(toHex(key)).toBe(toHex(bytes));
      expect(key).not.toBe(bytes);
    }
  });
});
