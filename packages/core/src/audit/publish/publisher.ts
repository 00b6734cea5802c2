/** Publishes the log as static files: tiles and bundles first, then the checkpoint that covers them (c2sp.org/tlog-tiles). */
import { equalBytes, Fault, fromUtf8, utf8 } from '../../kernel/index.ts';
import {
  bundlePath,
  bundlesBetween,
  type Checkpoint,
  encodeBundle,
  encodeTile,
  HASH_BYTES,
  partialTiles,
  TILE_HEIGHT,
  TILE_WIDTH,
  tilePath,
  tilesBetween,
  TileWriter,
  type WrittenTile,
} from '../../proof/index.ts';
import type { PassStep } from '../sequencer/index.ts';
import { type CheckpointKey, createTextHasher, requireHead, rolledBack } from '../tree/index.ts';
import { Bounded } from './bounded.ts';
import { isBundleBelow, provenPruning } from './bundles/index.ts';
import { isServed } from './minimum-index.ts';
import type { PublishTarget, PutMode } from './publish-target.ts';
import { cosignedBeside, ownCheckpoint } from './published.ts';
import type { PublishedSource } from './published-source.ts';

/** What a publisher is made of. */
export interface PublisherOptions {
  readonly source: PublishedSource;
  readonly target: PublishTarget;
  readonly key: CheckpointKey;
  readonly pass: PassStep;
  /** Taken to be there whole as far as the published checkpoint reaches, without a look at each file. Default false. */
  readonly isComplete?: boolean;
}

/**
 * Writes what has been appended since the last publishing. Several processes may: files never change, and the checkpoint only grows.
 * Every entry is hashed again on the way, so an edited row is refused (`log.corrupt`) instead of published.
 */
export class Publisher {
  readonly #options: PublisherOptions;
  readonly #hasher = createTextHasher();
  #turn: Promise<unknown> = Promise.resolve();
  /** Whether this process has made sure that what was published before it is there. */
  #isComplete: boolean;

  constructor(options: PublisherOptions) {
    this.#options = options;
    this.#isComplete = options.isComplete ?? false;
  }

  /** Publishes up to the newest checkpoint and answers its size. `rebuild` writes every file again. Throws `log.corrupt`; one at a time. */
  publish(rebuild = false): Promise<number> {
    const turn = this.#turn.then(() => this.#publish(rebuild));
    this.#turn = turn.catch(() => {});
    return turn;
  }

  /** Adds the cosignatures of `note` to the published checkpoint where it is still that one. Throws `note.unverified` for what this log did not sign. */
  async publishCosigned(note: Uint8Array): Promise<void> {
    const { target, key } = this.#options;
    key.open(fromUtf8(note));
    await target.replaceCheckpoint((present) => cosignedBeside(present, note));
  }

