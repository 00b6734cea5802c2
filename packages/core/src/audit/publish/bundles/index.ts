/** Bundles that a log keeps no longer (docs/decisions/0041). */
export {
  type BundlePruning,
  BUNDLES_PREFIX,
  isBundleBelow,
  MAX_MARK_BYTES,
  parsePrunedMark,
  PRUNED_BUNDLES_PATH,
  provenPruning,
  readPrunedMark,
  tellsBelow,
} from './pruned-mark.ts';
export { type PublishedBundles, publishedBundles } from './published-bundles.ts';
