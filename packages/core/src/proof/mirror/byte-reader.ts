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
      if (!(await this.#receive())) return undefined;
    }
    return this.#cut(length);
  }

  /** Whether nothing is left. Throws likewise. */
  async isAtEnd(): Promise<boolean> {
    while (this.#length === 0) {
      if (!(await this.#receive())) return true;
    }
    return false;
  }

  /** Whether another piece came. */
  async #receive(): Promise<boolean> {
    const step = await this.#chunks.next();
    if (step.done === true) return false;
    this.#received += step.value.length;
    if (this.#received > this.#maximum) {
      throw new Fault('bound.exceeded', `a request has at most ${this.#maximum} bytes`);
    }
    this.#held.push(step.value);
    this.#length += step.value.length;
    return true;
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
