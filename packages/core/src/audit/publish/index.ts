/** The log as static files, in a folder or a bucket. */
export { Bounded } from './bounded.ts';
export {
  BUNDLES_PREFIX,
  isBundleBelow,
  MAX_MARK_BYTES,
  parsePrunedMark,
  PRUNED_BUNDLES_PATH,
  type PublishedBundles,
  publishedBundles,
} from './bundles/index.ts';
export { bucketTarget, newestInBucket, putOnce } from './bucket-target.ts';
export { HISTORY_PREFIX, historyName } from './checkpoint-history.ts';
export { folderTarget, LOG_FOLDER, readFolderCheckpoint } from './folder-target.ts';
export type { ObjectStore, ObjectVersion, PutCondition, StoredObject } from './object-store.ts';
export { isServed, PRUNED_FOLDER, type Pruning, readPruning } from './minimum-index.ts';
export { type Pruned, pruneFolder } from './prune.ts';
export { cosignedBeside, MAX_CHECKPOINT_BYTES, ownCheckpoint } from './published.ts';
export type { PublishedSource } from './published-source.ts';
export { Publisher } from './publisher.ts';
export type { PublishTarget, RemovedBundles } from './publish-target.ts';
export { publishedSource } from './published-files.ts';
export { type SqliteSource, sqliteSource } from './sqlite-source.ts';
export { lengthOf, replaceFile } from './write-file.ts';
