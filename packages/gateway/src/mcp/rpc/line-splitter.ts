/** Cuts a byte stream into lines, never holding more than one bounded line. */

/** Longest line accepted, in bytes; what the strict parser accepts as well. */
export const MAX_LINE_BYTES: number = 16 * 1024 * 1024;
/** A buffer larger than this is given back after its line, in bytes. */
const KEEP_BYTES = 64 * 1024;
const NEWLINE = 0x0a;

/** Receives what the splitter finds. */
export interface LineSink {
  /** One line without its newline. The bytes are valid during the call only. */
  line(bytes: Uint8Array): void;
  /** A line grew past the bound: told once, as soon as it does. Its bytes are gone. */
  tooLong(): void;
}

/** Splits at `\n`. Past `maxLineBytes` the rest of a line is discarded as it arrives. */
export class LineSplitter {
  readonly #sink: LineSink;
  readonly #maxLineBytes: number;
  #held: Uint8Array = new Uint8Array(0);
  #length = 0;
  #discarding = false;

  constructor(sink: LineSink, maxLineBytes: number = MAX_LINE_BYTES) {
    this.#sink = sink;
    this.#maxLineBytes = maxLineBytes;
  }

  /** Takes the next bytes of the stream. */
  push(chunk: Uint8Array): void {
    let from = 0;
    while (from < chunk.length) {
      const newline = chunk.indexOf(NEWLINE, from);
      if (newline < 0) {
        this.#hold(chunk.subarray(from));
        return;
      }
      this.#finish(chunk.subarray(from, newline));
      from = newline + 1;
    }
  }

  /** The stream is over: what stands after the last newline is a line too. */
  end(): void {
    if (this.#length > 0) this.#finish(new Uint8Array(0));
  }

  #finish(tail: Uint8Array): void {
    if (this.#length === 0 && !this.#discarding && tail.length <= this.#maxLineBytes) {
      if (tail.length > 0) this.#sink.line(tail);
      return;
    }
    this.#hold(tail);
    const whole = this.#held.subarray(0, this.#length);
    const isWhole = !this.#discarding;
    if (this.#held.length > KEEP_BYTES) this.#held = new Uint8Array(0);
    this.#length = 0;
    this.#discarding = false;
    if (isWhole) this.#sink.line(whole);
  }

  #hold(bytes: Uint8Array): void {
    if (this.#discarding) return;
    const length = this.#length + bytes.length;
    if (length > this.#maxLineBytes) {
      this.#discarding = true;
      this.#held = new Uint8Array(0);
      this.#length = 0;
      this.#sink.tooLong();
      return;
    }
    if (length > this.#held.length) {
      // Doubling keeps copying linear, however small the pieces are.
      const grown = new Uint8Array(Math.min(this.#maxLineBytes, Math.max(length, this.#held.length * 2)));
      grown.set(this.#held.subarray(0, this.#length));
      this.#held = grown;
    }
    this.#held.set(bytes, this.#length);
    this.#length = length;
  }
}
