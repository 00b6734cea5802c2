/** Port: where a log is published to. */

/** How a file is put: `new` where none may stand under its name, `mend` where another one may be replaced. */
export type PutMode = 'new' | 'mend';

/** What became of bundles that were to be removed. */
export interface RemovedBundles {
  /** Files, or objects as readers get them, that are gone. */
  readonly removed: number;
  /** Those that an object lock keeps, or former versions of them that a bucket keeps. */
  readonly kept: number;
}

/**
 * A published log: immutable files by their paths (c2sp.org/tlog-tiles), and the one checkpoint that moves. Failures are thrown as `log.unavailable`. Any number of
 * processes may publish to one target; each has an object of its own, with one publisher.
 */
export interface PublishTarget {
  /** Most calls of {@link put} and {@link length} that are under way at once; at least 1. */
  readonly parallel: number;
  /** Bytes of the file at `path`; `undefined` where none is. */
  length(path: string): Promise<number | undefined>;
  /** The file at `path`; `undefined` where none is. Throws `log.unavailable` for one of more than `maximum` bytes. */
  read(path: string, maximum: number): Promise<Uint8Array | undefined>;
  /**
   * Makes the file at `path`, whole or not at all. The same bytes again are harmless. Other bytes under the same name throw `log.corrupt` in mode `new`
   * and are replaced in mode `mend`: published files never change, so they are somebody else's work.
   */
  put(path: string, bytes: Uint8Array, mode: PutMode): Promise<void>;
  /** Resolves once everything that was put is durable, its name included. */
  settle(): Promise<void>;
  /** The checkpoint as it stands, whoever put it there; `undefined` before the first. */
  readCheckpoint(): Promise<Uint8Array | undefined>;
  /**
   * Replaces the checkpoint by what `next` makes of the present one, unless that is `undefined`; durable when it resolves. INVARIANT: compare-and-swap: nobody
   * else replaced what `next` was shown; it is called again where somebody did.
   */
  replaceCheckpoint(next: (present: Uint8Array | undefined) => Uint8Array | undefined): Promise<void>;
  /** Entries below it are not served, and their full files not put; absent, and 0, where nothing is pruned. */
  minimumIndex?(): number;
  /** A file that was moved out of what is served, where this target keeps such; `undefined` where none was. */
  readMoved?(path: string, maximum: number): Promise<Uint8Array | undefined>;
  /** Removes the bundles of which all entries are below `below`, moved ones too; `allow` is awaited before each: false, and what it throws, end it. Durable when it resolves. */
  removeBundles(below: number, allow: (index: number) => Promise<boolean>): Promise<RemovedBundles>;
  /** Removes the partial files of the full one at `path`, where the target lets go of anything; readers fall back to the full one. */
  dropPartials(path: string): Promise<void>;
}
