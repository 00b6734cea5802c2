/** The Merkle tree over entries, grown leaf by leaf and kept as the rows of its tiles. */
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
  /** Appends the hash of a leaf, and to `filled` the tiles above the leaves that it filled. */
  readonly append: (leaf: string, filled: Row[]) => void;
  /** The tiles that are filling. */
  readonly begun: () => readonly Row[];
  readonly root: () => string;
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

  function subtree(row: readonly string[], first: number, width: number): string {
    if (width === 1) return row[first] ?? '';
    return node(subtree(row, first, width / 2), subtree(row, first + width / 2, width / 2));
  }

  return {
    /** SHA-256(0x00 || entry). */
    leaf(entry) {
      leafInput.set(entry, 1);
      return digest(leafInput.subarray(0, entry.length + 1));
    },
    append(leaf, filled) {
      size += 1;
      let hash = leaf;
      for (let level = 0, span = TILE_WIDTH; ; level += 1, span *= TILE_WIDTH) {
        const hashes = (rows[level] ??= []);
        if (hashes.push(hash) < TILE_WIDTH) return;
        if (level > 0) filled.push({ level, index: size / span - 1, width: TILE_WIDTH, hashes });
        rows[level] = [];
        hash = subtree(hashes, 0, TILE_WIDTH);
      }
    },
    begun() {
      const indexOf = (level: number) => Math.floor(size / TILE_WIDTH ** (level + 1));
      return rows.map((hashes, level) => ({ level, index: indexOf(level), width: hashes.length, hashes }));
    },
    root() {
      let root: string | undefined;
      for (const row of rows) {
        // A row is complete subtrees of falling width: the narrowest is the rightmost.
        for (let end = row.length, width = 0; end > 0; end -= width) {
          width = end & -end;
          const left = subtree(row, end - width, width);
          root = root === undefined ? left : node(left, root);
        }
      }
      return root ?? digest(new Uint8Array(0));
    },
  };
}
