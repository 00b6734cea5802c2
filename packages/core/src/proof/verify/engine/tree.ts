/** The Merkle tree over entries, grown bundle by bundle and kept as the rows of its tiles. */
import { TILE_WIDTH } from './text.ts';

/** SHA-256 as 32 latin1 characters. */
export type Digest = (data: Uint8Array) => string;

/** The hashes of tile `index` of `level`, as far as they are known. */
export interface Row {
  readonly level: number;
  readonly index: number;
  readonly hashes: string[];
}

export interface Tree {
  /** The tile that is filling at each level. */
  readonly rows: readonly Row[];
  /** SHA-256(0x00 || entry), the entry having at most 65,535 bytes. */
  readonly leaf: (entry: Uint8Array) => string;
  /** Appends the leaves of a bundle and answers the tiles above them that they filled. Nothing follows fewer than 256. */
  readonly append: (leaves: readonly string[]) => readonly Row[];
  /** The root; over `leaves` in place of those that fill no tile. */
  readonly root: (leaves?: readonly string[]) => string;
}

/** A tree (RFC 9162 §2.1) that grows from `rows`: the tile that is filling at each level, that of the leaves empty. */
export function createTree(digest: Digest, rows: Row[]): Tree {
  const [leafInput, nodeInput] = [new Uint8Array(65_536), new Uint8Array(65).fill(0x01, 0, 1)];

  /** SHA-256(0x01 || left || right). */
  function node(left = '', right = ''): string {
    for (let at = 0; at < 64; at += 1) nodeInput[1 + at] = (at < 32 ? left : right).charCodeAt(at % 32);
    return digest(nodeInput);
  }

  /** The hash over a row, in a list, none over none: pairs are joined level by level, and one without a partner goes up as it is. */
  function over(row: readonly string[]): readonly string[] {
    if (row.length < 2) return row;
    const above = Array.from({ length: Math.floor(row.length / 2) }, (_, at) =>
      node(row[2 * at], row[2 * at + 1]),
    );
    return over(row.length % 2 === 0 ? above : above.concat(row.slice(-1)));
  }

  function push(level: number, hashes: readonly string[], filled: Row[]): readonly Row[] {
    const row = (rows[level] ??= { level, index: 0, hashes: [] });
    row.hashes.push(...hashes);
    if (row.hashes.length < TILE_WIDTH) return filled;
    rows[level] = { level, index: row.index + 1, hashes: [] };
    if (level > 0) filled.push(row);
    return push(level + 1, over(row.hashes), filled);
  }

  return {
    rows,
    leaf(entry) {
      leafInput.set(entry, 1);
      return digest(leafInput.subarray(0, entry.length + 1));
    },
    append: (leaves) => push(0, leaves, []),
    root: (leaves = rows[0]?.hashes ?? []) =>
      rows.slice(1).reduce((under, { hashes }) => over([...hashes, ...under]), over(leaves))[0] ??
      digest(new Uint8Array(0)),
  };
}
