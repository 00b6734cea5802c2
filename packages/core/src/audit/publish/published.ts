/** What was published so far. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fromUtf8, isFault } from '../../kernel/index.ts';
import { CHECKPOINT_PATH } from '../../proof/index.ts';
import type { CheckpointKey } from '../tree/index.ts';

/** Folder of the published log within a data folder. */
export const LOG_FOLDER = 'log';

/** Size of the published checkpoint, 0 where there is none that `key` signed: then everything is published anew. */
export function publishedSize(path: string, key: CheckpointKey): number {
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(join(path, LOG_FOLDER, CHECKPOINT_PATH));
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return 0;
    throw cause;
  }
  try {
    return key.open(fromUtf8(bytes)).size;
  } catch (fault) {
    if (isFault(fault)) return 0;
    throw fault;
  }
}
