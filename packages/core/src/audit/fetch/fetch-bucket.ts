/** Brings a log from a bucket to a folder, as the log put it there, and says what somebody else did to it. */
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { equalBytes, Fault, isFault } from '../../kernel/index.ts';
import { ed25519PublicKey, ed25519Verify, mlDsa44Verify } from '../../kernel/crypto/index.ts';
import {
  bundlePath,
  bundlesBetween,
  type Checkpoint,
  CHECKPOINT_PATH,
  checkSignatures,
  MAX_ENTRY_BYTES,
  parseCheckpoint,
  parseNote,
  parseTilePath,
  TILE_WIDTH,
  type TileCoordinates,
  tilePath,
  tilesBetween,
  tileWidth,
  type VerifierKey,
} from '../../proof/index.ts';
import {
  Bounded,
  BUNDLES_PREFIX,
  isBundleBelow,
  lengthOf,
  MAX_CHECKPOINT_BYTES,
  MAX_MARK_BYTES,
  type ObjectStore,
  type ObjectVersion,
  parsePrunedMark,
  PRUNED_BUNDLES_PATH,
  replaceFile,
} from '../publish/index.ts';
import { createFolder, readRegularFile } from '../store/index.ts';
import { BucketCheckpoints } from './bucket-checkpoints.ts';
import { type BucketFinding, Findings } from './findings.ts';

export type { BucketFinding, BucketFindingKind } from './findings.ts';

/** Objects read at once. */
const PARALLEL = 8;
/** Largest object read, in bytes: a full bundle of the longest entries. */
const MAX_FILE_BYTES = TILE_WIDTH * (MAX_ENTRY_BYTES + 2);

/** What to fetch, and to where. */
export interface FetchOptions {
  readonly store: ObjectStore;
  /** Made where it is missing. Files of an earlier fetch that have their length are kept, and its checkpoint where the bucket has only smaller ones. */
  readonly folder: string;
  /** Keys of the log, never from the bucket. */
  readonly keys: readonly VerifierKey[];
  /**
   * Which version of an object with several different ones: the `oldest` is what the log put first; the `newest`, what readers get, is the log's where it published everything again
   * after somebody had been faster. Default `oldest`.
   */
  readonly prefer?: 'oldest' | 'newest';
  /** Called now and then with the number of objects listed so far. */
  readonly progress?: (objects: number) => void;
}

/** What was fetched. Nothing of it is verified but the checkpoint's signature: `verifyFolder` does the rest. */
export interface FetchReport {
  /** The largest checkpoint that the log signed; `undefined` where there is none. */
  readonly checkpoint: Checkpoint | undefined;
  /** Files that are now in the folder. */
  readonly files: number;
  /** What somebody else did, the first hundred; none in a bucket that only the log has written to. */
  readonly findings: readonly BucketFinding[];
  /** All findings. */
  readonly found: number;
}

/**
 * Fetches the log at its largest signed checkpoint, whatever readers are shown: versions under an object lock are there although they are hidden. Throws `log.unavailable`, and
 * `config.invalid` without a key.
 */
export async function fetchBucket(options: FetchOptions): Promise<FetchReport> {
  const { store, folder, keys, progress } = options;
  if (keys.length === 0)
    throw new Fault('config.invalid', 'without a key of the log nothing tells its checkpoints from others');
  createFolder(folder);
  const findings = new Findings();
  const earlier = readRegularFile(join(folder, CHECKPOINT_PATH), MAX_CHECKPOINT_BYTES);
  const checkpoints = new BucketCheckpoints(store, (note) => openNote(note, keys));
  const reads = new Bounded(PARALLEL);
  let newest: Awaited<ReturnType<BucketCheckpoints['newest']>> | 'unknown' = 'unknown';
  let objects = 0;
  let prunedBelow = 0;
  for await (const versions of byName(store.versions(''))) {
    objects += 1;
    progress?.(objects);
    if (versions.map((version) => checkpoints.take(version)).includes(true)) continue;
    const [{ name }] = versions;
    if (name === PRUNED_BUNDLES_PATH) {
      prunedBelow = await fetchMark(options, versions);
      continue;
    }
    const tile = tileAt(name);
    if (tile === undefined) {
      findings.add('object-foreign', name, 'the log uses no such name');
      continue;
    }
    // Names come in order, and those of tiles after those of checkpoints.
    if (newest === 'unknown') newest = await checkpoints.newest(findings, earlier);
    const isNeeded = isOfLog(tile, newest?.checkpoint.size ?? 0);
    const mayBeHidden = name.startsWith(BUNDLES_PREFIX) && isBundleBelow(tile.index, prunedBelow);
    await reads.add(() => fetchObject(options, versions, { isNeeded, mayBeHidden }, findings));
  }
  if (newest === 'unknown') newest = await checkpoints.newest(findings, earlier);
  await reads.settle();
  if (newest !== undefined) replaceFile(folder, CHECKPOINT_PATH, newest.note);
  const range = { size: newest?.checkpoint.size ?? 0, prunedBelow };
  const files = await countFiles(folder, range, findings);
  return { checkpoint: newest?.checkpoint, files, findings: findings.list, found: findings.count };
}

type Versions = readonly [ObjectVersion, ...ObjectVersion[]];

