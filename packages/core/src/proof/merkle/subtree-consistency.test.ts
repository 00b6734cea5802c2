// Subtree consistency proofs against trees at hand.
import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { utf8 } from '../../kernel/index.ts';
import { byteTreeHasher, isSubtree, proveSubtree, treeRoot, type TreeNode, verifySubtree } from './index.ts';

const hasher = byteTreeHasher((data) => createHash('sha256').update(data).digest());
const leaves = Array.from({ length: 300 }, (_, at) => hasher.leaf(utf8(`leaf ${at}`)));
const rootOf = (start: number, end: number): Uint8Array => treeRoot(hasher, leaves.slice(start, end));
const reader = (nodes: readonly TreeNode[]): readonly Uint8Array[] =>
  nodes.map(({ level, index }) => rootOf(index * 2 ** level, (index + 1) * 2 ** level));

async function claimOf(start: number, end: number, size: number) {
  const proof = await proveSubtree(hasher, reader, { start, end }, size);
  return { start, end, size, subtreeRoot: rootOf(start, end), root: rootOf(0, size), proof };
}

const subtree = fc
  .tuple(fc.nat(8), fc.nat(299), fc.nat(299), fc.nat(299))
  .map(([level, place, rest, more]) => {
    const width = 2 ** level;
    const start = Math.floor((place % 299) / width) * width;
    const end = Math.min(300, start + 1 + (rest % width));
    return { start, end, size: Math.min(300, end + more) };
  })
  .filter(({ start, end }) => isSubtree({ start, end }));

describe('a subtree consistency proof', () => {
  test('holds for each subtree of each tree up to 40 leaves', async () => {
    for (let size = 1; size <= 40; size += 1)
      for (let end = 1; end <= size; end += 1)
        for (let start = 0; start < end; start += 1) {
          if (!isSubtree({ start, end })) continue;
          expect(verifySubtree(hasher, await claimOf(start, end, size)), `${start} ${end} ${size}`).toBe(
            true,
          );
        }
  });

  test('holds for larger trees, and with one hash changed, added or left out for none', async () => {
    await fc.assert(
      fc.asyncProperty(subtree, fc.nat(1_000), async ({ start, end, size }, pick) => {
        const claim = await claimOf(start, end, size);
        expect(verifySubtree(hasher, claim)).toBe(true);
        const at = pick % (claim.proof.length + 1);
        const other = rootOf(pick % 299, (pick % 299) + 1);
        const added = claim.proof.toSpliced(at, 0, other);
        expect(verifySubtree(hasher, { ...claim, proof: added })).toBe(false);
        expect(verifySubtree(hasher, { ...claim, subtreeRoot: hasher.node(claim.root, claim.root) })).toBe(
          false,
        );
        expect(verifySubtree(hasher, { ...claim, root: hasher.node(claim.root, claim.root) })).toBe(false);
        if (claim.proof[at] === undefined) return;
        const altered = claim.proof.toSpliced(at, 1, hasher.node(claim.root, claim.root));
        expect(verifySubtree(hasher, { ...claim, proof: altered })).toBe(false);
        expect(verifySubtree(hasher, { ...claim, proof: claim.proof.toSpliced(at, 1) })).toBe(false);
      }),
    );
  });

  test('holds for no other place', async () => {
    const claim = await claimOf(4, 8, 14);
    for (let start = 0; start < 14; start += 4) {
      const moved = { ...claim, start, end: Math.min(start + 4, 14) };
      expect(verifySubtree(hasher, moved)).toBe(start === 4);
    }
  });

  test.each([
    ['that begins in the middle of its power of two', 2, 5, 8],
    ['without leaves', 4, 4, 8],
    ['beyond the tree', 4, 8, 7],
    ['at a place that is no number', Number.NaN, 4, 8],
  ])('is refused for a range %s', async (_why, start, end, size) => {
    await expect(proveSubtree(hasher, reader, { start, end }, size)).rejects.toThrow(
      expect.objectContaining({ code: 'proof.malformed' }),
    );
    const claim = { start, end, size, subtreeRoot: hasher.emptyRoot, root: rootOf(0, size), proof: [] };
    expect(verifySubtree(hasher, claim)).toBe(false);
  });

  test('with a hash of another length is refused', async () => {
    const claim = await claimOf(4, 8, 14);
    expect(verifySubtree(hasher, { ...claim, proof: [new Uint8Array(31), ...claim.proof.slice(1)] })).toBe(
      false,
    );
  });
});
