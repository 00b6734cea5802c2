/** Stretches of a text that could be a phone number, found in one pass over its digits. */
import type { ScannedText, Survey } from '@writ/core';

/** A stretch from its first sign or digit to its last digit, extension included. */
export interface Candidate {
  readonly start: number;
  readonly end: number;
  /** The number without its extension. */
  readonly number: string;
  /** Lengths of its groups of digits, `[3, 3, 4]`. */
  readonly groups: readonly number[];
}

/** ITU-T E.164: at most fifteen digits; numbers within a place have seven at least. */
const FEWEST_DIGITS = 7;
const MOST_DIGITS = 15;
/** A national number dialled with `001` or `00`, and a trunk zero in brackets. */
const MOST_DIALLED_DIGITS = 18;

/** What every way to join two groups begins with. */
const JOINERS = ' .-/\u00a0()';
const JOINED: RegExp = /^(?:[ .\-/\u00a0]|\) ?|\)-| ?\(| - )$/;
const JOINED_TIGHTLY: RegExp = /^(?:[.\-/]|\) ?|\)-)$/;
const EXTENSION: RegExp = / ?(?:x|ext\.? ?|#)\d{1,6}(?![A-Za-z0-9])/iy;
const DATE: RegExp =
  /^(?:(?:19|20)\d\d[-./](?:0?[1-9]|1[0-2])[-./](?:0?[1-9]|[12]\d|3[01])|(?:0?[1-9]|[12]\d|3[01])[-./](?:0?[1-9]|[12]\d|3[01])[-./](?:19|20)\d\d)/;

/** Candidates of `scanned`, in order and apart from each other; the work is linear in its runs of digits. */
export function candidatesOf({ text, survey }: ScannedText): readonly Candidate[] {
  const runs = survey.digitRuns;
  const candidates: Candidate[] = [];
  collect(text, runs, { first: 0, last: runs.length, joined: JOINED }, candidates);
  return candidates;
}

interface Stretch {
  readonly first: number;
  readonly last: number;
  readonly joined: RegExp;
}

function collect(text: string, runs: Survey['digitRuns'], stretch: Stretch, candidates: Candidate[]): void {
  for (let first = stretch.first; first < stretch.last; ) {
    let last = first + 2;
    let digits = (runs[first + 1] as number) - (runs[first] as number);
    while (
      last < stretch.last &&
      isJoined(text, runs[last - 1] as number, runs[last] as number, stretch.joined)
    ) {
      digits += (runs[last + 1] as number) - (runs[last] as number);
      last += 2;
    }
    if (digits <= MOST_DIALLED_DIGITS) {
      const candidate = digits < FEWEST_DIGITS ? undefined : candidateAt(text, runs, first, last);
      if (candidate !== undefined) candidates.push(candidate);
    } else if (stretch.joined === JOINED) {
      // A row of figures: spaces then stand between numbers, not within them.
      collect(text, runs, { first, last, joined: JOINED_TIGHTLY }, candidates);
    }
    first = last;
  }
}

function isJoined(text: string, end: number, next: number, joined: RegExp): boolean {
  return next - end <= 3 && JOINERS.includes(text.charAt(end)) && joined.test(text.slice(end, next));
}

function candidateAt(
  text: string,
  runs: Survey['digitRuns'],
  first: number,
  last: number,
): Candidate | undefined {
  const start = withSign(text, runs[first] as number);
  let end = runs[last - 1] as number;
  if (isPartOfWord(text, start, end)) return undefined;
  const number = text.slice(start, end);
  const groups: number[] = [];
  for (let index = first; index < last; index += 2)
    groups.push((runs[index + 1] as number) - (runs[index] as number));
  const digits = groups.reduce((sum, group) => sum + group, 0);
  const isInternational = number.startsWith('+') || number.startsWith('00');
  if (digits > MOST_DIGITS && !isInternational) return undefined;
  if (DATE.test(number) || isAddress(number) || isSocialSecurityNumber(groups)) return undefined;
  EXTENSION.lastIndex = end;
  if (EXTENSION.test(text)) end = EXTENSION.lastIndex;
  return { start, end, number, groups };
}

/** Takes an opening bracket and a plus sign in. */
function withSign(text: string, digit: number): number {
  let start = digit;
  if (text[start - 1] === '(') start -= 1;
  if (text[start - 1] === '+') start -= 1;
  if (text[start - 1] === '(' && text[start] === '+') start -= 1;
  return start;
}

/** Behind a letter, a digit, money, a decimal point or an operator, or before a letter, it is something else. */
function isPartOfWord(text: string, start: number, end: number): boolean {
  if (start > 0 && /[\w$€£#@=^~.:/-]/.test(text.charAt(start - 1))) {
    // `tel:0123`, `phone=0123`.
    return !/(?:tel|phone|mobile|fax|sms)[:=]$/i.test(text.slice(Math.max(0, start - 8), start));
  }
  if (/[A-WYZa-wyz_%]/.test(text.charAt(end))) return true;
  return /^[:.-]\d/.test(text.slice(end, end + 2)) || /^-[A-Za-z]/.test(text.slice(end, end + 2));
}

/** An IPv4 address or a version: dots only, and no group longer than three digits. */
function isAddress(number: string): boolean {
  return /^\d{1,3}(?:\.\d{1,3}){3}$/.test(number) && number.length <= 15 && !/^0\d\./.test(number);
}

function isSocialSecurityNumber(groups: readonly number[]): boolean {
  return groups.length === 3 && groups[0] === 3 && groups[1] === 2 && groups[2] === 4;
}
