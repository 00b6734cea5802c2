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

/** Characters beyond ASCII share slots with ASCII ones; the comparison that follows tells them apart. */
const SLOTS = 128;

/** An immutable index over `words`; a pair of first characters leads to the few words that begin so. */
export class WordIndex<Meaning> {
  readonly #buckets: (readonly IndexedWord<Meaning>[])[] = [[]];
  readonly #bucketOf: Uint16Array = new Uint16Array(SLOTS * SLOTS);

  constructor(words: readonly IndexedWord<Meaning>[]) {
    for (const word of words) for (const pair of firstPairs(word)) this.#add(pair, word);
  }

  /** All words that stand at one of `places` (word starts of a survey), in order of place, longest first. */
  find(text: string, places: ArrayLike<number>): readonly WordHit<Meaning>[] {
    const hits: WordHit<Meaning>[] = [];
    for (let index = 0; index < places.length; index += 1) {
      const start = places[index] as number;
      const bucket = this.#bucketOf[pairOf(text.charCodeAt(start), text.charCodeAt(start + 1))] as number;
      if (bucket === 0) continue;
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

function firstPairs<Meaning>(word: IndexedWord<Meaning>): ReadonlySet<number> {
  const spellings = (at: number): readonly string[] => {
    const character = word.text.charAt(at);
    return word.ignoreCase ? [character.toLowerCase(), character.toUpperCase()] : [character];
  };
  const pairs = new Set<number>();
  for (const first of spellings(0)) {
    for (const second of spellings(1)) pairs.add(pairOf(first.charCodeAt(0), second.charCodeAt(0)));
  }
  return pairs;
}

/** The slot of a pair of units; `NaN`, past the end of a text, counts as 0. */
function pairOf(first: number, second: number): number {
  return (first & (SLOTS - 1)) * SLOTS + (second & (SLOTS - 1));
}
