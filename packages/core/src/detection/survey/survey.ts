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

/** What one pass over a text tells. */
export interface Survey {
  /** Union of the class bits of all characters, and `LONG_RUN`. */
  readonly classes: number;
  /** Where words begin: after anything that is no letter or digit, and at a capital after a small letter. */
  readonly words: Int32Array;
  /** Start and end of every run of digits, flat: `[start, end, start, end, …]`. */
  readonly digitRuns: Int32Array;
}

/** Shortest run of base64 characters that is worth decoding: 24 characters are 18 bytes. */
export const LONG_RUN_LENGTH = 24;

const BASE64: number = ALPHANUMERIC | PLUS | SLASH | HYPHEN | UNDERSCORE;

/** Texts up to this length are surveyed into two arrays that are used again and again; their content means nothing between calls. */
const SCRATCH_LENGTH = 16_384;
const WORDS_SCRATCH: Int32Array = new Int32Array(SCRATCH_LENGTH);
const DIGITS_SCRATCH: Int32Array = new Int32Array(SCRATCH_LENGTH + 2);

const NO_DIGITS: Int32Array = new Int32Array(0);

/** Surveys `text` in one pass; the work is one table look-up per UTF-16 unit. */
export function survey(text: string): Survey {
  const isShort = text.length <= SCRATCH_LENGTH;
  const words = isShort ? WORDS_SCRATCH : new Int32Array(text.length);
  const digitRuns = isShort ? DIGITS_SCRATCH : new Int32Array(text.length + 2);
  let wordCount = 0;
  let digitCount = 0;
  let classes = 0;
  let before = 0;
  let runStart = 0;
  for (let at = 0; at < text.length; at += 1) {
    const here = classOf(text.charCodeAt(at));
    classes |= here;
    if ((here & BASE64) === 0) {
      if (at - runStart >= LONG_RUN_LENGTH) classes |= LONG_RUN;
      runStart = at + 1;
    } else if (startsWord(before, here)) {
      words[wordCount] = at;
      wordCount += 1;
    }
    // Where a run of digits begins or ends.
    if (((here ^ before) & DIGIT) !== 0) {
      digitRuns[digitCount] = at;
      digitCount += 1;
    }
    before = here;
  }
  if (text.length - runStart >= LONG_RUN_LENGTH) classes |= LONG_RUN;
  if ((before & DIGIT) !== 0) {
    digitRuns[digitCount] = text.length;
    digitCount += 1;
  }
  return {
    classes,
    words: words.slice(0, wordCount),
    digitRuns: digitCount === 0 ? NO_DIGITS : digitRuns.slice(0, digitCount),
  };
}

function startsWord(before: number, here: number): boolean {
  if ((before & ALPHANUMERIC) === 0) return (here & ALPHANUMERIC) !== 0;
  return (here & UPPER) !== 0 && (before & LOWER) !== 0;
}
