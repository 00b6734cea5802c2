/** Our proofs beside those of the recursive definitions of RFC 9162: every size to 300, and random sizes to a million. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { sha256, sha256Latin1 } from '../../kernel/crypto/index.ts';
import {
  byteTreeHasher,
  type HashReader,
  proveConsistency,
  proveInclusion,
  readRoot,
  type TreeHasher,
  verifyConsistency,
  verifyInclusion,
} from './index.ts';

const EVERY_SIZE_TO = 300;
const LARGEST = 1_000_000;

const latin1 = (text: string): Buffer => Buffer.from(text, 'latin1');

/** Hashes as latin1 strings: a million of them are compared and kept cheaply. */
const hasher: TreeHasher<string> = {
  emptyRoot: sha256Latin1(''),
  leaf: (entry) => sha256Latin1(Buffer.concat([latin1('\0'), entry])),
  node: (left, right) => sha256Latin1(latin1(`\u0001${left}${right}`)),
  encode: latin1,
  decode: (bytes) => Buffer.from(bytes).toString('latin1'),
};

/** Entry i is the text of i. Roots of complete subtrees, by level and index, as the definition has them; filled in as they are asked for. */
const complete: string[][] = [];

/** MTH of the `count` entries from `start` (RFC 9162 §2.1.1). */
function rootOf(start: number, count: number): string {
  if (count === 0) return hasher.emptyRoot;
  const level = Math.log2(count);
  if (!Number.isInteger(level) || start % count !== 0) return nodeOf(start, count);
  const known = (complete[level] ??= []);
  return (known[start / count] ??= count === 1 ? hasher.leaf(latin1(`${start}`)) : nodeOf(start, count));
}

function nodeOf(start: number, count: number): string {
  const k = splitOf(count);
  return hasher.node(rootOf(start, k), rootOf(start + k, count - k));
}

/** The largest power of two below `count`. */
const splitOf = (count: number): number => 2 ** (Math.ceil(Math.log2(count)) - 1);

/** PATH (RFC 9162 §2.1.3.1), for the entry at `index` among `count` from `start`. */
function pathOf(index: number, start: number, count: number): string[] {
  if (count === 1) return [];
  const k = splitOf(count);
  return index < k
    ? [...pathOf(index, start, k), rootOf(start + k, count - k)]
    : [...pathOf(index - k, start + k, count - k), rootOf(start, k)];
}

/** SUBPROOF (RFC 9162 §2.1.4.1). */
function subproofOf(older: number, start: number, count: number, isWhole: boolean): string[] {
  if (older === count) return isWhole ? [] : [rootOf(start, count)];
  const k = splitOf(count);
  return older <= k
    ? [...subproofOf(older, start, k, isWhole), rootOf(start + k, count - k)]
    : [...subproofOf(older - k, start + k, count - k, false), rootOf(start, k)];
}

/** What a log has stored: roots of complete subtrees. */
const reader: HashReader<string> = (nodes) =>
  nodes.map(({ level, index }) => rootOf(index * 2 ** level, 2 ** level));

const verifying = byteTreeHasher(sha256);

async function expectInclusion(index: number, size: number): Promise<void> {
  const hashes = await proveInclusion(hasher, reader, index, size);
  const isSame = hashes.join() === pathOf(index, 0, size).join();
  const root = latin1(rootOf(0, size));
  const claim = { index, size, leaf: latin1(rootOf(index, 1)), proof: hashes.map(latin1) };
  const holds = verifyInclusion(verifying, claim, root);
  const ofOther = verifyInclusion(verifying, { ...claim, leaf: latin1(rootOf(index + 1, 1)) }, root);
  if (!isSame || !holds || ofOther) throw new Error(`inclusion of ${index} in ${size} differs`);
}

async function expectConsistency(olderSize: number, newerSize: number): Promise<void> {
  const hashes = await proveConsistency(hasher, reader, olderSize, newerSize);
  const isSame = hashes.join() === subproofOf(olderSize, 0, newerSize, true).join();
  const [olderRoot, newerRoot] = [latin1(rootOf(0, olderSize)), latin1(rootOf(0, newerSize))];
  const claim = { olderSize, olderRoot, newerSize, newerRoot, proof: hashes.map(latin1) };
  const holds = verifyConsistency(verifying, claim);
  const ofOther = verifyConsistency(verifying, { ...claim, olderRoot: latin1(rootOf(0, olderSize + 1)) });
  if (!isSame || !holds || ofOther) throw new Error(`${olderSize} to ${newerSize} differs`);
}

test(`at every size to ${EVERY_SIZE_TO} root, inclusion of each entry and consistency with each earlier size are those of the definition`, async () => {
  for (let size = 1; size <= EVERY_SIZE_TO; size += 1) {
    expect(await readRoot(hasher, reader, size)).toBe(rootOf(0, size));
    for (let index = 0; index < size; index += 1) {
      await expectInclusion(index, size);
      await expectConsistency(index + 1, size);
    }
  }
});

describe('at random sizes to a million', () => {
  // Two numbers make a place in a tree: the size, and where in it.
  const places = fc.tuple(fc.integer({ min: 2, max: LARGEST }), fc.nat({ max: LARGEST }));

  test('root, inclusion and consistency are those of the definition', async () => {
    // Everything complete is hashed once, whatever sizes come.
    rootOf(0, LARGEST);
    await fc.assert(
      fc.asyncProperty(places, async ([size, place]) => {
        expect(await readRoot(hasher, reader, size)).toBe(rootOf(0, size));
        await expectInclusion(place % size, size);
        await expectConsistency((place % size) + 1, size);
      }),
      { numRuns: 500 },
    );
  }, 60_000);
});
