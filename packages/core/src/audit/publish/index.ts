/** The log as static files, in a folder or elsewhere. */
export { folderTarget, LOG_FOLDER, MAX_CHECKPOINT_BYTES, readFolderCheckpoint } from './folder-target.ts';
export { ownCheckpoint } from './published.ts';
export type { PublishedSource, StoredEntry } from './published-source.ts';
export { Publisher } from './publisher.ts';
export type { PublishTarget, PutMode } from './publish-target.ts';
export { type SqliteSource, sqliteSource } from './sqlite-source.ts';
export { replaceFile } from './write-file.ts';
