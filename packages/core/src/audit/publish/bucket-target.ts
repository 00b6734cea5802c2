/** The log as objects in a bucket (decision 14). */
import { equalBytes, Fault } from '../../kernel/index.ts';
import { type Checkpoint, CHECKPOINT_PATH } from '../../proof/index.ts';
import type { CheckpointKey } from '../tree/index.ts';
import { removeBucketBundles } from './bundles/index.ts';
import { addToHistory, newestBeyond } from './checkpoint-history.ts';
import type { ObjectStore, StoredObject } from './object-store.ts';
import type { PublishTarget, PutMode } from './publish-target.ts';
import { MAX_CHECKPOINT_BYTES, otherBytes, ownCheckpoint } from './published.ts';

/** Calls under way at once: enough to hide the round trips of a store far away, few enough for a small one. */
const PARALLEL = 8;
/** Times that the checkpoint is tried to be replaced while others replace it. */
const MAX_ATTEMPTS = 20;

/** What stands in the bucket: the object that readers get, and the largest checkpoint that this log signed, wherever it stands. */
interface Present {
  readonly object: StoredObject | undefined;
  readonly newest: Uint8Array | undefined;
}

/**
 * Publishes to `store` the log that `key` signs. Each checkpoint is also kept under its size, before `checkpoint` is replaced; what stands there counts as
 * published even where the object `checkpoint` was put back or is gone, so a log that was put back together with it is noticed.
 *
 * INVARIANT: rests on no condition of a store. Whoever replaced `checkpoint` looks for a larger one in the history afterwards and puts that one there: the last to look
 * sees them all. Without conditions `checkpoint` may be behind for the moment between the two; where it is found to be, it is put right.
 */
export function bucketTarget(store: ObjectStore, key: CheckpointKey): PublishTarget {
  const open = (note: Uint8Array): ReturnType<typeof ownCheckpoint> => ownCheckpoint(note, key);
  const read = (): Promise<Present> => readPresent(store, key);
  return {
    parallel: PARALLEL,
    length: (path) => store.length(path),
    read: async (path, maximum) => (await store.get(path, maximum))?.bytes,
    put: (path, bytes, mode) => putOnce(store, path, bytes, mode),
    // A put is answered when it is durable.
    settle: () => Promise.resolve(),
    async readCheckpoint() {
      const { object, newest } = await read();
      // Somebody ended between the two writes, or put an older one there.
      if (newest !== undefined && !same(newest, object?.bytes)) await replaceObject(store, object, newest);
      return newest;
    },
    async replaceCheckpoint(next) {
      for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt += 1) {
        const present = await read();
        const made = next(present.newest);
        if (made !== undefined) await addToHistory(store, made, open);
        // Readers are shown the largest also where nothing is new: the object may have been put back.
        const note = made ?? present.newest;
        if (note === undefined || same(note, present.object?.bytes)) return;
        if (!(await replaceObject(store, present.object, note))) continue;
        const after = await read();
        if (same(after.newest, note) && same(after.object?.bytes, note)) return;
      }
      throw new Fault('log.unavailable', `the checkpoint was replaced ${MAX_ATTEMPTS} times by others`);
    },
    removeBundles: (below, allow) => removeBucketBundles(store, below, allow),
    async dropPartials(path) {
      // Under a lock they could only be hidden, and stay all the same.
      if (store.isLocked) return;
      for await (const { name, isLatest } of store.versions(`${path}.p/`))
        if (isLatest) await store.remove(name);
    },
  };
}

/** The largest checkpoint in `store` that `key` signed, wherever it stands; `undefined` for none. Puts nothing. Throws `log.unavailable`, `log.corrupt`. */
export async function newestInBucket(
  store: ObjectStore,
  key: CheckpointKey,
): Promise<Checkpoint | undefined> {
  return ownCheckpoint((await readPresent(store, key)).newest, key);
}

async function readPresent(store: ObjectStore, key: CheckpointKey): Promise<Present> {
  const open = (note: Uint8Array): ReturnType<typeof ownCheckpoint> => ownCheckpoint(note, key);
  const object = await store.get(CHECKPOINT_PATH, MAX_CHECKPOINT_BYTES);
  const beyond = await newestBeyond(store, open(object?.bytes ?? new Uint8Array())?.size ?? 0, open);
  return { object, newest: beyond?.note ?? object?.bytes };
}

/** Puts an object that never changes, as {@link PublishTarget.put} says. */
export async function putOnce(
  store: ObjectStore,
  path: string,
  bytes: Uint8Array,
  mode: PutMode,
): Promise<void> {
  const length = await store.length(path);
  if (length === undefined && (await store.put(path, bytes, { kind: 'absent' }))) return;
  const present = await readUpTo(store, path, bytes.length);
  if (same(present, bytes)) return;
  // One that another process has removed meanwhile is no other one.
  if (mode === 'new' && present !== undefined) throw otherBytes(path);
  await store.put(path, bytes);
}

/** The object at `path`; one that is longer than `length` is not read, and answers as empty. */
async function readUpTo(store: ObjectStore, path: string, length: number): Promise<Uint8Array | undefined> {
  const found = await store.length(path);
  if (found === undefined || found > length) return found === undefined ? undefined : new Uint8Array();
  return (await store.get(path, length))?.bytes;
}

/** Answers false where somebody else replaced it meanwhile. */
async function replaceObject(
  store: ObjectStore,
  present: StoredObject | undefined,
  note: Uint8Array,
): Promise<boolean> {
  const condition =
    present === undefined ? ({ kind: 'absent' } as const) : ({ kind: 'tag', tag: present.tag } as const);
  if (await store.put(CHECKPOINT_PATH, note, condition)) return true;
  const again = await store.get(CHECKPOINT_PATH, MAX_CHECKPOINT_BYTES);
  if (again?.tag !== present?.tag) return false;
  // It is what the condition named, and was refused: this store has no use for conditions.
  return store.put(CHECKPOINT_PATH, note);
}

function same(left: Uint8Array | undefined, right: Uint8Array | undefined): boolean {
  return left !== undefined && right !== undefined && equalBytes(left, right);
}
