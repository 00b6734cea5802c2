/** Where a mirror keeps the files of the logs that it copies: one folder for each, named after the hash of the origin (c2sp.org/tlog-mirror). */
import { join } from 'node:path';
import { utf8 } from '../../kernel/index.ts';
import { sha256Hex } from '../../kernel/crypto/index.ts';
import { folderTarget, type PublishTarget } from '../publish/index.ts';

/** Folder of the copies within the data folder of a mirror. */
const COPIES_FOLDER = 'mirrored';

/** Targets by origin. */
export interface MirrorTarget {
  (origin: string): PublishTarget;
  /** The folder of a copy; `log` in it is what is published. */
  folderOf(origin: string): string;
}

/** The copies in data folder `path`. An origin is any line of text; its hash is a name of a folder. */
export function mirrorTarget(path: string): MirrorTarget {
  const folderOf = (origin: string): string => join(path, COPIES_FOLDER, sha256Hex(utf8(origin)));
  return Object.assign((origin: string) => folderTarget(folderOf(origin)), { folderOf });
}
