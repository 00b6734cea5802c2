/** The minimum index of a published folder: entries below it are no longer served (c2sp.org/tlog-tiles, Pruning). */
import { join } from 'node:path';
import { Fault, fromUtf8 } from '../../kernel/index.ts';
import { TILE_WIDTH } from '../../proof/index.ts';
import { readRegularFile } from '../store/index.ts';

/** File of a published folder that says so, beside the checkpoint; absent where nothing is pruned. Other log servers have no such file. */
export const MINIMUM_INDEX_PATH = 'minimum-index';

/** Folder of a data folder that keeps what is no longer served, under the same paths. */
export const PRUNED_FOLDER = 'pruned';

/** Longest decimal, policy and line feeds, in bytes. */
export const MAX_MINIMUM_INDEX_BYTES = 4_096;

/** What a log no longer serves, and why it may. */
export interface Pruning {
  /** Entries from 0 to before this one are not served. */
  readonly minimumIndex: number;
  /** The retention policy that permits it, in one line. */
  readonly policy: string;
}

/** Whether a log with this minimum index serves the full tile or, at level 0, bundle: its end index must lie above. */
export function isServed(minimumIndex: number, level: number, index: number): boolean {
  return (index + 1) * TILE_WIDTH ** (level + 1) > minimumIndex;
}

/** What is pruned of the published log in folder `root`; `undefined` where nothing is. Throws `log.corrupt` for a file that says something else. */
export function readPruning(root: string): Pruning | undefined {
  const bytes = readRegularFile(join(root, MINIMUM_INDEX_PATH), MAX_MINIMUM_INDEX_BYTES);
  if (bytes === undefined) return undefined;
  const [, decimal = '', policy = ''] =
    /^(0|[1-9][0-9]{0,15})\n([^\n]+)\n$/.exec(Buffer.from(bytes).toString('latin1')) ?? [];
  const minimumIndex = Number(decimal);
  if (decimal === '' || !Number.isSafeInteger(minimumIndex))
    throw new Fault('log.corrupt', `\`${MINIMUM_INDEX_PATH}\` is no number and retention policy`, {
      file: join(root, MINIMUM_INDEX_PATH),
    });
  return { minimumIndex, policy: fromUtf8(Buffer.from(policy, 'latin1')) };
}
