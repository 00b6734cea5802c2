/** Archives of bodies that are about to be destroyed. */
export {
  type ArchivedBody,
  type ArchiveHead,
  type ArchiveKey,
  openArchive,
  readArchiveHead,
  sealArchive,
} from './archive.ts';
export { requireArchived, requireCommittedBody } from './verify-archive.ts';
export { type ArchiveTarget, folderArchive } from './folder-archive.ts';