/** The versions of each object together. */
async function* byName(versions: AsyncIterable<ObjectVersion>): AsyncIterable<Versions> {
  let of: [ObjectVersion, ...ObjectVersion[]] | undefined;
  for await (const version of versions) {
    if (of !== undefined && of[0].name === version.name) of.push(version);
    else {
      if (of !== undefined) yield of;
      of = [version];
    }
  }
  if (of !== undefined) yield of;
}

/** The tile that `name` is the path of, or the one over the entries of its bundle. */
function tileAt(name: string): TileCoordinates | undefined {
  try {
    const resource = parseTilePath(name);
    return resource.kind === 'tile' ? resource.tile : { level: 0, ...resource.bundle };
  } catch (fault) {
    if (isFault(fault)) return undefined;
    throw fault;
  }
}

/** Whether the log of `size` entries is read from it. A full file also stands for a partial one. */
function isOfLog({ level, index, width }: TileCoordinates, size: number): boolean {
  const used = tileWidth(level, index, size);
  return used > 0 && (width === used || width === TILE_WIDTH);
}

async function fetchObject(
  { store, folder, prefer = 'oldest' }: FetchOptions,
  versions: Versions,
  { isNeeded, mayBeHidden }: { readonly isNeeded: boolean; readonly mayBeHidden: boolean },
  findings: Findings,
): Promise<void> {
  const [{ name }] = versions;
  const read = async ({ version }: ObjectVersion): Promise<Uint8Array | undefined> =>
    (await store.get(name, MAX_FILE_BYTES, version))?.bytes;
  if (!mayBeHidden && !versions.some(({ isLatest }) => isLatest))
    findings.add('object-hidden', name, 'readers do not find it: a delete marker hides it');
  const isReadable = versions.every(({ length }) => length <= MAX_FILE_BYTES);
  const [tags, lengths] = [
    new Set(versions.map(({ tag }) => tag)),
    new Set(versions.map(({ length }) => length)),
  ];
  let isOverwritten = lengths.size > 1;
  // Equal bytes under unequal tags: a store that encrypts makes its tags anew. One after another: anybody who may write can add any number of them.
  if (!isOverwritten && tags.size > 1) isOverwritten = !isReadable || (await hasOthers(versions, read));
  if (isOverwritten)
    findings.add('object-overwritten', name, `${versions.length} versions of it are not all the same`);
  if (!isNeeded) return;
  const taken = (prefer === 'oldest' ? versions.at(-1) : versions[0]) ?? versions[0];
  if (!isOverwritten && (await lengthOf(join(folder, name))) === taken.length) return;
  if (taken.length > MAX_FILE_BYTES) return;
  const bytes = await read(taken);
  if (bytes === undefined) return;
  createFolder(dirname(join(folder, name)));
  replaceFile(folder, name, bytes);
}

/** Whether one of `versions` has other bytes than the newest. One is held beside the newest. */
async function hasOthers(
  [newest, ...others]: Versions,
  read: (version: ObjectVersion) => Promise<Uint8Array | undefined>,
): Promise<boolean> {
  const first = await read(newest);
  for (const version of others) {
    const bytes = await read(version);
    if (first === undefined || bytes === undefined || !equalBytes(bytes, first)) return true;
  }
  return false;
}

/** Brings what the log says of bundles that it pruned, and answers below which entry. Whether it is true, the entries tell: `verifyFolder` asks them. */
async function fetchMark({ store, folder }: FetchOptions, versions: Versions): Promise<number> {
  const shown = versions.find(({ isLatest }) => isLatest) ?? versions[0];
  if (shown.length > MAX_MARK_BYTES) return 0;
  const bytes = (await store.get(shown.name, MAX_MARK_BYTES, shown.version))?.bytes;
  const mark = parsePrunedMark(bytes);
  if (bytes === undefined || mark === undefined) return 0;
  replaceFile(folder, PRUNED_BUNDLES_PATH, bytes);
  return mark.below;
}

/** Counts the files of the log of `size` entries; a full one stands for a partial one, and bundles below `prunedBelow` are not missed. */
async function countFiles(
  folder: string,
  { size, prunedBelow }: { readonly size: number; readonly prunedBelow: number },
  findings: Findings,
): Promise<number> {
  let files = 0;
  const look = async (path: string, full: string): Promise<void> => {
    if (existsSync(join(folder, path)) || existsSync(join(folder, full))) files += 1;
    else findings.add('object-missing', path, 'no version of it is in the bucket');
  };
  for (const tile of tilesBetween(0, size))
    await look(tilePath(tile), tilePath({ ...tile, width: TILE_WIDTH }));
  for (const bundle of bundlesBetween(prunedBelow, size))
    await look(bundlePath(bundle), bundlePath({ ...bundle, width: TILE_WIDTH }));
  return files;
}

async function openNote(bytes: Uint8Array, keys: readonly VerifierKey[]): Promise<Checkpoint | undefined> {
  try {
    const note = parseNote(bytes);
    const { verified } = await checkSignatures(note, keys, (publicKey, message, signature) =>
      publicKey.length === 32
        ? ed25519Verify(ed25519PublicKey(publicKey), message, signature)
        : mlDsa44Verify(publicKey, message, signature),
    );
    const checkpoint = parseCheckpoint(note.text);
    return verified.some(({ key }) => key.name === checkpoint.origin) ? checkpoint : undefined;
  } catch (fault) {
    if (isFault(fault)) return undefined;
    throw fault;
  }
}
