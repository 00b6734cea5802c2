/** Archives of bundles: the files themselves, under the paths they were served at, so that they can be put back and verified by anybody. */
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { folderTarget } from '../../../audit/index.ts';
import { equalBytes, Fault } from '../../../kernel/index.ts';
import { sha256, sha256Hex } from '../../../kernel/crypto/index.ts';
import type { IndexRange } from '../../../model/index.ts';
import {
  bundlePath,
  byteTreeHasher,
  encodeBundle,
  MAX_ENTRY_BYTES,
  parseBundle,
  TILE_WIDTH,
} from '../../../proof/index.ts';
import type { ArchivedBundles, BundleArchive, BundlePorts, RetentionPorts } from '../ports.ts';
import { Turns } from '../turns.ts';

/** Hexadecimal digits of the hash of an origin in the name of its folder: logs that succeed each other share an archive. */
const NAME_DIGITS = 16;
const MAX_BUNDLE_BYTES = TILE_WIDTH * (MAX_ENTRY_BYTES + 2);

/** Archive of the log of `origin` in `folder`: the folder `log` of a folder named by the origin. Not encrypted: it holds what was published. */
export function folderBundleArchive(folder: string, origin: string): BundleArchive {
  return folderTarget(join(folder, sha256Hex(origin).slice(0, NAME_DIGITS)));
}

/**
 * Archives bundles `from` up to `to`, and compares what the disk gives back with the tiles that the published checkpoint proves. Nothing where there is no archive; harmless where they are there.
 * Throws `archive.unverified`, `io.failed`, and what reading tiles throws.
 */
export async function archiveBundles(
  ports: RetentionPorts,
  { archive, published }: BundlePorts,
  { from, to }: IndexRange,
): Promise<ArchivedBundles | undefined | 'stopped'> {
  if (archive === undefined) return undefined;
  const turns = new Turns(ports);
  for (let index = from; index < to; index += 1) {
    await attempt('write', () => archive.put(pathOf(index), bundleOf(ports, index), 'new'));
    await turns.next();
    if (ports.signal?.aborted === true) return 'stopped';
  }
  await attempt('write', () => archive.settle());
  const hash = createHash('sha256');
  const hasher = byteTreeHasher(sha256);
  const leavesOf = await published.leaves();
  for (let index = from; index < to; index += 1) {
    const bytes = await attempt('read', () => archive.read(pathOf(index), MAX_BUNDLE_BYTES));
    const leaves = bytes === undefined ? [] : parseBundle(bytes).map((entry) => hasher.leaf(entry));
    const proven = await leavesOf(index);
    if (bytes === undefined || !proven.every((leaf, at) => equalBytes(leaf, leaves[at] ?? new Uint8Array())))
      throw new Fault('archive.unverified', `bundle ${index} is archived as another than its tile says`, {
        hint: 'nothing was pruned; look at the disk of the archive and at the published tiles, and run it again',
      });
    hash.update(bytes);
    await turns.next();
    if (ports.signal?.aborted === true) return 'stopped';
  }
  return { hash: hash.digest('hex'), bundles: to - from };
}

/** The bytes of a full bundle, as they were published: the rows have them. */
function bundleOf({ reader }: RetentionPorts, index: number): Uint8Array {
  const first = index * TILE_WIDTH;
  return encodeBundle(Array.from({ length: TILE_WIDTH }, (_, at) => reader.entry(first + at).bytes));
}

function pathOf(index: number): string {
  return bundlePath({ index, width: TILE_WIDTH });
}

async function attempt<Result>(what: string, act: () => Promise<Result>): Promise<Result> {
  try {
    return await act();
  } catch (cause) {
    throw new Fault('io.failed', `cannot ${what} the archive of bundles`, {}, { cause });
  }
}
