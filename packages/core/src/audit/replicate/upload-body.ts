/** The bytes of one `add-entries`: as many packages as fit, from what a log has published (c2sp.org/tlog-mirror). */
import { concatBytes, Fault } from '../../kernel/index.ts';
import { sha256 } from '../../kernel/crypto/index.ts';
import {
  bundleStart,
  byteTreeHasher,
  type Checkpoint,
  encodePackage,
  encodeUploadHeader,
  type LogSource,
  MAX_PACKAGES,
  packageRanges,
  type PackageRange,
  parseBundle,
  proveSubtree,
  TILE_WIDTH,
  tileHashReader,
} from '../../proof/index.ts';

/** Files of the log to copy, as they are published; nothing that a reader of them has to trust. */
export type ReplicaSource = Pick<LogSource, 'readTile' | 'readBundle'>;

/** Bytes after which no further package is begun; a package alone may have more. */
export const UPLOAD_BYTES: number = 4 * 1024 * 1024;

/** Makes requests for entries up to a checkpoint. */
export type MakeUpload = (start: number, ticket: Uint8Array) => Promise<Uint8Array>;

/** Requests for the entries of `checkpoint`, which `source` holds. They reject with `tile.missing`, `proof.mismatch` where it does not. */
export function createUploads(source: ReplicaSource, checkpoint: Checkpoint): MakeUpload {
  const { origin, size, root } = checkpoint;
  const hasher = byteTreeHasher(sha256);
  const reader = tileHashReader({ hasher, size, root, readTile: source.readTile });
  return async (start, ticket) => {
    const parts = [encodeUploadHeader({ origin, start, end: size, ticket })];
    let [packages, bytes] = [0, 0];
    for (const range of packageRanges(start, size)) {
      if (packages === MAX_PACKAGES || bytes >= UPLOAD_BYTES) break;
      const entries = await readEntries(source, range, size);
      const subtree = { start: bundleStart(range.start), end: range.end };
      const proof = await proveSubtree(hasher, reader, subtree, size);
      const encoded = encodePackage({ entries, proof });
      parts.push(encoded);
      [packages, bytes] = [packages + 1, bytes + encoded.length];
    }
    return concatBytes(...parts);
  };
}

/** The entries of `range`: from the bundle as wide as the tree has it, or the full one in its stead. */
async function readEntries(
  source: ReplicaSource,
  { start, end }: PackageRange,
  size: number,
): Promise<readonly Uint8Array[]> {
  const first = bundleStart(start);
  const bundle = { index: first / TILE_WIDTH, width: Math.min(TILE_WIDTH, size - first) };
  const bytes =
    (await source.readBundle(bundle)) ?? (await source.readBundle({ ...bundle, width: TILE_WIDTH }));
  const entries = bytes === undefined ? [] : parseBundle(bytes).slice(start - first, end - first);
  if (entries.length === end - start) return entries;
  throw new Fault('tile.missing', `entries ${start} to ${end - 1} are not published`, { index: start });
}
