/** The files of one copied log: full bundles and tiles as they come to be, partial ones where a checkpoint ends. */
import { Fault } from '../../kernel/index.ts';
import { sha256 } from '../../kernel/crypto/index.ts';
import {
  bundlePath,
  bundleStart,
  byteTreeHasher,
  encodeBundle,
  HASH_BYTES,
  MAX_ENTRY_BYTES,
  parseBundle,
  partialTiles,
  readRoot,
  TILE_WIDTH,
  tileHashReader,
  tilePath,
  TileWriter,
  type TreeHasher,
  type WrittenTile,
} from '../../proof/index.ts';
import type { PublishTarget } from '../publish/index.ts';
import type { MirrorPosition } from './mirror-store.ts';

/** Hashing of every copied tree. */
export const mirrorHasher: TreeHasher<Uint8Array> = byteTreeHasher(sha256);

/** Longest bundle, in bytes. */
const MAX_BUNDLE_BYTES = TILE_WIDTH * (MAX_ENTRY_BYTES + 2);
const MAX_TILE_BYTES = TILE_WIDTH * HASH_BYTES;

/** What a position says about files. */
export type CopiedTree = Pick<MirrorPosition, 'next' | 'edge'>;

/** The tree as far as it is held, to append to. Throws `log.corrupt` where the edge is not that of its size. */
export function treeOf({ next, edge }: CopiedTree): TileWriter<Uint8Array> {
  return new TileWriter(mirrorHasher, next, edgeTiles({ next, edge }));
}

/** The edge of `tree`, as a position keeps it. */
export function edgeOf(tree: TileWriter<Uint8Array>): Uint8Array {
  return Buffer.concat(tree.partials().map(({ bytes }) => bytes));
}

/** The entries held of the bundle that entry `next` goes into; none where it begins one. */
export async function readBegun(target: PublishTarget, next: number): Promise<readonly Uint8Array[]> {
  const width = next % TILE_WIDTH;
  if (width === 0) return [];
  const path = bundlePath({ index: bundleStart(next) / TILE_WIDTH, width });
  const bytes = await target.read(path, MAX_BUNDLE_BYTES);
  const entries = bytes === undefined ? [] : parseBundle(bytes);
  if (entries.length !== width) throw new Fault('log.corrupt', `\`${path}\` of the copy is missing or cut`);
  return entries;
}

/** Leaf hashes held of the bundle that begins at `first`, up to, not including, `end`, which is held too. */
export async function readLeaves(
  target: PublishTarget,
  tree: CopiedTree,
  { first, end }: { readonly first: number; readonly end: number },
): Promise<readonly Uint8Array[]> {
  if (first === end) return [];
  const begun = edgeTiles(tree).find(({ tile }) => tile.level === 0 && tile.index * TILE_WIDTH === first);
  const path = tilePath({ level: 0, index: first / TILE_WIDTH, width: TILE_WIDTH });
  const bytes = begun?.bytes ?? (await target.read(path, MAX_TILE_BYTES));
  if (bytes === undefined || bytes.length < (end - first) * HASH_BYTES)
    throw new Fault('log.corrupt', `\`${path}\` of the copy is missing or cut`);
  return Array.from({ length: end - first }, (_, at) => bytes.slice(at * HASH_BYTES, (at + 1) * HASH_BYTES));
}

/** Writes the bundle that `entries`, all of it so far, make from `first` on, and the tiles that `tree` filled. Durable when it resolves. */
export async function writeBundle(
  target: PublishTarget,
  first: number,
  entries: readonly Uint8Array[],
  tree: TileWriter<Uint8Array>,
): Promise<void> {
  await target.put(
    bundlePath({ index: first / TILE_WIDTH, width: entries.length }),
    encodeBundle(entries),
    'new',
  );
  for (const { tile, bytes } of tree.takeFull()) await target.put(tilePath(tile), bytes, 'new');
  await target.settle();
}

/** Writes the partial files of the tree of `size` entries, at most as many as are held: with the full ones they are all that readers of its checkpoint need. */
export async function writeEdge(target: PublishTarget, held: CopiedTree, size: number): Promise<void> {
  const edge = edgeTiles(held);
  for (const tile of partialTiles(size)) {
    const begun = edge.find((other) => other.tile.level === tile.level && other.tile.index === tile.index);
    const full = { ...tile, width: TILE_WIDTH };
    const bytes = begun?.bytes ?? (await target.read(tilePath(full), MAX_TILE_BYTES));
    if (bytes === undefined || bytes.length < tile.width * HASH_BYTES)
      throw new Fault('log.corrupt', `\`${tilePath(full)}\` of the copy is missing or cut`);
    await target.put(tilePath(tile), bytes.slice(0, tile.width * HASH_BYTES), 'new');
  }
  const width = size % TILE_WIDTH;
  const index = bundleStart(size) / TILE_WIDTH;
  if (width > 0 && (await target.length(bundlePath({ index, width }))) === undefined) {
    const heldWidth = Math.min(TILE_WIDTH, held.next - index * TILE_WIDTH);
    const bytes = await target.read(bundlePath({ index, width: heldWidth }), MAX_BUNDLE_BYTES);
    if (bytes === undefined) throw new Fault('log.corrupt', `bundle ${index} of the copy is missing`);
    await target.put(bundlePath({ index, width }), encodeBundle(parseBundle(bytes).slice(0, width)), 'new');
  }
  await target.settle();
}

/** The root of the first `size` entries, at most as many as are held. */
export function rootAt(target: PublishTarget, held: CopiedTree, size: number): Promise<Uint8Array> {
  const edge = edgeTiles(held);
  const reader = tileHashReader({
    hasher: mirrorHasher,
    size: held.next,
    root: treeOf(held).root(),
    readTile: (tile) =>
      edge.find((other) => other.tile.level === tile.level && other.tile.index === tile.index)?.bytes ??
      target.read(tilePath(tile), MAX_TILE_BYTES),
  });
  return readRoot(mirrorHasher, reader, size);
}

/** Lets go of partial files between two checkpoints whose full ones stand. */
export async function dropPartials(target: PublishTarget, from: number, size: number): Promise<void> {
  let unit = TILE_WIDTH;
  for (let level = 0; unit <= size; level += 1, unit *= TILE_WIDTH)
    for (let index = Math.floor(from / unit); (index + 1) * unit <= size; index += 1) {
      await target.dropPartials(tilePath({ level, index, width: TILE_WIDTH }));
      if (level === 0) await target.dropPartials(bundlePath({ index, width: TILE_WIDTH }));
    }
}

function edgeTiles({ next, edge }: CopiedTree): readonly WrittenTile[] {
  let at = 0;
  const tiles = partialTiles(next).map((tile) => {
    const bytes = edge.subarray(at, at + tile.width * HASH_BYTES);
    at += tile.width * HASH_BYTES;
    return { tile, bytes };
  });
  if (at !== edge.length)
    throw new Fault('log.corrupt', `the state of the copy has another edge than ${next} entries`);
  return tiles;
}
