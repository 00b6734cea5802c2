/** How much of a value is scanned. What lies past a bound is reported as `oversize`, never taken for safe. */

/** Bounds of one scan. Lengths are UTF-16 units. */
export interface ScanBounds {
  /** Longest part of one string that is scanned. */
  readonly stringLength: number;
  /** Most text scanned in one value, keys included. */
  readonly totalLength: number;
  /** Most text scanned in decoded views of one value, in addition. */
  readonly derivedLength: number;
  /** Most strings and keys scanned in one value. */
  readonly strings: number;
  /** Deepest nesting entered. */
  readonly depth: number;
}

/** Sized so that a scan of the worst input stays near a second of one core (bench/detection.bench.ts). */
export const DEFAULT_SCAN_BOUNDS: ScanBounds = {
  stringLength: 512 * 1024,
  totalLength: 1024 * 1024,
  derivedLength: 1024 * 1024,
  strings: 65_536,
  depth: 64,
};

/** Unscanned places listed one by one; more and the whole value counts as unscanned. */
export const MAX_LISTED_UNSCANNED = 1_000;
