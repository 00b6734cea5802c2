/** Verification of logs on a disk. */
export { verifyFolder, type VerifyFolderOptions } from './verify-folder.ts';
