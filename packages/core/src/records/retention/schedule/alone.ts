/** One run at a time over a data folder, whichever process begins it. */
import { isLockHeld, type ProcessLock, takeLock } from '../../../audit/index.ts';
import { Fault } from '../../../kernel/index.ts';
import type { RetentionOptions, RetentionPorts, RetentionReport } from '../ports.ts';
import { retain } from '../retain.ts';

/** Which log of which data folder. */
export interface RetentionPlace {
  /** The data folder. */
  readonly path: string;
  /** The tenant whose log it is; absent for the folder's own. */
  readonly name?: string;
}

/**
 * Runs retention unless another process does; then nothing is answered. Rejects as {@link retain} does. Nodes of one log on a PostgreSQL server have data folders of
 * their own, and may run at once: what one of them destroyed the other passes over.
 */
export async function retainAlone(
  ports: RetentionPorts,
  { path, name }: RetentionPlace,
  options: RetentionOptions = {},
): Promise<RetentionReport | undefined> {
  if (options.isDryRun === true) return retain(ports, options);
  const lock = lockOf(path, name === undefined ? 'retention' : `retention-${name}`);
  if (lock === undefined) return undefined;
  try {
    return await retain(ports, options);
  } finally {
    lock.release();
  }
}

function lockOf(path: string, name: string): ProcessLock | undefined {
  try {
    return takeLock(path, name);
  } catch (cause) {
    if (isLockHeld(path, name)) return undefined;
    throw new Fault(
      'io.failed',
      `the lock of retention in \`${path}\` cannot be taken`,
      { file: path },
      { cause },
    );
  }
}
