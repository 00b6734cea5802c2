/** Configurations, data folders and trusted keys, as commands find them. */
export { type Located, locate, type LocateOptions, requireConfig } from './locate.ts';
export {
  APPROVER_KEY_FILE,
  CONNECTING,
  logOptions,
  type ReadData,
  readData,
  readKeys,
  type WriteData,
  writeData,
  type WritePlace,
} from './open.ts';
export {
  endElsewhere,
  isSealedWithNext,
  requireInFolder,
  requireNobody,
  sealWithNext,
  succeed,
  type SucceededLog,
} from './change-keys.ts';
export { bodyCounts, bodyCountsSetAside, rewrapAll } from './body-keys.ts';
export { createNewFile, makeNewFolder, writeNewFile } from './new-file.ts';
export { proveEntry } from './prove.ts';
export { addTrust, parseKeys, readTrust, trustFolder } from './trust-folder.ts';
