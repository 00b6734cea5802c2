/** The Merkle tree over entries, grown bundle by bundle and kept as the rows of its tiles. */
import { TILE_WIDTH } from './text.ts';

/** SHA-256 as 32 latin1 characters. */
export type Digest = (data: Uint8Array) => string;

/** The hashes of tile `index` of `level`, as far as they are known; it holds `width`. */
export interface Row {
  readonly level: number;
  readonly index: number;
  readonly width: number;
  readonly hashes: readonly string[];
}

export interface Tree {
  /** SHA-256(0x00 || entry), the entry having at most 65,535 bytes. */
  readonly leaf: (entry: Uint8Array) => string;
  /** Appends the leaves of a bundle and answers the tiles above them that they filled. Nothing follows fewer than 256. */
  readonly append: (leaves: readonly string[]) => readonly Row[];
  /** The tiles that are filling. */
  readonly begun: () => readonly Row[];
  /** The root; over `leaves` in place of those that fill no tile. */
  readonly root: (leaves?: readonly string[]) => string;
}

/** A tree (RFC 9162 §2.1) of `start` leaves, a multiple of 256, with the hashes of the tile that is filling at each level. */
export function createTree(digest: Digest, start: number, rows: string[][]): Tree {
  const leafInput = new Uint8Array(65_536);
  const nodeInput = new Uint8Array(65).fill(0x01, 0, 1);
  let size = start;

  /** SHA-256(0x01 || left || right). */
  function node(left: string, right: string): string {
    for (let at = 0; at < 32; at += 1) {
      nodeInput[1 + at] = left.charCodeAt(at);
      nodeInput[33 + at] = right.charCodeAt(at);
    }
    return digest(nodeInput);
  }

  /** The one hash over a row, or none over none: pairs are joined level by level, and one without a partner goes up as it is. */
  function join(row: readonly string[]): readonly string[] {
    if (row.length < 2) return row;
    const above: string[] = [];
    for (let at = 1; at < row.length; at += 2) above.push(node(row[at - 1] ?? '', row[at] ?? ''));
    return join(row.length % 2 === 0 ? above : above.concat(row.slice(-1)));
  }

  return {
    leaf(entry) {
      leafInput.set(entry, 1);
      return digest(leafInput.subarray(0, entry.length + 1));
    },
    append(leaves) {
      const filled: Row[] = [];
      let full = leaves;
      size += leaves.length;
      rows[0] = [...leaves];
      for (let level = 0; (full = rows[level] ?? []).length === TILE_WIDTH; level += 1) {
        const index = size / TILE_WIDTH ** (level + 1) - 1;
        if (level > 0) filled.push({ level, index, width: TILE_WIDTH, hashes: full });
        rows[level] = [];
        (rows[level + 1] ??= []).push(...join(full));
      }
      return filled;
    },
    begun() {
      const indexOf = (level: number) => Math.floor(size / TILE_WIDTH ** (level + 1));
      return rows.map((hashes, level) => ({ level, index: indexOf(level), width: hashes.length, hashes }));
    },
    root(leaves = rows[0] ?? []) {
      let under: readonly string[] = [];
      for (const row of [leaves, ...rows.slice(1)]) under = join([...row, ...under]);
      return under[0] ?? digest(new Uint8Array(0));
    },
  };
}
