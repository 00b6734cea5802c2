/** Where verification reads a log from. Nothing it answers is trusted. */
import type { BundleCoordinates, ReadTile } from '../tiles/index.ts';

/**
 * Port: the published files of a log. Each read answers `undefined` where the file is not there, and throws or rejects where
 * reading itself fails; such a fault ends verification and is not a problem of the log.
 */
export interface LogSource {
  /** The signed checkpoint. */
  readCheckpoint(): Uint8Array | undefined | Promise<Uint8Array | undefined>;
  /** Exactly the tile of that width; where a partial one is gone, the full one is asked for next. */
  readonly readTile: ReadTile;
  /** Exactly the bundle of that width, likewise. */
  readBundle(bundle: BundleCoordinates): Uint8Array | undefined | Promise<Uint8Array | undefined>;
  /** How many entries the source holds, those after the checkpoint included. Absent where it cannot say. */
  countEntries?(): number | Promise<number>;
}
