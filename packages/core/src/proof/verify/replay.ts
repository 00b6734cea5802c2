/** Recomputes a log from the bytes of its entries, bundle by bundle, and compares every tile with the result. */
import { describeFault, equalBytes, Fault, isFault } from '../../kernel/index.ts';
import { byteTreeHasher, type Sha256, type TreeHasher } from '../merkle/index.ts';
import {
  type BundleCoordinates,
  bundlePath,
  bundlesBetween,
  parseBundle,
  parseTile,
  readTileHashes,
  TILE_WIDTH,
  type TileCoordinates,
  tilePath,
  TileWriter,
} from '../tiles/index.ts';
import { checkNotedRoot, type NotedCheckpoint } from './noted.ts';
import type { ProblemList } from './problem.ts';
import type { LogSource } from './source.ts';

/** A check of the caller's: what is wrong with `entry` in one line, or nothing. Called once per entry, in order. The bytes are on loan. */
export type CheckEntry = (entry: Uint8Array, index: number) => string | undefined;

/** What a replay needs. */
export interface ReplayOptions {
  readonly source: LogSource;
  readonly sha256: Sha256;
  /** Entries that the checkpoint claims. */
  readonly size: number;
  readonly noted: readonly NotedCheckpoint[];
  readonly checkEntry?: CheckEntry;
  readonly signal?: AbortSignal;
}

/** What came of it. */
export interface Replayed {
  /** The root over the bytes of all entries; absent where one of them could not be read in its place. */
  readonly root?: Uint8Array;
  /** Entries that bundles hold beyond the size. */
  readonly spare: number;
}

/** Entries and leaves of one bundle; `spare` counts what a full bundle, read in place of a partial one, has beyond. */
interface ReadBundle {
  readonly entries: readonly Uint8Array[];
  readonly spare: number;
}

/**
 * Replays `size` entries. Memory: one bundle, one tile per level, and the problems found. Stops early only where the list of
 * problems is full; faults `guard.aborted` when the signal fires between two bundles.
 */
export async function replayEntries(options: ReplayOptions, problems: ProblemList): Promise<Replayed> {
  const replay = new Replay(options, problems);
  for (const bundle of bundlesBetween(0, options.size)) {
    if (options.signal?.aborted === true) {
      throw new Fault('guard.aborted', `verification was aborted at entry ${bundle.index * TILE_WIDTH}`);
    }
    if (problems.isFull) return { spare: 0 };
    await replay.bundle(bundle);
  }
  return replay.finish();
}

class Replay {
  readonly #options: ReplayOptions;
  readonly #problems: ProblemList;
  readonly #hasher: TreeHasher<Uint8Array>;
  readonly #tiles: TileWriter<Uint8Array>;
  /** Sizes at which the caller noted a checkpoint. */
  readonly #notedSizes: ReadonlySet<number>;
  /** Whether every entry so far stood in its place, so that the root over them means something. */
  #complete = true;
  #spare = 0;

  constructor(options: ReplayOptions, problems: ProblemList) {
    this.#options = options;
    this.#problems = problems;
    this.#hasher = byteTreeHasher(options.sha256);
    this.#tiles = new TileWriter(this.#hasher);
    this.#notedSizes = new Set(options.noted.map(({ checkpoint }) => checkpoint.size));
    this.#checkNoted();
  }

