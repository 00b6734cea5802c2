/** What was published so far. */
import { join } from 'node:path';
import { fromUtf8, isFault } from '../../kernel/index.ts';
import { type Checkpoint, CHECKPOINT_PATH } from '../../proof/index.ts';
import { readRegularFile } from '../store/index.ts';
import type { CheckpointKey } from '../tree/index.ts';

/** Folder of the published log within a data folder. */
export const LOG_FOLDER = 'log';

/** Longest checkpoint read, in bytes: origin, size, root and the signatures of a hundred witnesses fit many times. */
export const MAX_CHECKPOINT_BYTES = 1_048_576;

/** The published checkpoint, where `key` signed it; one that it did not sign counts as none, and everything is published anew. Throws `log.unavailable` for what is no file. */
export function publishedCheckpoint(path: string, key: CheckpointKey): Checkpoint | undefined {
  const bytes = readRegularFile(join(path, LOG_FOLDER, CHECKPOINT_PATH), MAX_CHECKPOINT_BYTES);
  if (bytes === undefined) return undefined;
  try {
    return key.open(fromUtf8(bytes));
  } catch (fault) {
    if (isFault(fault)) return undefined;
    throw fault;
  }
}
