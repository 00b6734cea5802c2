/** Looks a list of words up at given places of a text, paying for a comparison only where two characters already agree. */

/** One word to look for. */
export interface IndexedWord<Meaning> {
  /** At least two characters. */
  readonly text: string;
  /** Whether ASCII capitals count as small letters; `text` is then written small. */
  readonly ignoreCase: boolean;
  readonly meaning: Meaning;
}

/** A word that stands at a place. */
export interface WordHit<Meaning> {
  readonly start: number;
  /** One past the word's last unit. */
  readonly end: number;
  readonly meaning: Meaning;
}

/** Words of a text with what each of them begins with. */
export interface WordPlaces {
  /** Where the words begin. */
  readonly words: ArrayLike<number>;
  /** {@link pairOf} the first two units of each of them. */
  readonly pairs: ArrayLike<number>;
}

/** Bits kept of a character: letters differ in them whatever their case, and the table of all pairs stays small enough to be near at hand. */
const SLOT_BITS = 5;
const ASCII_SIZE = 128;
const SLOT_MASK: number = (1 << SLOT_BITS) - 1;
/** A bucket is a number of 16 bits. */
const PAIRS: number = 1 << (2 * SLOT_BITS);

/** What a word is looked up by that begins with these two UTF-16 units. Other beginnings may share it; the comparison that follows tells them apart. */
export function pairOf(first: number, second: number): number {
  return (slotOf(first) << SLOT_BITS) | slotOf(second);
}

/** 0 for what is beyond ASCII, and for `NaN`, past the end of a text. */
function slotOf(unit: number): number {
  return unit < ASCII_SIZE ? unit & SLOT_MASK : 0;
}

/** The words of `text` that begin at `starts`. */
export function wordsAt(text: string, starts: readonly number[]): WordPlaces {
  return { words: starts, pairs: starts.map((at) => pairOf(text.charCodeAt(at), text.charCodeAt(at + 1))) };
}

/** An immutable index over `words`; a pair of first characters leads to the few words that begin so or alike. */
export class WordIndex<Meaning> {
  readonly #buckets: (readonly IndexedWord<Meaning>[])[] = [[]];
  readonly #bucketOf: Uint16Array = new Uint16Array(PAIRS);

  constructor(words: readonly IndexedWord<Meaning>[]) {
    for (const word of words) for (const pair of firstPairs(word)) this.#add(pair, word);
  }

  /** All words of the index that stand at one of the places of `text`, in order of place, longest first. */
  find(text: string, { words, pairs }: WordPlaces): readonly WordHit<Meaning>[] {
    const hits: WordHit<Meaning>[] = [];
    for (let index = 0; index < pairs.length; index += 1) {
      const bucket = this.#bucketOf[pairs[index] as number] as number;
      if (bucket === 0) continue;
      const start = words[index] as number;
      for (const word of this.#buckets[bucket] as readonly IndexedWord<Meaning>[]) {
        if (standsAt(text, start, word)) {
          hits.push({ start, end: start + word.text.length, meaning: word.meaning });
        }
      }
    }
    return hits;
  }

  #add(pair: number, word: IndexedWord<Meaning>): void {
    let bucket = this.#bucketOf[pair] as number;
    if (bucket === 0) {
      bucket = this.#buckets.length;
      this.#bucketOf[pair] = bucket;
      this.#buckets.push([]);
    }
    const longestFirst = [...(this.#buckets[bucket] as readonly IndexedWord<Meaning>[]), word];
    this.#buckets[bucket] = longestFirst.sort((left, right) => right.text.length - left.text.length);
  }
}

function standsAt<Meaning>(text: string, start: number, word: IndexedWord<Meaning>): boolean {
  if (!word.ignoreCase) return text.startsWith(word.text, start);
  for (let index = 0; index < word.text.length; index += 1) {
    if (smallLetter(text.charCodeAt(start + index)) !== word.text.charCodeAt(index)) return false;
  }
  return true;
}

/** ASCII capitals as small letters; everything else as it is. */
function smallLetter(unit: number): number {
  return unit >= 0x41 && unit <= 0x5a ? unit + 0x20 : unit;
}

function firstPairs<Meaning>({ text, ignoreCase }: IndexedWord<Meaning>): ReadonlySet<number> {
  const spellings = (at: number): readonly string[] => {
    const character = text.charAt(at);
    return ignoreCase ? [character.toLowerCase(), character.toUpperCase()] : [character];
  };
  return new Set(
    spellings(0).flatMap((first) =>
      spellings(1).map((second) => pairOf(first.charCodeAt(0), second.charCodeAt(0))),
    ),
  );
}
