/** Bundles that a log keeps no longer (docs/decisions/0041). */
export { removeBucketBundles } from './bucket-bundles.ts';
export { removeFolderBundles } from './folder-bundles.ts';
export {
  BUNDLES_PREFIX,
  isBundleBelow,
  MAX_MARK_BYTES,
  parsePrunedMark,
  PRUNED_BUNDLES_PATH,
  provenPruning,
} from './pruned-mark.ts';
export { type PublishedBundles, publishedBundles } from './published-bundles.ts';
