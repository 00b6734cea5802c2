/** The names of one person, and where they stand in texts: written as they are, in another case, or encoded as programs encode what they pass on. */
import { Fault } from '../../../kernel/index.ts';
import { phoneConcern } from '../../../model/index.ts';
import { MIN_ENCODED_BYTES, readingsOf } from './readings.ts';

/** Most names of one person. */
export const MAX_IDENTIFIERS = 64;
/** Longest of them, in UTF-16 units: what an entry takes as the name of a person. */
const MAX_IDENTIFIER_UNITS = 256;
/** Shorter names are erased as whole words alone: `al` stands in half of all texts. */
const MIN_INSIDE_WORDS = 4;
/** What stands where a name was. */
export const ERASED = '[erased]';

/** Of a number with what stands between its digits, everything else. */
const BETWEEN_DIGITS = '[ \\u00a0().\\/-]{0,3}';

/** One person, by every name that is asked about. */
export interface PersonNames {
  /** As given. */
  readonly identifiers: readonly string[];
  /** The concerns to look under: each name as given, in lower case, and in its composed form. */
  readonly concerns: readonly string[];
  /** Whether `text` has one of the names in it, in whatever form is known here. */
  isIn(text: string): boolean;
  /** `text` without the names; `[erased]` alone where they cannot be cut out. Answers `text` itself where there is none. */
  cut(text: string): string;
}

/**
 * The names in `identifiers`. Recognised in any letter case, composed or decomposed, percent-encoded, escaped as in JSON, HTML and mail, and, from six bytes on, in base64
 * and hexadecimal, one inside another; telephone numbers also with spaces, dots, dashes and brackets. Not recognised: other spellings, initials, hashes, what is compressed or
 * encrypted.
 * Throws `request.invalid` where there is none, too many, or one that is no name.
 */
export function personNames(identifiers: readonly string[]): PersonNames {
  requireNames(identifiers);
  const names = [...new Set(identifiers.flatMap((one) => [one, one.normalize('NFC'), one.normalize('NFD')]))];
  // What folds to more than one letter, such as `ß`, is another text in capitals.
  const forms = [...new Set(names.flatMap((name) => [name, name.toLowerCase(), name.toUpperCase()]))];
  const [one, all] = [patternOf(forms, 'iu'), patternOf(forms, 'giu')];
  const long = forms.filter((form) => Buffer.byteLength(form) >= MIN_ENCODED_BYTES);
  const oneEncoded = long.length === 0 ? undefined : patternOf(long, 'iu');
  const mark = one.test(ERASED) ? '' : ERASED;
  const isIn = (text: string): boolean => {
    if (one.test(text)) return true;
    const { plain, encoded } = readingsOf(text);
    return (
      plain.some((reading) => one.test(reading)) ||
      (oneEncoded !== undefined && encoded.some((reading) => oneEncoded.test(reading)))
    );
  };
  return {
    identifiers,
    concerns: [...new Set(names.flatMap((name) => [name, name.toLowerCase(), phoneConcern(name) ?? name]))],
    isIn,
    cut(text) {
      if (!isIn(text)) return text;
      const rest = text.replace(all, mark);
      return isIn(rest) ? mark : rest;
    },
  };
}

function requireNames(identifiers: readonly string[]): void {
  const { length } = identifiers;
  const isName = (one: string): boolean =>
    one.trim() !== '' && one.length <= MAX_IDENTIFIER_UNITS && one.isWellFormed();
  if (length > 0 && length <= MAX_IDENTIFIERS && identifiers.every(isName)) return;
  throw new Fault('request.invalid', `a person has 1 to ${MAX_IDENTIFIERS} names here, none of them empty`, {
    path: 'identifiers',
    hint: `each of at most ${MAX_IDENTIFIER_UNITS} characters`,
  });
}

function patternOf(names: readonly string[], flags: string): RegExp {
  const longestFirst = names.toSorted((left, right) => right.length - left.length);
  return new RegExp(longestFirst.map(sourceOf).join('|'), flags);
}

function sourceOf(name: string): string {
  // A number of digits alone may be a customer's: only what is written as a telephone number is read as one.
  const number = /^\d*$/.test(name) ? undefined : phoneConcern(name);
  if (number !== undefined) {
    const digits = number.replace('+', '').split('').join(BETWEEN_DIGITS);
    return number.startsWith('+') ? `(?:\\+|00)?${digits}` : digits;
  }
  const literal = name.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
  return name.length >= MIN_INSIDE_WORDS ? literal : `(?<![\\p{L}\\p{N}])${literal}(?![\\p{L}\\p{N}])`;
}
