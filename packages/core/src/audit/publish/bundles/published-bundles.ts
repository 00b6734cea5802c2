/** The bundles of a log wherever it is published: proven by its tiles, and pruned. */
import { Fault } from '../../../kernel/index.ts';
import { sha256 } from '../../../kernel/crypto/index.ts';
import {
  byteTreeHasher,
  HASH_BYTES,
  type HashReader,
  TILE_WIDTH,
  tileHashReader,
  tilePath,
} from '../../../proof/index.ts';
import type { CheckpointKey } from '../../tree/index.ts';
import type { PublishTarget, RemovedBundles } from '../publish-target.ts';
import { ownCheckpoint } from '../published.ts';
import { type BundlePruning, formatPrunedMark, PRUNED_BUNDLES_PATH, readPrunedMark } from './pruned-mark.ts';

/** Full bundles, of 256 entries each. */
export interface PublishedBundles {
  /**
   * Reads the leaf hashes of full bundles, as the tiles of the first place say and its signed checkpoint proves. Throws `tile.*`, `proof.mismatch`, `log.missing`, `log.unavailable`, as does what it
   * answers.
   */
  leaves(): Promise<(index: number) => Promise<readonly Uint8Array[]>>;
  /**
   * Removes bundles everywhere; tiles stay. INVARIANT: none whose tile is not there, proven by the checkpoint that is published in the same place, which covers the entry that tells of it. Says first
   * that it does, so that what ends in between is not published again; done again it goes on. Throws as {@link leaves}, and what `next` throws.
   */
  prune(pruning: BundlePruning, removal: BundleRemoval): Promise<RemovedBundles>;
}

/** How bundles are removed. */
export interface BundleRemoval {
  /** Only those of entries below, which may be fewer than are told of. */
  readonly upTo: number;
  /** Asked before each; false ends it. */
  readonly next: () => Promise<boolean>;
}

/** The bundles at `targets`, the first of which is looked at for proofs; `undefined` where there is none. */
export function publishedBundles(
  targets: readonly PublishTarget[],
  key: CheckpointKey,
): PublishedBundles | undefined {
  const [first] = targets;
  if (first === undefined) return undefined;
  return {
    async leaves() {
      const tree = await provenTree(first, key, 0);
      return (index) => readLeaves(tree, index);
    },
    async prune(pruning, removal) {
      let all: RemovedBundles = { removed: 0, kept: 0 };
      for (const target of targets) {
        const one = await pruneTarget(target, key, pruning, removal);
        all = { removed: all.removed + one.removed, kept: all.kept + one.kept };
      }
      return all;
    },
  };
}

async function pruneTarget(
  target: PublishTarget,
  key: CheckpointKey,
  pruning: BundlePruning,
  { upTo, next }: BundleRemoval,
): Promise<RemovedBundles> {
  const tree = await provenTree(target, key, pruning.entry + 1);
  const said = await readPrunedMark(target);
  if (said?.below !== pruning.below || said.entry !== pruning.entry) {
    await target.put(PRUNED_BUNDLES_PATH, formatPrunedMark(pruning), 'mend');
    await target.settle();
  }
  return target.removeBundles(Math.min(upTo, pruning.below), async (index) => {
    await readLeaves(tree, index);
    return next();
  });
}

/** Hashes of the tree that `target` has published, of at least `least` entries. */
async function provenTree(
  target: PublishTarget,
  key: CheckpointKey,
  least: number,
): Promise<HashReader<Uint8Array>> {
  const checkpoint = ownCheckpoint(await target.readCheckpoint(), key);
  if (checkpoint === undefined) throw new Fault('log.missing', 'the log is not published yet');
  const { size, root } = checkpoint;
  if (size < least)
    throw new Fault(
      'log.unavailable',
      `${size} entries are published, and entry ${least - 1} is not among them`,
    );
  const readTile: Parameters<typeof tileHashReader>[0]['readTile'] = async (tile) => {
    const [path, maximum] = [tilePath(tile), TILE_WIDTH * HASH_BYTES];
    return (await target.read(path, maximum)) ?? target.readMoved?.(path, maximum);
  };
  return tileHashReader({ hasher: byteTreeHasher(sha256), size, root, readTile });
}

async function readLeaves(tree: HashReader<Uint8Array>, index: number): Promise<readonly Uint8Array[]> {
  const first = index * TILE_WIDTH;
  return tree(Array.from({ length: TILE_WIDTH }, (_, at) => ({ level: 0, index: first + at })));
}
