/** Port: where a publisher takes the log from. */

/** An entry as it is stored. Nothing of it is trusted: its bytes are hashed again. */
export interface StoredEntry {
  readonly bytes: Uint8Array;
  /** Leaf hash, 32 bytes. */
  readonly leaf: Uint8Array;
}

/** The stored log of one origin. Reads may be those of any moment, as long as nothing that was committed before is missing from them. */
export interface PublishedSource {
  /** The newest signed checkpoint, published or not, as a signed note; `undefined` for an empty log. */
  checkpoint(): string | undefined | Promise<string | undefined>;
  /** Hashes of the tree at `level` from index `first` on, `count` of them; fewer where they are not all stored. `level` is a multiple of 8, at least 8. */
  nodes(level: number, first: number, count: number): readonly Uint8Array[] | Promise<readonly Uint8Array[]>;
  /** The entries from index `first` on, at most 256 of them; fewer where they are not all stored. */
  entries(first: number, count: number): readonly StoredEntry[] | Promise<readonly StoredEntry[]>;
  /** Forces to the disk what was read, before anything of it is published; absent where each commit does. */
  sync?(): Promise<void>;
}
