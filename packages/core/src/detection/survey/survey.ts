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
  readonly words: readonly number[];
  /** Start and end of every run of digits, flat: `[start, end, start, end, …]`. */
  readonly digitRuns: readonly number[];
}

/** Shortest run of base64 characters that is worth decoding: 24 characters are 18 bytes. */
export const LONG_RUN_LENGTH = 24;

const BASE64: number = ALPHANUMERIC | PLUS | SLASH | HYPHEN | UNDERSCORE;

/** Surveys `text` in one pass; the work is one table look-up per UTF-16 unit. */
export function survey(text: string): Survey {
  const words: number[] = [];
  const digitRuns: number[] = [];
  let classes = 0;
  let before = 0;
  let run = 0;
  for (let at = 0; at < text.length; at += 1) {
    const here = classOf(text.charCodeAt(at));
    classes |= here;
    if ((here & ALPHANUMERIC) !== 0) {
      if ((before & ALPHANUMERIC) === 0 || ((here & UPPER) !== 0 && (before & LOWER) !== 0)) words.push(at);
      if ((here & DIGIT) !== 0 && (before & DIGIT) === 0) digitRuns.push(at);
    }
    if ((before & DIGIT) !== 0 && (here & DIGIT) === 0) digitRuns.push(at);
    if ((here & BASE64) === 0) run = 0;
    else {
      run += 1;
      if (run === LONG_RUN_LENGTH) classes |= LONG_RUN;
    }
    before = here;
  }
  if ((before & DIGIT) !== 0) digitRuns.push(text.length);
  return { classes, words, digitRuns };
}