  async #publish(rebuild: boolean): Promise<number> {
    const { key, source, target, pass } = this.#options;
    // Read before the source: another process may publish in between, and never more than the source then holds.
    const present = ownCheckpoint(await target.readCheckpoint(), key);
    const published = present?.size ?? 0;
    const note = await source.checkpoint();
    if (note === undefined) return 0;
    const checkpoint = key.open(note);
    if (published > checkpoint.size) throw rolledBack(published, checkpoint.size);
    if (present?.size === checkpoint.size) requireHead(checkpoint, present.size, present.root);
    const minimumIndex = target.minimumIndex?.() ?? 0;
    // Whoever wrote that would have what comes next published without its entries.
    if (minimumIndex > checkpoint.size)
      throw new Fault('log.corrupt', `the minimum index is ${minimumIndex}, the log has ${checkpoint.size}`, {
        hint: 'find out who wrote `minimum-index`, and set it with `writ log prune`',
      });
    // Only what was published before can have been pruned.
    const isLookedAt = rebuild || !this.#isComplete;
    const prunedBelow = isLookedAt ? ((await provenPruning(target, source))?.below ?? 0) : 0;
    const wholeTo = rebuild ? 0 : await this.#firstGap(published, prunedBelow);
    if (published >= checkpoint.size && wholeTo >= published) {
      this.#isComplete = true;
      return published;
    }
    await source.sync?.();
    pass('publish/before-tiles');
    const from = wholeTo - (wholeTo % TILE_WIDTH);
    // Whoever mends what was published writes over what stands there.
    const mode: PutMode = rebuild || wholeTo < published ? 'mend' : 'new';
    const tiles = new TileWriter(this.#hasher, from, await this.#edge(from));
    const extend = this.#extend(tiles, present);
    const writes = new Bounded(target.parallel);
    const put = (path: string, bytes: Uint8Array): Promise<void> =>
      writes.add(async () => {
        await target.put(path, bytes, mode);
        pass('publish/between-files');
      });
    try {
      for (const bundle of bundlesBetween(from, checkpoint.size)) {
        const entries = await this.#readEntries(bundle.index * TILE_WIDTH, bundle.width, extend);
        const isKept = isServed(minimumIndex, 0, bundle.index) && !isBundleBelow(bundle.index, prunedBelow);
        if (isKept) await put(bundlePath(bundle), encodeBundle(entries));
        for (const { tile, bytes } of tiles.takeFull())
          if (isServed(minimumIndex, tile.level, tile.index)) await put(tilePath(tile), bytes);
      }
      for (const { tile, bytes } of tiles.partials()) await put(tilePath(tile), bytes);
    } finally {
      await writes.settle();
    }
    requireHead(checkpoint, tiles.size, this.#hasher.encode(tiles.root()));
    await target.settle();
    pass('publish/before-checkpoint');
    const size = await this.#replaceCheckpoint(checkpoint.size, note);
    pass('publish/after-checkpoint');
    await this.#dropPartials(from, checkpoint.size);
    this.#isComplete = true;
    return size;
  }

  /**
   * How many of the first `published` entries have all their files, in their lengths. Looked at once by each process; what was altered
   * without changing its length is for `verifyFolder` to find and for `rebuild` to mend.
   */
  async #firstGap(published: number, prunedBelow: number): Promise<number> {
    if (this.#isComplete) return published;
    const { target } = this.#options;
    const minimumIndex = target.minimumIndex?.() ?? 0;
    let gap = published;
    const looks = new Bounded(target.parallel);
    const look = (path: string, first: number, length?: number): Promise<void> =>
      looks.add(async () => {
        const found = await target.length(path);
        const isWhole = length === undefined ? (found ?? 0) > 0 : found === length;
        if (!isWhole) gap = Math.min(gap, first);
      });
    for (const { level, index, width } of tilesBetween(0, published)) {
      if (!isServed(minimumIndex, level, index)) continue;
      await look(tilePath({ level, index, width }), index * TILE_WIDTH ** (level + 1), width * HASH_BYTES);
    }
    for (const bundle of bundlesBetween(0, published)) {
      if (bundle.index * TILE_WIDTH >= gap) break;
      if (!isServed(minimumIndex, 0, bundle.index) || isBundleBelow(bundle.index, prunedBelow)) continue;
      await look(bundlePath(bundle), bundle.index * TILE_WIDTH);
    }
    await looks.settle();
    return gap;
  }

  /** INVARIANT: the published checkpoint never shrinks, whoever publishes. */
  async #replaceCheckpoint(size: number, note: string): Promise<number> {
    const { target, key } = this.#options;
    let reached = size;
    await target.replaceCheckpoint((bytes) => {
      const present = ownCheckpoint(bytes, key)?.size ?? 0;
      reached = Math.max(present, size);
      return present < size ? utf8(note) : undefined;
    });
    return reached;
  }

  /** Appends leaves to `tiles`. INVARIANT: where they reach the size of `present`, they lead to its root: what is published is never continued by another history. */
  #extend(tiles: TileWriter<string>, present: Checkpoint | undefined): (leaf: string) => void {
    const check = (): void => {
      if (tiles.size === present?.size) requireHead(present, tiles.size, this.#hasher.encode(tiles.root()));
    };
    check();
    return (leaf) => {
      tiles.append(leaf);
      check();
    };
  }

  /** The partial tiles at `size`, a multiple of 256, from the stored roots of full bundles and above. */
  async #edge(size: number): Promise<readonly WrittenTile[]> {
    const { source } = this.#options;
    const edge: WrittenTile[] = [];
    for (const tile of partialTiles(size)) {
      const hashes = await source.nodes(tile.level * TILE_HEIGHT, tile.index * TILE_WIDTH, tile.width);
      const bytes = encodeTile(hashes);
      if (bytes.length !== tile.width * HASH_BYTES)
        throw new Fault('log.corrupt', `roots of \`${tilePath(tile)}\` are not stored`);
      edge.push({ tile, bytes });
    }
    return edge;
  }

  async #readEntries(
    start: number,
    count: number,
    extend: (leaf: string) => void,
  ): Promise<readonly Uint8Array[]> {
    const stored = await this.#options.source.entries(start, count);
    if (stored.length !== count)
      throw new Fault('log.corrupt', `entries ${start} to ${start + count - 1} are not all stored`);
    return stored.map(({ bytes, leaf: kept }, offset) => {
      const leaf = this.#hasher.leaf(bytes);
      if (!equalBytes(this.#hasher.encode(leaf), kept)) {
        throw new Fault('log.corrupt', `entry ${start + offset} was edited`, { index: start + offset });
      }
      extend(leaf);
      return bytes;
    });
  }

  /** Partial files whose full one now exists. */
  async #dropPartials(from: number, size: number): Promise<void> {
    const { target } = this.#options;
    let unit = TILE_WIDTH;
    for (let level = 0; unit <= size; level += 1, unit *= TILE_WIDTH) {
      for (let index = Math.floor(from / unit); (index + 1) * unit <= size; index += 1) {
        await target.dropPartials(tilePath({ level, index, width: TILE_WIDTH }));
        if (level === 0) await target.dropPartials(bundlePath({ index, width: TILE_WIDTH }));
      }
    }
  }
}
