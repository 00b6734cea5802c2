/** Stops serving the oldest entries of a published folder, and serves them again (c2sp.org/tlog-tiles, Pruning). */
import { rename } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Fault, fromUtf8, utf8 } from '../../kernel/index.ts';
import { bundlePath, parseCheckpoint, parseNote, TILE_WIDTH, tilePath } from '../../proof/index.ts';
import { logFolder, takeLock } from '../store/index.ts';
import { LOG_FOLDER, readFolderCheckpoint } from './folder-target.ts';
import {
  isServed,
  MAX_MINIMUM_INDEX_BYTES,
  MINIMUM_INDEX_PATH,
  PRUNED_FOLDER,
  type Pruning,
} from './minimum-index.ts';
import { lengthOf, makeFolder, replaceFile, syncFolders } from './write-file.ts';

const LOCK_WAIT_MS = 5_000;
/** Room for the decimal and two line feeds. */
const MAX_POLICY_BYTES = MAX_MINIMUM_INDEX_BYTES - 20;

/** What was moved. */
export interface Pruned extends Pruning {
  /** Full tiles and bundles that are served no longer, or again. */
  readonly moved: number;
}

/**
 * Makes `pruning.minimumIndex` that of the log, or of that of `tenant`, published in data folder `path`. Full tiles and bundles that end at it or below move into the folder `pruned`; those above
 * it move back. Nothing is deleted, no row is touched, and every proof among what is still served holds. Broken off, it goes on when it is done again.
 * Throws `config.invalid` without a retention policy or past the published size, `log.missing` where nothing is published.
 */
export async function pruneFolder(path: string, pruning: Pruning, tenant?: string): Promise<Pruned> {
  const { minimumIndex, policy } = pruning;
  requirePolicy(policy);
  const folder = logFolder(path, tenant);
  const [root, kept] = [join(folder, LOG_FOLDER), join(folder, PRUNED_FOLDER)];
  const note = readFolderCheckpoint(folder);
  if (note === undefined)
    throw new Fault('log.missing', `nothing is published in \`${root}\``, { folder: root });
  const { size } = parseCheckpoint(parseNote(note).text);
  if (!Number.isSafeInteger(minimumIndex) || minimumIndex < 0 || minimumIndex > size)
    throw new Fault('config.invalid', `the minimum index is from 0 to ${size}, the size that is published`, {
      size,
    });
  const lock = takeLock(path, 'prune', LOCK_WAIT_MS);
  try {
    // Said first: a publisher that misses a file which is not served does not write it again.
    replaceFile(root, MINIMUM_INDEX_PATH, utf8(`${minimumIndex}\n${policy}\n`));
    const out = await moveAll(fullFiles(minimumIndex, minimumIndex), root, kept, false);
    const back = await moveAll(fullFiles(size, minimumIndex), kept, root, true);
    return { ...pruning, moved: out + back };
  } finally {
    lock.release();
  }
}

function requirePolicy(policy: string): void {
  const bytes = utf8(policy);
  const isLine = policy.trim() !== '' && !/\p{Cc}/u.test(policy) && fromUtf8(bytes) === policy;
  if (isLine && bytes.length <= MAX_POLICY_BYTES) return;
  throw new Fault('config.invalid', 'a log is pruned under a stated retention policy alone', {
    hint: `name it in one line of at most ${MAX_POLICY_BYTES} bytes`,
  });
}

interface FullFile {
  readonly path: string;
  readonly isServed: boolean;
}

/** Full tiles and bundles of which some entry lies below `size`. */
function* fullFiles(size: number, minimumIndex: number): Generator<FullFile> {
  let width = TILE_WIDTH;
  for (let level = 0; width <= size; level += 1, width *= TILE_WIDTH) {
    for (let index = 0; (index + 1) * width <= size; index += 1) {
      const served = { isServed: isServed(minimumIndex, level, index) };
      yield { path: tilePath({ level, index, width: TILE_WIDTH }), ...served };
      if (level === 0) yield { path: bundlePath({ index, width: TILE_WIDTH }), ...served };
    }
  }
}

/** Moves those of `files` that are served, or are not, from one folder to the other; their names are durable when it resolves. */
async function moveAll(
  files: Iterable<FullFile>,
  from: string,
  to: string,
  served: boolean,
): Promise<number> {
  const touched = new Set<string>();
  let moved = 0;
  for (const file of files) {
    if (file.isServed !== served || (await lengthOf(join(from, file.path))) === undefined) continue;
    makeFolder(to, dirname(join(to, file.path)), touched);
    await rename(join(from, file.path), join(to, file.path));
    touched.add(dirname(join(from, file.path))).add(dirname(join(to, file.path)));
    moved += 1;
  }
  await syncFolders(touched);
  return moved;
}
