/** Bodies that one entry erases: bounded in number, in ranges and in bytes. */
import { toBase64 } from '../../kernel/index.ts';
import { sha256Hex } from '../../kernel/crypto/index.ts';
import {
  type EraseEffect,
  type ErasedBody,
  type ErasureCause,
  type ErasureRecord,
  type IndexRange,
  MAX_RANGES,
} from '../../model/index.ts';

/** Most bytes of bodies that are sealed again with one entry: they wait in memory, and in the log's write. */
const MAX_CHUNK_BYTES = 4 * 1024 * 1024;

/** A body as it takes the place of another. */
interface Resealed {
  readonly keyId: string;
  readonly wrapped: Uint8Array;
  readonly ciphertext: Uint8Array;
  /** Of what it was made. */
  readonly instead: string;
}

/** Takes bodies in rising order of their indexes. */
export class ErasureChunk {
  readonly #bodies: ErasedBody[] = [];
  readonly #hashes: string[] = [];
  #bytes = 0;
  /** Bodies of which nothing is left. */
  destroyed = 0;

  get size(): number {
    return this.#bodies.length;
  }

  /** INVARIANT: no more bodies than ranges, so that any of them fit into one entry. */
  get isFull(): boolean {
    return this.size >= MAX_RANGES || this.#bytes >= MAX_CHUNK_BYTES;
  }

  add(body: Omit<ErasedBody, 'resealed'>, rest: Resealed | undefined): void {
    if (rest === undefined) {
      this.destroyed += 1;
      this.#bodies.push(body);
      return;
    }
    this.#bytes += rest.ciphertext.length;
    const { keyId, wrapped, ciphertext, instead } = rest;
    this.#hashes.push(sha256Hex(ciphertext));
    this.#bodies.push({
      ...body,
      resealed: { keyId, wrapped: toBase64(wrapped), ciphertext: toBase64(ciphertext), instead },
    });
  }

  /** The effect, and what the entry says of it. */
  finish(cause: ErasureCause): { readonly effect: EraseEffect; readonly record: ErasureRecord } {
    const indexes = (isResealed: boolean): readonly number[] =>
      this.#bodies
        .filter(({ resealed }) => (resealed !== undefined) === isResealed)
        .map(({ index }) => index);
    return {
      effect: { type: 'erase', bodies: this.#bodies },
      record: {
        cause,
        destroyed: rangesOf(indexes(false)),
        resealed: rangesOf(indexes(true)),
        ...(this.#hashes.length === 0 ? {} : { ciphertextHashes: this.#hashes }),
        bodies: this.size,
      },
    };
  }
}

/** Rising `indexes` as ranges. */
function rangesOf(indexes: readonly number[]): readonly IndexRange[] {
  const ranges: IndexRange[] = [];
  for (const index of indexes) {
    const last = ranges.at(-1);
    if (last?.to === index) ranges[ranges.length - 1] = { from: last.from, to: index + 1 };
    else ranges.push({ from: index, to: index + 1 });
  }
  return ranges;
}
