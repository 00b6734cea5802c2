/** RFC 9162 Merkle trees. */
export { byteTreeHasher, HASH_BYTES, type Sha256, type TreeHasher } from './hasher.ts';
export {
  completeSubtrees,
  type HashReader,
  joinSubtrees,
  requireTreeSize,
  type TreeNode,
} from './subtree.ts';
export { Frontier, parseFrontier, type SubtreeCompleted } from './frontier.ts';
export { readRoot, treeRoot } from './root.ts';
export { type InclusionClaim, proveInclusion, rootFromInclusion, verifyInclusion } from './inclusion.ts';
export { type ConsistencyClaim, proveConsistency, verifyConsistency } from './consistency.ts';
export { isSubtree, proveSubtree, verifySubtree } from './subtree-consistency.ts';
