/** A bucket in memory, with versions and an object lock that nobody gets around, and its administrator, who may do what a store lets anybody do. */
import { concatBytes, Fault, toHex } from '../kernel/index.ts';
import { sha256 } from '../kernel/crypto/index.ts';
import type { ObjectStore, ObjectVersion, PutCondition } from '../audit/index.ts';

/** What somebody with all rights over the bucket can do. */
export interface BucketAdministrator {
  /** Puts an object over whatever stands there. */
  overwrite(name: string, bytes: Uint8Array): Promise<void>;
  /** Removes an object, or hides it. */
  hide(name: string): Promise<void>;
  /** Tries to remove every version for good; answers how many were refused. */
  purge(name: string): Promise<number>;
}

/** How the bucket behaves. */
export interface MemoryBucketOptions {
  /** Default true. */
  readonly isLocked?: boolean;
  /** What conditions do: `honoured`; `ignored`, as a store does that knows none; `refused`, as one does that finds no tag to match. Default `honoured`. */
  readonly conditions?: 'honoured' | 'ignored' | 'refused';
}

/** The bucket and its administrator. */
export interface MemoryBucket {
  readonly store: ObjectStore;
  readonly administrator: BucketAdministrator;
  /** Objects as a reader sees them. */
  files(): ReadonlyMap<string, Uint8Array>;
}

interface Version {
  readonly id: string;
  /** Absent in a delete marker. */
  readonly bytes: Uint8Array | undefined;
}

/** An empty bucket. */
export function memoryBucket(options: MemoryBucketOptions = {}): MemoryBucket {
  const { isLocked = true, conditions = 'honoured' } = options;
  /** Versions of each object, the newest first. */
  const objects = new Map<string, Version[]>();
  let ids = 0;
  const latest = (name: string): Uint8Array | undefined => objects.get(name)?.[0]?.bytes;
  const add = (name: string, bytes: Uint8Array | undefined): void => {
    ids += 1;
    const version = { id: String(ids), bytes: bytes === undefined ? undefined : concatBytes(bytes) };
    objects.set(name, isLocked ? [version, ...(objects.get(name) ?? [])] : [version]);
  };
  const remove = (name: string): void => {
    if (isLocked) add(name, undefined);
    else objects.delete(name);
  };
  const holds = (name: string, condition: PutCondition | undefined): boolean => {
    if (condition === undefined || conditions === 'ignored') return true;
    const present = latest(name);
    if (condition.kind === 'absent') return present === undefined;
    return conditions === 'honoured' && present !== undefined && tagOf(present) === condition.tag;
  };
  const store: ObjectStore = {
    isLocked,
    length: async (name) => latest(name)?.length,
    async get(name, maximum, version) {
      const bytes =
        version === undefined ? latest(name) : objects.get(name)?.find(({ id }) => id === version)?.bytes;
      if (bytes !== undefined && bytes.length > maximum)
        throw new Fault(
          'log.unavailable',
          `\`${name}\` has ${bytes.length} bytes, at most ${maximum} are read`,
        );
      return bytes === undefined ? undefined : { bytes, tag: tagOf(bytes) };
    },
    async put(name, bytes, condition) {
      if (!holds(name, condition)) return false;
      add(name, bytes);
      return true;
    },
    remove: async (name) => remove(name),
    async *versions(prefix, after = '') {
      for (const name of [...objects.keys()].sort().filter((one) => one.startsWith(prefix) && one > after))
        yield* versionsOf(name, objects.get(name) ?? []);
    },
  };
  const administrator: BucketAdministrator = {
    overwrite: async (name, bytes) => add(name, bytes),
    hide: async (name) => remove(name),
    async purge(name) {
      const kept = isLocked ? (objects.get(name) ?? []).filter(({ bytes }) => bytes !== undefined) : [];
      if (kept.length === 0) objects.delete(name);
      else objects.set(name, kept);
      return kept.length;
    },
  };
  const files = (): ReadonlyMap<string, Uint8Array> =>
    new Map(
      [...objects.keys()].flatMap((name) => {
        const bytes = latest(name);
        return bytes === undefined ? [] : [[name, bytes] as const];
      }),
    );
  return { store, administrator, files };
}

function* versionsOf(name: string, versions: readonly Version[]): Iterable<ObjectVersion> {
  for (const [at, { id, bytes }] of versions.entries())
    if (bytes !== undefined)
      yield { name, version: id, tag: tagOf(bytes), length: bytes.length, isLatest: at === 0 };
}

function tagOf(bytes: Uint8Array): string {
  return `"${toHex(sha256(bytes))}"`;
}
