/** Verification of logs on a disk. */
export { createFormCheck } from './check-entry.ts';
export { WrappingKeys } from './wrapping-keys.ts';
export { ErasedBodies } from './erased-bodies.ts';
export { type ReplayedState, StateReplay } from './state-replay.ts';
export { verifyFolder, type VerifyFolderOptions } from './verify-folder.ts';
export { folderSource } from './folder-source.ts';
