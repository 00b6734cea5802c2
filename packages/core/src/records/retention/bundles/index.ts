/** Bundles of entries past their time (docs/decisions/0041). */
export { folderBundleArchive } from './archive-bundles.ts';
export { pruneBundles } from './prune-bundles.ts';
