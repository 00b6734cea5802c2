/** Many byte strings as one parameter: arrays of them would cross as text, at twice the length. */
/** Parts of different lengths, one after another. */
export interface Packed {
  readonly bytes: Uint8Array;
  /** Where each part begins, counted from 1 as `substring` does. */
  readonly starts: readonly number[];
  readonly lengths: readonly number[];
}

/** Packs `parts`; together at most 1 GB, the longest value that PostgreSQL takes. */
export function pack(parts: readonly Uint8Array[]): Packed {
  const starts: number[] = [];
  let start = 1;
  for (const { length } of parts) {
    starts.push(start);
    start += length;
  }
  return { bytes: Buffer.concat(parts), starts, lengths: parts.map(({ length }) => length) };
}
