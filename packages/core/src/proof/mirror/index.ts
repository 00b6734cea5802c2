/** Mirrors (c2sp.org/tlog-mirror): the messages between a log and whoever keeps a copy of it. */
export { ByteReader } from './byte-reader.ts';
export {
  ADD_ENTRIES_CONTENT_TYPE,
  ADD_ENTRIES_PATH,
  bundleStart,
  encodePackage,
  encodeUploadHeader,
  type EntryPackage,
  MAX_ADD_ENTRIES_BYTES,
  MAX_PACKAGES,
  packageRanges,
  type PackageRange,
  readPackage,
  readUploadHeader,
  type UploadHeader,
} from './add-entries.ts';
export {
  formatMirrorInfo,
  MIRROR_INFO_CONTENT_TYPE,
  type MirrorInfo,
  parseMirrorInfo,
} from './mirror-info.ts';
