/** Locks a backup folder against whoever else writes to it. */
import { Fault } from '../../kernel/index.ts';
import { createFolder, type ProcessLock, takeLock } from '../store/index.ts';

/** INVARIANT: one backup into a folder at a time: two would write the same files, and one would leave the steps of the other out. Throws `io.failed`, `backup.conflict`. */
export function lockFolder(target: string): ProcessLock {
  try {
    createFolder(target);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : 'the system makes none';
    throw new Fault(
      'io.failed',
      `cannot make the backup folder \`${target}\`: ${reason}`,
      { folder: target, hint: 'name a folder that this user may write to' },
      { cause },
    );
  }
  try {
    return takeLock(target, 'backup');
  } catch (cause) {
    throw new Fault(
      'backup.conflict',
      `the backup folder \`${target}\` cannot be used, or another backup is being made into it`,
      { folder: target, hint: 'name a folder that this user may write to, or wait for the other backup' },
      { cause },
    );
  }
}
