/** The log as files in the folder `log` of a data folder. */
import { join } from 'node:path';
import { equalBytes } from '../../kernel/index.ts';
import { CHECKPOINT_PATH } from '../../proof/index.ts';
import { readRegularFile, readRegularFileLater, takeLock } from '../store/index.ts';
import { removeFolderBundles } from './bundles/index.ts';
import { PRUNED_FOLDER, readPruning } from './minimum-index.ts';
import type { PublishTarget } from './publish-target.ts';
import { MAX_CHECKPOINT_BYTES, otherBytes } from './published.ts';
import {
  dropFolder,
  lengthOf,
  makeFolder,
  type PreparedFile,
  prepareFile,
  syncFolders,
  writeImmutable,
} from './write-file.ts';

/** Folder of the published log within a data folder. */
export const LOG_FOLDER = 'log';

/** Longest wait for another process that is replacing the checkpoint, in milliseconds; it takes one sync. */
const REPLACE_WAIT_MS = 5_000;

/** The folder `log` in data folder `path`, made where it is missing. Files and names are synced before the checkpoint is; a lock of the data folder guards that one. */
export function folderTarget(path: string): PublishTarget {
  const root = join(path, LOG_FOLDER);
  const touched = new Set<string>();
  /** Puts `prepared` in place where `next` still wants those bytes; `false` where another process came first and it wants others. */
  const swap = async (
    wanted: Uint8Array,
    next: Parameters<PublishTarget['replaceCheckpoint']>[0],
    prepared: PreparedFile,
  ): Promise<boolean> => {
    let isPlaced = false;
    try {
      const lock = takeLock(path, 'publish', REPLACE_WAIT_MS);
      try {
        // INVARIANT: nothing is awaited under the lock.
        const bytes = next(readFolderCheckpoint(path));
        if (bytes === undefined) return true;
        if (!equalBytes(bytes, wanted)) return false;
        prepared.place();
        isPlaced = true;
      } finally {
        lock.release();
      }
    } finally {
      if (!isPlaced) await prepared.discard();
    }
    await syncFolders(new Set([root]));
    return true;
  };
  return {
    parallel: 1,
    length: (file) => lengthOf(join(root, file)),
    read: (file, maximum) => readRegularFileLater(join(root, file), maximum),
    async put(file, bytes, mode) {
      const present = mode === 'new' ? await lengthOf(join(root, file)) : undefined;
      if (present !== undefined && (await isOther(join(root, file), present, bytes))) throw otherBytes(file);
      // Written once more all the same: whoever wrote it first may not have synced it yet.
      await writeImmutable(root, file, bytes, touched);
    },
    async settle() {
      makeFolder(path, root, touched);
      touched.add(root);
      await syncFolders(touched);
      touched.clear();
    },
    readCheckpoint: async () => readFolderCheckpoint(path),
    async replaceCheckpoint(next) {
      for (;;) {
        const wanted = next(readFolderCheckpoint(path));
        if (wanted === undefined) return;
        // On the disk before the lock is taken: calls of this process go on meanwhile.
        const prepared = await prepareFile(root, CHECKPOINT_PATH, wanted);
        if (await swap(wanted, next, prepared)) return;
      }
    },
    minimumIndex: () => readPruning(root)?.minimumIndex ?? 0,
    readMoved: (file, maximum) => readRegularFileLater(join(path, PRUNED_FOLDER, file), maximum),
    removeBundles: (below, allow) => removeFolderBundles([root, join(path, PRUNED_FOLDER)], below, allow),
    dropPartials: (file) => dropFolder(join(root, `${file}.p`)),
  };
}

/** Whether `file`, which has `length` bytes, holds others. One that another process has removed meanwhile holds none. */
async function isOther(file: string, length: number, bytes: Uint8Array): Promise<boolean> {
  if (length !== bytes.length) return true;
  const present = await readRegularFileLater(file, length);
  return present !== undefined && !equalBytes(present, bytes);
}

/** The checkpoint published in data folder `path`, whoever put it there. Throws `log.unavailable` for what is no file. */
export function readFolderCheckpoint(path: string): Uint8Array | undefined {
  return readRegularFile(join(path, LOG_FOLDER, CHECKPOINT_PATH), MAX_CHECKPOINT_BYTES);
}
