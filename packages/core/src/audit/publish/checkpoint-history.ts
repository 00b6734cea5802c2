/**
 * Every checkpoint published to a bucket, each under a name of its own: `checkpoints/` and its size. The object `checkpoint` can be replaced by whoever may write,
 * also by an older one; what stands beside it under an object lock cannot be taken back, and is found by listing the names behind a size.
 */
import { equalBytes, Fault, toHex } from '../../kernel/index.ts';
import { type Checkpoint, parseCheckpoint, parseNote } from '../../proof/index.ts';
import type { ObjectStore, ObjectVersion } from './object-store.ts';
import { MAX_CHECKPOINT_BYTES } from './published.ts';

/** What the names begin with. */
export const HISTORY_PREFIX = 'checkpoints/';
/** Digits of a size: as many as the largest safe integer has, so that names sort as sizes do. */
const SIZE_DIGITS = 16;
/** Newest names that are looked at for one checkpoint that a key signed. Anybody who may write can add others. */
const MOST_LOOKED_AT = 100;

/** A checkpoint that a key of the log signed. */
export interface KnownCheckpoint {
  readonly note: Uint8Array;
  readonly checkpoint: Checkpoint;
}

/** Reads a note: the checkpoint where one of the log's keys signed it, else `undefined`. */
export type OpenNote = (note: Uint8Array) => Promise<Checkpoint | undefined> | Checkpoint | undefined;

/** The name of the checkpoint of `size` entries. */
export function historyName(size: number): string {
  return `${HISTORY_PREFIX}${String(size).padStart(SIZE_DIGITS, '0')}`;
}

/**
 * The largest checkpoint in the history beyond `size`, hidden ones included; `undefined` where there is none. INVARIANT: under its own name: anybody who may write can
 * put a true, smaller one behind it. Throws `log.corrupt` where more objects than are looked at stand there and none of them is the log's.
 */
export async function newestBeyond(
  store: ObjectStore,
  size: number,
  open: OpenNote,
): Promise<KnownCheckpoint | undefined> {
  const newest: ObjectVersion[] = [];
  let count = 0;
  for await (const version of store.versions(HISTORY_PREFIX, historyName(size))) {
    count += 1;
    newest.push(version);
    if (newest.length > MOST_LOOKED_AT) newest.shift();
  }
  for (const { name, version, length } of newest.reverse()) {
    // What is longer is no checkpoint, and not read.
    const found =
      length > MAX_CHECKPOINT_BYTES ? undefined : await store.get(name, MAX_CHECKPOINT_BYTES, version);
    const checkpoint = found === undefined ? undefined : await open(found.bytes);
    if (found !== undefined && checkpoint !== undefined && name === historyName(checkpoint.size))
      return { note: found.bytes, checkpoint };
  }
  if (count <= MOST_LOOKED_AT) return undefined;
  const message = `${count} objects stand behind \`${historyName(size)}\`, and the last ${MOST_LOOKED_AT} are not signed by this log`;
  throw new Fault('log.corrupt', message, { count, hint: 'find out who writes into the bucket' });
}

/**
 * Adds `note` to the history. Harmless where it is there. Throws `log.corrupt` where the log's own key signed another root at this size: there are two histories.
 */
export async function addToHistory(store: ObjectStore, note: Uint8Array, open: OpenNote): Promise<void> {
  const { size, root } = parseCheckpoint(parseNote(note).text);
  const name = historyName(size);
  for await (const { name: found, version, length } of store.versions(name)) {
    const isRead = found === name && length <= MAX_CHECKPOINT_BYTES;
    const bytes = isRead ? (await store.get(name, MAX_CHECKPOINT_BYTES, version))?.bytes : undefined;
    const checkpoint = bytes === undefined ? undefined : await open(bytes);
    if (checkpoint === undefined || checkpoint.size !== size) continue;
    if (equalBytes(checkpoint.root, root)) return;
    const message = `a checkpoint of ${size} entries with the root ${toHex(checkpoint.root)} is published, this log has ${toHex(root)}`;
    throw new Fault('log.corrupt', message, {
      size,
      hint: 'two histories are signed with one key: publish nothing more, and find out which is the true one',
    });
  }
  await store.put(name, note);
}
