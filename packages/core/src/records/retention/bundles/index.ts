/** Bundles of entries past their time (docs/decisions/0041). */
export { type ArchivedBundles, type BundleArchive, folderBundleArchive } from './archive-bundles.ts';
export { type BundleRun, pruneBundles } from './prune-bundles.ts';
