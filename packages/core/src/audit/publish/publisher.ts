/** Publishes the log as static files: tiles and bundles first, then the checkpoint that covers them (c2sp.org/tlog-tiles). */
import { mkdirSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { equalBytes, Fault, fromUtf8, utf8 } from '../../kernel/index.ts';
import {
  bundlePath,
  bundlesBetween,
  CHECKPOINT_PATH,
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
import { takeLock } from '../store/index.ts';
import { type CheckpointKey, createTextHasher, requireHead, rolledBack } from '../tree/index.ts';
import { cosignedBeside, LOG_FOLDER, publishedCheckpoint } from './published.ts';
import { hasLength, replaceFile, syncFolders, type TouchedFolders, writeImmutable } from './write-file.ts';

/** Longest wait for another process that is replacing the checkpoint, in milliseconds; it takes one sync. */
const REPLACE_WAIT_MS = 5_000;

/** What a publisher is made of. */
export interface PublisherOptions {
  /** The data folder. */
  readonly path: string;
  /** A reading connection. */
  readonly database: DatabaseSync;
  readonly key: CheckpointKey;
  readonly pass: PassStep;
  /** Forces the database to the disk before anything of it is published; absent where each commit does. */
  readonly sync?: () => Promise<void>;
}

/**
 * Writes what has been appended since the last publishing. Several processes may: files never change, and the checkpoint only grows.
 * Every entry is hashed again on the way, so an edited row is refused (`log.corrupt`) instead of published.
 */
export class Publisher {
  readonly #options: PublisherOptions;
  readonly #hasher = createTextHasher();
  readonly #root: string;
  readonly #selectCheckpoint: StatementSync;
  readonly #selectNodes: StatementSync;
  readonly #selectEntries: StatementSync;
  #turn: Promise<unknown> = Promise.resolve();
  /** Whether this process has made sure that what was published before it is there. */
  #isComplete = false;

  constructor(options: PublisherOptions) {
    this.#options = options;
    this.#root = join(options.path, LOG_FOLDER);
    this.#selectCheckpoint = options.database.prepare(
      'SELECT note FROM checkpoints ORDER BY size DESC LIMIT 1',
    );
    this.#selectNodes = options.database.prepare(
      'SELECT hash FROM nodes WHERE level = ? AND idx >= ? AND idx < ? ORDER BY idx',
    );
    this.#selectEntries = options.database.prepare(
      'SELECT leaf, bytes FROM entries WHERE idx >= ? AND idx < ? ORDER BY idx',
    );
  }

  /** The newest signed checkpoint, published or not; `undefined` for an empty log. */
  checkpoint(): string | undefined {
    const note = this.#selectCheckpoint.get()?.['note'];
    return note === undefined ? undefined : String(note);
  }

  /** Publishes up to the newest checkpoint and answers its size. `rebuild` writes every file again. Throws `log.corrupt`; one at a time. */
  publish(rebuild = false): Promise<number> {
    const turn = this.#turn.then(() => this.#publish(rebuild));
    this.#turn = turn.catch(() => {});
    return turn;
  }

  /** Adds the cosignatures of `note` to the published checkpoint where it is still that one. Throws `note.unverified` for what this log did not sign. */
  publishCosigned(note: Uint8Array): void {
    const { path, key } = this.#options;
    key.open(fromUtf8(note));
    const lock = takeLock(path, 'publish', REPLACE_WAIT_MS);
    try {
      const merged = cosignedBeside(path, note);
      if (merged !== undefined) replaceFile(this.#root, CHECKPOINT_PATH, merged);
    } finally {
      lock.release();
    }
  }

  async #publish(rebuild: boolean): Promise<number> {
    const { key, path, pass } = this.#options;
    // Read before the database: another process may publish in between, and never more than the database then holds.
    const published = publishedCheckpoint(path, key)?.size ?? 0;
    const note = this.checkpoint();
    if (note === undefined) return 0;
    const checkpoint = key.open(note);
    if (published > checkpoint.size) throw rolledBack(published, checkpoint.size);
    const wholeTo = rebuild ? 0 : await this.#firstGap(published);
    if (published >= checkpoint.size && wholeTo >= published) {
      this.#isComplete = true;
      return published;
    }
    await this.#options.sync?.();
    pass('publish/before-tiles');
    mkdirSync(this.#root, { recursive: true, mode: 0o700 });
    const from = wholeTo - (wholeTo % TILE_WIDTH);
    const tiles = new TileWriter(this.#hasher, from, this.#edge(from));
    const touched: TouchedFolders = new Set([this.#root]);
    for (const bundle of bundlesBetween(from, checkpoint.size)) {
      const entries = this.#readEntries(bundle.index * TILE_WIDTH, bundle.width, tiles);
      await writeImmutable(this.#root, bundlePath(bundle), encodeBundle(entries), touched);
      pass('publish/between-files');
      for (const tile of tiles.takeFull()) await this.#writeTile(tile, touched);
    }
    for (const tile of tiles.partials()) await this.#writeTile(tile, touched);
    requireHead(checkpoint, tiles.size, this.#hasher.encode(tiles.root()));
    await syncFolders(touched);
    pass('publish/before-checkpoint');
    const size = this.#replaceCheckpoint(checkpoint.size, note);
    pass('publish/after-checkpoint');
    await this.#dropPartials(from, checkpoint.size);
    this.#isComplete = true;
    return size;
  }

  /**
   * How many of the first `published` entries have all their files, in their lengths. Looked at once by each process; what was altered
   * without changing its length is for `verifyFolder` to find and for `rebuild` to mend.
   */
  async #firstGap(published: number): Promise<number> {
    if (this.#isComplete) return published;
    let gap = published;
    for (const { level, index, width } of tilesBetween(0, published)) {
      const first = index * TILE_WIDTH ** (level + 1);
      const isThere = await hasLength(
        join(this.#root, tilePath({ level, index, width })),
        width * HASH_BYTES,
      );
      if (!isThere) gap = Math.min(gap, first);
    }
    for (const bundle of bundlesBetween(0, published)) {
      if (bundle.index * TILE_WIDTH >= gap) break;
      if (!(await hasLength(join(this.#root, bundlePath(bundle))))) gap = bundle.index * TILE_WIDTH;
    }
    return gap;
  }

  /** INVARIANT: the published checkpoint never shrinks, whoever publishes. */
  #replaceCheckpoint(size: number, note: string): number {
    const { path, key } = this.#options;
    const lock = takeLock(path, 'publish', REPLACE_WAIT_MS);
    try {
      const present = publishedCheckpoint(path, key)?.size ?? 0;
      if (present < size) replaceFile(this.#root, CHECKPOINT_PATH, utf8(note));
      return Math.max(present, size);
    } finally {
      lock.release();
    }
  }

  async #writeTile({ tile, bytes }: WrittenTile, touched: TouchedFolders): Promise<void> {
    await writeImmutable(this.#root, tilePath(tile), bytes, touched);
    this.#options.pass('publish/between-files');
  }

  /** The partial tiles at `size`, a multiple of 256, from the stored roots of full bundles and above. */
  #edge(size: number): readonly WrittenTile[] {
    return partialTiles(size).map((tile) => {
      const first = tile.index * TILE_WIDTH;
      const rows = this.#selectNodes.all(tile.level * TILE_HEIGHT, first, first + tile.width);
      const bytes = encodeTile(rows.map((row) => row['hash'] as Uint8Array));
      if (bytes.length !== tile.width * HASH_BYTES)
        throw new Fault('log.corrupt', `roots of \`${tilePath(tile)}\` are not stored`);
      return { tile, bytes };
    });
  }

  #readEntries(start: number, count: number, tiles: TileWriter<string>): readonly Uint8Array[] {
    const rows = this.#selectEntries.all(start, start + count);
    if (rows.length !== count)
      throw new Fault('log.corrupt', `entries ${start} to ${start + count - 1} are not all stored`);
    return rows.map((row, offset) => {
      const bytes = row['bytes'] as Uint8Array;
      const leaf = this.#hasher.leaf(bytes);
      if (!equalBytes(this.#hasher.encode(leaf), row['leaf'] as Uint8Array)) {
        throw new Fault('log.corrupt', `entry ${start + offset} was edited`, { index: start + offset });
      }
      tiles.append(leaf);
      return bytes;
    });
  }

  /** Partial files whose full one now exists; readers fall back to it. */
  async #dropPartials(from: number, size: number): Promise<void> {
    let unit = TILE_WIDTH;
    for (let level = 0; unit <= size; level += 1, unit *= TILE_WIDTH) {
      for (let index = Math.floor(from / unit); (index + 1) * unit <= size; index += 1) {
        const paths = [tilePath({ level, index, width: TILE_WIDTH })];
        if (level === 0) paths.push(bundlePath({ index, width: TILE_WIDTH }));
        for (const path of paths)
          await rm(join(this.#root, dirname(path), `${path.slice(dirname(path).length + 1)}.p`), {
            recursive: true,
            force: true,
          });
      }
    }
  }
}
