/** Saying anew where a destination goes on. */
import { Fault, isFault, isLockHeld, type LogReader, takeLock } from '@writ/core';
import { leafHash } from '@writ/export';
import { type Cursor, cursorFile } from '../cursor/index.ts';
import { cursorPath, lockName } from './export-files.ts';

/** Where a cursor stood and stands. */
export interface CursorReset {
  /** Absent where there was none, or none that could be used. */
  readonly before?: number;
  readonly next: number;
}

/** Where a destination is to go on, and in which log. */
export interface CursorPlace {
  readonly reader: LogReader;
  /** From 0 to the log's size. */
  readonly next: number;
  /** Records that entries from `from` up to `to` are left out; resolves once that is durable. */
  readonly recordGap: (from: number, to: number) => Promise<void>;
}

/**
 * Puts the cursor of destination `name`. What is left out by that is recorded before it is: all of the log before, where no cursor says what was sent of it. Throws
 * `export.running` while somebody sends to it, `export.cursor` for an index outside the log, and what `recordGap` throws; the cursor stands where it stood then.
 */
export async function resetCursor(
  data: string,
  name: string,
  { reader, next, recordGap }: CursorPlace,
): Promise<CursorReset> {
  const size = reader.size();
  if (!Number.isSafeInteger(next) || next < 0 || next > size)
    throw new Fault('export.cursor', `the log has ${size} entries, and \`${next}\` is not one of them`, {
      hint: `write a number from 0 to ${size}`,
    });
  const lock = takeSenderLock(data, name);
  try {
    const store = cursorFile(cursorPath(data, name));
    const held = heldBy(store.load.bind(store));
    const before = held?.origin === reader.origin ? held.next : undefined;
    if (next > (before ?? 0)) await recordGap(before ?? 0, next);
    const leaf = next === 0 ? {} : { leaf: leafHash(reader.entry(next - 1).bytes) };
    store.save({ origin: reader.origin, next, ...leaf, isBehind: held?.isBehind ?? false });
    return { ...(before === undefined ? {} : { before }), next };
  } finally {
    lock.release();
  }
}

function takeSenderLock(data: string, name: string): ReturnType<typeof takeLock> {
  try {
    return takeLock(data, lockName(name));
  } catch (cause) {
    if (!isLockHeld(data, lockName(name))) throw cause;
    throw new Fault('export.running', `a process sends to \`${name}\` at the moment`, {
      hint: 'stop it first: the gateway of this data folder, or `writ export run`',
    });
  }
}

function heldBy(load: () => Cursor | undefined): Cursor | undefined {
  try {
    return load();
  } catch (fault) {
    // A damaged one is what this is for.
    if (isFault(fault, 'export.cursor')) return undefined;
    throw fault;
  }
}
