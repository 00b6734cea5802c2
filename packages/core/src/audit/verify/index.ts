/** Verification of logs on a disk. */
export { createEntryCheck } from './check-entry.ts';
export { verifyFolder, type VerifyFolderOptions } from './verify-folder.ts';
export { folderSource } from './folder-source.ts';
