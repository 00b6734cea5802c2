/** Removing bundles of a log in a bucket. */
import type { ObjectStore } from '../object-store.ts';
import type { RemovedBundles } from '../publish-target.ts';
import { bundleAt, BUNDLES_PREFIX, isBundleBelow } from './pruned-mark.ts';

/** As `PublishTarget.removeBundles` says. What an object lock keeps is not even hidden: it would be served by none and gone for nobody. */
export async function removeBucketBundles(
  store: ObjectStore,
  below: number,
  allow: (index: number) => Promise<boolean>,
): Promise<RemovedBundles> {
  let removed = 0;
  if (!store.isLocked) {
    for await (const { name, isLatest } of store.versions(BUNDLES_PREFIX)) {
      const index = bundleAt(name);
      if (!isLatest || index === undefined || !isBundleBelow(index, below)) continue;
      if (!(await allow(index))) break;
      await store.remove(name);
      removed += 1;
    }
  }
  const kept = new Set<string>();
  for await (const { name } of store.versions(BUNDLES_PREFIX)) {
    const index = bundleAt(name);
    if (index !== undefined && isBundleBelow(index, below)) kept.add(name);
  }
  return { removed, kept: kept.size };
}
