/** One pass over a text: which characters it has, where its words begin and where its digits stand. */
import {
  ALPHANUMERIC,
  classOf,
  DIGIT,
  HYPHEN,
  LONG_RUN,
  LOWER,
  PLUS,
  SLASH,
  UNDERSCORE,
  UPPER,
} from './character-classes.ts';
import { pairOf } from './word-index.ts';

/** Places in a text, many of them in a typed array. */
export type Places = readonly number[] | Int32Array | Uint16Array;

/** What one pass over a text tells. */
export interface Survey {
  /** Union of the class bits of all characters, and `LONG_RUN`. */
  readonly classes: number;
  /** Where words begin: after anything that is no letter or digit, and at a capital after a small letter. */
  readonly words: Places;
  /** What each word begins with, for a `WordIndex`. */
  readonly pairs: Places;
  /** Start and end of every run of digits, flat: `[start, end, start, end, …]`. */
  readonly digitRuns: Places;
}

/** Shortest run of base64 characters that is worth decoding: 24 characters are 18 bytes. */
export const LONG_RUN_LENGTH = 24;

const ASCII_SIZE = 128;
const BASE64: number = ALPHANUMERIC | PLUS | SLASH | HYPHEN | UNDERSCORE;
/** Above the bits of the classes. */
const KIND_SHIFT = 28;
const BASE64_SHIFT = 30;
const CLASSES_MASK: number = (1 << KIND_SHIFT) - 1;

/**
 * Texts up to this length, the longest that is scanned of one string, are surveyed in arrays that are used again and again; their content means nothing between
 * calls. They grow to what is needed: new pages of memory cost more than the survey.
 */
const MAX_SCRATCH_LENGTH = 524_288;
let scratch: Scratch = scratchFor(16_384);

/** Most places that are kept in a plain array; more take a third of the memory in a typed one. */
const MAX_PLAIN = 4_096;
const NO_PLACES: readonly number[] = [];
const ENCODER = new TextEncoder();

/** The classes of a unit as {@link unitsOf} writes it, with two bits of what it is to words and one that says whether it may stand in base64. */
const TRAITS: Int32Array = Int32Array.from({ length: ASCII_SIZE + 1 }, (_, unit) => {
  const bits = classOf(unit);
  const kind = (bits & DIGIT) !== 0 ? 1 : (bits & LOWER) !== 0 ? 2 : (bits & UPPER) !== 0 ? 3 : 0;
  return bits | (kind << KIND_SHIFT) | ((bits & BASE64) === 0 ? 0 : 1 << BASE64_SHIFT);
});
/** Whether a word begins, by the kind of the unit before (four apart) and that of the unit: other, digit, small letter, capital. */
const STARTS: Uint8Array = Uint8Array.of(0, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0);

/**
 * Surveys `text` in one pass; the work is two table look-ups per UTF-16 unit. What changes from unit to unit is counted and not branched on: in running text a guess
 * about the next character is wrong too often.
 */
export function survey(text: string): Survey {
  const { units, words, digitRuns } = arraysFor(text.length);
  unitsOf(text, units);
  let wordCount = 0;
  let digitCount = 0;
  let classes = 0;
  let before = 0;
  let run = 0;
  let longest = 0;
  for (let at = 0; at < text.length; at += 1) {
    const here = TRAITS[units[at] as number] as number;
    classes |= here;
    run = (run + 1) & -((here >> BASE64_SHIFT) & 1);
    // Negative once a run is long enough.
    longest |= LONG_RUN_LENGTH - 1 - run;
    words[wordCount] = at;
    wordCount += STARTS[((before >> (KIND_SHIFT - 2)) & 12) | ((here >> KIND_SHIFT) & 3)] as number;
    // Where a run of digits begins or ends.
    digitRuns[digitCount] = at;
    digitCount += (here ^ before) & DIGIT;
    before = here;
  }
  digitRuns[digitCount] = text.length;
  digitCount += before & DIGIT;
  return {
    classes: (classes & CLASSES_MASK) | (longest < 0 ? LONG_RUN : 0),
    words: copied(words, wordCount),
    pairs: pairsAt(units, words, wordCount),
    digitRuns: copied(digitRuns, digitCount),
  };
}

interface Scratch {
  /** One more than the text is long, so that the last unit has a next one. */
  readonly units: Uint8Array;
  readonly words: Int32Array;
  readonly digitRuns: Int32Array;
}

/** Arrays for a text of `length` units, kept for the next one. */
function arraysFor(length: number): Scratch {
  if (length < scratch.units.length) return scratch;
  if (length > MAX_SCRATCH_LENGTH) return scratchFor(length);
  scratch = scratchFor(Math.min(2 * length, MAX_SCRATCH_LENGTH));
  return scratch;
}

/** For texts of up to `length` units. A place is written before it is known whether it counts, so there is one more of each. */
function scratchFor(length: number): Scratch {
  return {
    units: new Uint8Array(length + 1),
    words: new Int32Array(length + 1),
    digitRuns: new Int32Array(length + 1),
  };
}

/** Writes the units of `text` as one byte each, whatever is beyond ASCII as {@link ASCII_SIZE}, and 0 behind them. */
function unitsOf(text: string, units: Uint8Array): void {
  // As many bytes as units: all of them are ASCII.
  const { read, written } = ENCODER.encodeInto(text, units);
  if (read !== text.length || written !== text.length) {
    for (let at = 0; at < text.length; at += 1) units[at] = Math.min(text.charCodeAt(at), ASCII_SIZE);
  }
  units[text.length] = 0;
}

function pairsAt(units: Uint8Array, words: Int32Array, count: number): Places {
  if (count === 0) return NO_PLACES;
  const pairs = count > MAX_PLAIN ? new Uint16Array(count) : sized(count);
  for (let index = 0; index < count; index += 1) {
    const at = words[index] as number;
    pairs[index] = pairOf(units[at] as number, units[at + 1] as number);
  }
  return pairs;
}

/** A plain array where it is small: to make a small typed one costs more than to fill it. */
function copied(places: Int32Array, count: number): Places {
  if (count === 0) return NO_PLACES;
  if (count > MAX_PLAIN) return places.slice(0, count);
  const copy = sized(count);
  for (let index = 0; index < count; index += 1) copy[index] = places[index] as number;
  return copy;
}

function sized(count: number): number[] {
  return new Array<number>(count); // oxlint-disable-line unicorn/no-new-array -- grown item by item it would take several times as long
}
