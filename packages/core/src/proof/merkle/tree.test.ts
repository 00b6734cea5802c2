import { describe, expect, test } from 'vitest';
import { concatBytes, isFault, toHex, utf8 } from '../../kernel/index.ts';
import { sha256, sha256Latin1 } from '../../kernel/crypto/index.ts';
import {
  byteTreeHasher,
  Frontier,
  type HashReader,
  parseFrontier,
  proveConsistency,
  proveInclusion,
  readRoot,
  type TreeHasher,
  treeRoot,
  verifyConsistency,
  verifyInclusion,
} from './index.ts';

const LARGEST = 130;
const hasher = byteTreeHasher(sha256);
const entries = Array.from({ length: LARGEST }, (_, index) => utf8(`entry ${index}`));
const leaves = entries.map((entry) => naiveRoot([entry]));

/** RFC 9162 §2.1.1 word for word, over entries. */
function naiveRoot(data: readonly Uint8Array[]): Uint8Array {
  if (data.length === 0) return sha256(new Uint8Array(0));
  if (data.length === 1) return sha256(concatBytes(Uint8Array.of(0), data[0]!));
  const k = naiveSplit(data.length);
  return sha256(concatBytes(Uint8Array.of(1), naiveRoot(data.slice(0, k)), naiveRoot(data.slice(k))));
}

/** RFC 9162 §2.1.3.1, PATH. */
function naivePath(index: number, data: readonly Uint8Array[]): Uint8Array[] {
  if (data.length === 1) return [];
  const k = naiveSplit(data.length);
  if (index < k) return [...naivePath(index, data.slice(0, k)), naiveRoot(data.slice(k))];
  return [...naivePath(index - k, data.slice(k)), naiveRoot(data.slice(0, k))];
}

/** RFC 9162 §2.1.4.1, SUBPROOF. */
function naiveSubproof(older: number, data: readonly Uint8Array[], whole: boolean): Uint8Array[] {
  if (older === data.length) return whole ? [] : [naiveRoot(data)];
  const k = naiveSplit(data.length);
  if (older <= k) return [...naiveSubproof(older, data.slice(0, k), whole), naiveRoot(data.slice(k))];
  return [...naiveSubproof(older - k, data.slice(k), false), naiveRoot(data.slice(0, k))];
}

function naiveSplit(count: number): number {
  return 2 ** (Math.ceil(Math.log2(count)) - 1);
}

const reader: HashReader<Uint8Array> = (nodes) =>
  nodes.map(({ level, index }) => {
    const width = 2 ** level;
    return storedRoot(index * width, width);
  });

const stored = new Map<string, Uint8Array>();

function storedRoot(start: number, width: number): Uint8Array {
  const key = `${start}/${width}`;
  const known = stored.get(key) ?? naiveRoot(entries.slice(start, start + width));
  stored.set(key, known);
  return known;
}

const roots = Array.from({ length: LARGEST + 1 }, (_, size) => naiveRoot(entries.slice(0, size)));
const flipped = (hash: Uint8Array): Uint8Array => hash.map((byte, at) => (at === 7 ? byte ^ 4 : byte));

/** Hashes as latin1 strings, as the log writer has them. */
const latin1Hasher: TreeHasher<string> = {
  emptyRoot: sha256Latin1(''),
  leaf: (entry) => sha256Latin1(concatBytes(Uint8Array.of(0), entry)),
  node: (left, right) => sha256Latin1(Buffer.from(`\u0001${left}${right}`, 'latin1')),
  encode: (hash) => Buffer.from(hash, 'latin1'),
  decode: (bytes) => Buffer.from(bytes).toString('latin1'),
};

