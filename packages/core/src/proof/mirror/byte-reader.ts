/** Bytes that arrive in pieces, taken in the lengths that a format says. */
import { Fault } from '../../kernel/index.ts';

/** Reads `chunks` once, keeping at most what was asked for and the piece behind it. */
export class ByteReader {
  readonly #chunks: AsyncIterator<Uint8Array>;
  readonly #maximum: number;
  #held: Uint8Array[] = [];
  #length = 0;
  #received = 0;

  /** `maximum`: most bytes read in all. */
  constructor(chunks: AsyncIterable<Uint8Array>, maximum: number) {
    this.#chunks = chunks[Symbol.asyncIterator]();
    this.#maximum = maximum;
  }

  /** The next `length` bytes; `undefined` where fewer are left. Throws `bound.exceeded` past the maximum, and what the source throws. */
  async take(length: number): Promise<Uint8Array | undefined> {
    while (this.#length < length) {
      const { done, value } = await this.#chunks.next();
      if (done === true) return undefined;
      this.#received += value.length;
      if (this.#received > this.#maximum) {
        throw new Fault('bound.exceeded', `a request has at most ${this.#maximum} bytes`);
      }
      this.#held.push(value);
      this.#length += value.length;
    }
    return this.#cut(length);
  }

  /** Whether nothing is left. */
  async isAtEnd(): Promise<boolean> {
    while (this.#length === 0) {
      const { done, value } = await this.#chunks.next();
      if (done === true) return true;
      this.#held.push(value);
      this.#length += value.length;
    }
    return false;
  }

  #cut(length: number): Uint8Array {
    const bytes = new Uint8Array(length);
    let at = 0;
    while (at < length) {
      const [chunk = bytes] = this.#held;
      const part = chunk.subarray(0, length - at);
      bytes.set(part, at);
      at += part.length;
      if (part.length === chunk.length) this.#held.shift();
      else this.#held[0] = chunk.subarray(part.length);
    }
    this.#length -= length;
    return bytes;
  }
}