  async bundle(bundle: BundleCoordinates): Promise<void> {
    const start = bundle.index * TILE_WIDTH;
    const place = bundlePath(bundle);
    const read = await this.#readBundle(bundle);
    const entries = read?.entries ?? [];
    const leaves = entries.map((entry) => this.#hasher.leaf(entry));
    if (read !== undefined && entries.length !== bundle.width) {
      const message = `\`${place}\` holds ${entries.length} entries, expected ${bundle.width}`;
      this.#problems.add('entry-count', message, { index: start, place });
    }
    this.#spare = read?.spare ?? 0;
    this.#complete &&= entries.length === bundle.width;
    if (this.#complete) this.#append(leaves);
    await this.#compareLeaves(bundle, read === undefined ? undefined : leaves);
    for (const { tile, bytes } of this.#tiles.takeFull())
      await this.#compareTile(tile, parseTile(tile, bytes));
    this.#checkEntries(entries.slice(0, bundle.width), start);
  }

  async finish(): Promise<Replayed> {
    if (!this.#complete) return { spare: this.#spare };
    for (const { tile, bytes } of this.#tiles.partials())
      await this.#compareTile(tile, parseTile(tile, bytes));
    return { root: this.#tiles.root(), spare: this.#spare };
  }

  #append(leaves: readonly Uint8Array[]): void {
    for (const leaf of leaves) {
      this.#tiles.append(leaf);
      this.#checkNoted();
    }
  }

  #checkNoted(): void {
    const { size } = this.#tiles;
    if (this.#notedSizes.has(size))
      checkNotedRoot(this.#options.noted, size, this.#tiles.root(), this.#problems);
  }

  #checkEntries(entries: readonly Uint8Array[], start: number): void {
    const { checkEntry } = this.#options;
    if (checkEntry === undefined) return;
    for (const [offset, entry] of entries.entries()) {
      const refusal = checkEntry(entry, start + offset);
      if (refusal !== undefined) this.#problems.add('entry-refused', refusal, { index: start + offset });
    }
  }

  /** Reads the bundle, or the full one in its stead: a log may drop a partial bundle once the full one exists. */
  async #readBundle(bundle: BundleCoordinates): Promise<ReadBundle | undefined> {
    const place = bundlePath(bundle);
    const { source } = this.#options;
    let bytes = await source.readBundle(bundle);
    const exact = bytes !== undefined;
    if (!exact && bundle.width < TILE_WIDTH)
      bytes = await source.readBundle({ ...bundle, width: TILE_WIDTH });
    if (bytes === undefined) {
      this.#problems.add('bundle-missing', `\`${place}\` is missing`, {
        index: bundle.index * TILE_WIDTH,
        place,
      });
      return undefined;
    }
    const entries = this.#parseBundle(bytes, place, bundle.index * TILE_WIDTH);
    if (entries === undefined) return undefined;
    if (exact || entries.length !== TILE_WIDTH) return { entries, spare: 0 };
    return { entries: entries.slice(0, bundle.width), spare: TILE_WIDTH - bundle.width };
  }

  /** Compares the level-0 tile with the leaves of its bundle, or only reads it where the bundle cannot be read. */
  async #compareLeaves(bundle: BundleCoordinates, leaves: readonly Uint8Array[] | undefined): Promise<void> {
    const tile: TileCoordinates = { level: 0, ...bundle };
    const published = await this.#readTile(tile);
    if (published === undefined || leaves === undefined) return;
    const offset = published.findIndex((hash, at) => {
      const leaf = leaves[at];
      return leaf === undefined || !equalBytes(leaf, hash);
    });
    if (offset < 0) return;
    const place = tilePath(tile);
    const index = bundle.index * TILE_WIDTH + offset;
    this.#problems.add('leaf-mismatch', `entry ${index} does not hash to its leaf in \`${place}\``, {
      index,
      place,
    });
  }

  /** Compares a tile above the leaves. A hash over entries already reported is left out: it differs in consequence. */
  async #compareTile(tile: TileCoordinates, expected: readonly Uint8Array[]): Promise<void> {
    if (tile.level === 0) return;
    const published = await this.#readTile(tile);
    if (published === undefined) return;
    const span = TILE_WIDTH ** tile.level;
    const place = tilePath(tile);
    for (const [offset, hash] of published.entries()) {
      const start = (tile.index * TILE_WIDTH + offset) * span;
      if (equalBytes(expected[offset] ?? hash.subarray(1), hash)) continue;
      if (this.#problems.hasWithin('leaf-mismatch', start, start + span)) continue;
      const message = `hash ${offset} of \`${place}\` is not the one that entries ${start} to ${start + span - 1} lead to`;
      this.#problems.add('tile-mismatch', message, { index: start, place });
      return;
    }
  }

  async #readTile(tile: TileCoordinates): Promise<readonly Uint8Array[] | undefined> {
    const place = tilePath(tile);
    const index = tile.index * TILE_WIDTH ** (tile.level + 1);
    try {
      const read = await readTileHashes(this.#options.source.readTile, tile);
      if (read === undefined) this.#problems.add('tile-missing', `\`${place}\` is missing`, { index, place });
      return read?.hashes;
    } catch (fault) {
      if (!isFault(fault, 'tile.malformed')) throw fault;
      this.#problems.add('tile-malformed', describeFault(fault), { index, place });
      return undefined;
    }
  }

  #parseBundle(bytes: Uint8Array, place: string, index: number): readonly Uint8Array[] | undefined {
    try {
      return parseBundle(bytes);
    } catch (fault) {
      if (!isFault(fault, 'tile.malformed')) throw fault;
      this.#problems.add('bundle-malformed', describeFault(fault), { index, place });
      return undefined;
    }
  }
}