describe('a tree of every size to 130', () => {
  test('has the root of the recursive definition, by list, by frontier and from stored hashes', async () => {
    const frontier = new Frontier(hasher);
    for (let size = 0; size <= LARGEST; size += 1) {
      const expected = toHex(roots[size]!);
      expect(toHex(frontier.root())).toBe(expected);
      expect(toHex(treeRoot(hasher, leaves.slice(0, size)))).toBe(expected);
      expect(toHex(await readRoot(hasher, reader, size))).toBe(expected);
      if (size < LARGEST) frontier.append(leaves[size]!);
    }
  });

  test('has the same root over string hashes', () => {
    const frontier = new Frontier(latin1Hasher);
    for (const [index, entry] of entries.entries()) {
      frontier.append(latin1Hasher.leaf(entry));
      expect(toHex(latin1Hasher.encode(frontier.root()))).toBe(toHex(roots[index + 1]!));
    }
  });

  test('goes on from a stored frontier', () => {
    for (let size = 0; size < LARGEST; size += 1) {
      const before = new Frontier(hasher);
      for (const leaf of leaves.slice(0, size)) before.append(leaf);
      const after = parseFrontier(latin1Hasher, size, before.toBytes());
      after.append(latin1Hasher.leaf(entries[size]!));
      expect(toHex(latin1Hasher.encode(after.root()))).toBe(toHex(roots[size + 1]!));
    }
  });

  test('reports every subtree that a leaf completes', () => {
    const frontier = new Frontier(hasher);
    for (const leaf of leaves) {
      frontier.append(leaf, (level, index, hash) => {
        expect(toHex(hash)).toBe(toHex(storedRoot(index * 2 ** level, 2 ** level)));
      });
    }
  });

  test('proves the inclusion of each leaf, and of no other leaf, place or root', async () => {
    for (let size = 1; size <= LARGEST; size += 1) {
      const root = roots[size]!;
      for (let index = 0; index < size; index += 1) {
        const proof = await proveInclusion(hasher, reader, index, size);
        const claim = { index, size, leaf: leaves[index]!, proof };
        expect(verifyInclusion(hasher, claim, root)).toBe(true);
        expect(verifyInclusion(hasher, { ...claim, leaf: flipped(claim.leaf) }, root)).toBe(false);
        expect(verifyInclusion(hasher, claim, flipped(root))).toBe(false);
        expect(verifyInclusion(hasher, { ...claim, index: index ^ 1 }, root)).toBe(false);
        if (proof.length === 0) continue;
        expect(verifyInclusion(hasher, { ...claim, proof: proof.slice(1) }, root)).toBe(false);
        expect(verifyInclusion(hasher, { ...claim, proof: [...proof, root] }, root)).toBe(false);
      }
    }
  });

  test('proves consistency with each smaller size, and with no other root', async () => {
    for (let newerSize = 1; newerSize <= LARGEST; newerSize += 1) {
      const newerRoot = roots[newerSize]!;
      for (let olderSize = 1; olderSize <= newerSize; olderSize += 1) {
        const proof = await proveConsistency(hasher, reader, olderSize, newerSize);
        const claim = { olderSize, olderRoot: roots[olderSize]!, newerSize, newerRoot, proof };
        expect(verifyConsistency(hasher, claim)).toBe(true);
        expect(verifyConsistency(hasher, { ...claim, olderRoot: flipped(claim.olderRoot) })).toBe(false);
        expect(verifyConsistency(hasher, { ...claim, newerRoot: flipped(newerRoot) })).toBe(false);
        expect(verifyConsistency(hasher, { ...claim, proof: [...proof, newerRoot] })).toBe(false);
      }
    }
  });

  test('has the proofs of the recursive definition', async () => {
    for (const size of [1, 2, 3, 7, 8, 9, 64, 65, 127, 130]) {
      const data = entries.slice(0, size);
      for (let index = 0; index < size; index += 1) {
        expect(await proveInclusion(hasher, reader, index, size)).toEqual(naivePath(index, data));
        expect(await proveConsistency(hasher, reader, index + 1, size)).toEqual(
          naiveSubproof(index + 1, data, true),
        );
      }
    }
  });
});

describe('a frontier', () => {
  test('counts beyond 2^32 exactly', () => {
    const size = 2 ** 40 + 2 ** 33 + 1;
    const frontier = new Frontier(hasher, size, [leaves[0]!, leaves[1]!, leaves[2]!]);
    const completed: number[][] = [];
    frontier.append(leaves[3]!, (level, index) => completed.push([level, index]));
    expect(frontier.size).toBe(size + 1);
    expect(completed).toEqual([
      [0, size],
      [1, (size - 1) / 2],
    ]);
  });

  test.each([
    ['too few hashes', 3, 1],
    ['too many hashes', 4, 2],
    ['a fraction', 1.5, 1],
    ['a negative size', -1, 0],
  ])('refuses %s', (_why, size, count) => {
    expect(() => new Frontier(hasher, size, leaves.slice(0, count))).toThrow(
      expect.toSatisfy((fault) => isFault(fault, 'proof.malformed')),
    );
  });

  test('refuses bytes that are not whole hashes', () => {
    expect(() => parseFrontier(hasher, 1, new Uint8Array(31))).toThrow('not 31 bytes');
  });
});

describe('domain separation', () => {
  test('keeps an entry made of two hashes from passing as a node', () => {
    const forged = hasher.leaf(concatBytes(leaves[0]!, leaves[1]!));
    expect(toHex(forged)).not.toBe(toHex(hasher.node(leaves[0]!, leaves[1]!)));
  });

  test('has no entry whose size exceeds what is hashed without allocating', () => {
    const large = new Uint8Array(70_000).fill(7);
    expect(toHex(hasher.leaf(large))).toBe(toHex(naiveRoot([large])));
  });
});

describe('a proof with one hash too many', () => {
  const extra = flipped(leaves[0]!);

  test('of inclusion does not hold, even under the root that it would lead to', async () => {
    for (const size of [1, 5, 8]) {
      const proof = [...(await proveInclusion(hasher, reader, 0, size)), extra];
      const claim = { index: 0, size, leaf: leaves[0]!, proof };
      expect(verifyInclusion(hasher, claim, hasher.node(extra, roots[size]!))).toBe(false);
    }
  });

  test('of consistency does not hold, even between the roots that it would lead to', async () => {
    const proof = [...(await proveConsistency(hasher, reader, 3, 5)), extra];
    const [olderRoot, newerRoot] = [hasher.node(extra, roots[3]!), hasher.node(extra, roots[5]!)];
    expect(verifyConsistency(hasher, { olderSize: 3, olderRoot, newerSize: 5, newerRoot, proof })).toBe(
      false,
    );
  });
});

describe('proofs of what cannot be', () => {
  test.each([
    ['a leaf past the end', () => proveInclusion(hasher, reader, 5, 5)],
    ['a leaf of an empty tree', () => proveInclusion(hasher, reader, 0, 0)],
    ['a negative index', () => proveInclusion(hasher, reader, -1, 5)],
    ['consistency with an empty tree', () => proveConsistency(hasher, reader, 0, 5)],
    ['consistency with a larger tree', () => proveConsistency(hasher, reader, 6, 5)],
    ['a reader that answers too little', () => proveInclusion(hasher, () => [], 0, 5)],
  ])('%s is a fault', async (_why, prove) => {
    await expect(prove()).rejects.toSatisfy((fault) => isFault(fault, 'proof.malformed'));
  });
});
