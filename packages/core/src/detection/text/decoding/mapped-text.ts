/** A text derived from another, with the place in the original of each of its units. */

/** A derived text. Unit `i` of `text` stands for the units `starts[i]` to `ends[i]` of the original. */
export interface MappedText {
  readonly text: string;
  readonly starts: readonly number[];
  readonly ends: readonly number[];
}

/** Builds a derived text from left to right. */
export class MappedTextBuilder {
  readonly #parts: string[] = [];
  readonly #starts: number[] = [];
  readonly #ends: number[] = [];

  /** Appends `text`, all of which stands for `start` to `end` of the source. */
  replace(text: string, start: number, end: number): void {
    this.#parts.push(text);
    for (let unit = 0; unit < text.length; unit += 1) {
      this.#starts.push(start);
      this.#ends.push(end);
    }
  }

  /** Appends the units `start` to `end` of `source` as they are. */
  copy(source: string, start: number, end: number): void {
    if (start >= end) return;
    this.#parts.push(source.slice(start, end));
    for (let at = start; at < end; at += 1) {
      this.#starts.push(at);
      this.#ends.push(at + 1);
    }
  }

  /** The text so far, mapped through `outer` where its source is itself derived. */
  build(outer: MappedText | undefined): MappedText {
    const text = this.#parts.join('');
    if (outer === undefined) return { text, starts: this.#starts, ends: this.#ends };
    const starts = this.#starts.map((start) => outer.starts[start] as number);
    const ends = this.#ends.map((end) => outer.ends[end - 1] as number);
    return { text, starts, ends };
  }
}
