/** Sets of characters of a regular expression, and how they are written. */

/** Ranges of code points, both ends included; `not` means everything else. */
export interface CharSet {
  readonly ranges: readonly (readonly [number, number])[];
  readonly not: boolean;
}

/** What was read and where it ended, or what is wrong. */
export type ReadSet =
  | { readonly set: CharSet; readonly end: number }
  | { readonly trouble: string; readonly at: number };

const DIGITS: CharSet = { ranges: [[48, 57]], not: false };
const WORDS: CharSet = {
  ranges: [
    [48, 57],
    [65, 90],
    [95, 95],
    [97, 122],
  ],
  not: false,
};
const SPACES: CharSet = {
  ranges: [
    [9, 13],
    [32, 32],
    [0xa0, 0xa0],
    [0x1680, 0x1680],
    [0x2000, 0x200a],
    [0x2028, 0x2029],
    [0x202f, 0x202f],
    [0x205f, 0x205f],
    [0x3000, 0x3000],
    [0xfeff, 0xfeff],
  ],
  not: false,
};
const SHORTHANDS: Readonly<Record<string, CharSet>> = { d: DIGITS, w: WORDS, s: SPACES };
const CONTROLS: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', f: '\f', v: '\v', 0: '\0' };
const LAST_CODE_POINT = 0x10ffff;

/** The set of one character. */
export function literalSet(char: string): CharSet {
  const code = char.codePointAt(0) ?? 0;
  return { ranges: [[code, code]], not: false };
}

/** Everything that `set` does not hold. */
export function negated(set: CharSet): CharSet {
  return { ...set, not: !set.not };
}

/** Whether `set` holds `code`, or with `ignoreCase` its other case. */
export function holds(set: CharSet, code: number, ignoreCase: boolean): boolean {
  const within = (one: number): boolean => set.ranges.some(([low, high]) => one >= low && one <= high);
  const found = within(code) || (ignoreCase && casesOf(code).some(within));
  return found !== set.not;
}

/** Whether `code` is a letter, a digit or `_`. */
export function isWord(code: number | undefined): boolean {
  return code !== undefined && holds(WORDS, code, false);
}

function casesOf(code: number): readonly number[] {
  const char = String.fromCodePoint(code);
  return [char.toLowerCase(), char.toUpperCase()].flatMap((other) =>
    [...other].length === 1 ? [other.codePointAt(0) ?? code] : [],
  );
}

/** The set an escape stands for; `at` is behind the backslash. */
export function classOf(source: string, at: number): ReadSet {
  const char = String.fromCodePoint(source.codePointAt(at) ?? 0);
  const end = at + char.length;
  if (at >= source.length) return { trouble: 'a `\\` stands at the end', at };
  const shorthand = SHORTHANDS[char.toLowerCase()];
  if (shorthand !== undefined)
    return { set: char === char.toLowerCase() ? shorthand : negated(shorthand), end };
  const control = Object.hasOwn(CONTROLS, char) ? CONTROLS[char] : undefined;
  if (control !== undefined) return { set: literalSet(control), end };
  const code = /^(?:x([0-9A-Fa-f]{2})|u([0-9A-Fa-f]{4}))/.exec(source.slice(at, at + 5));
  if (code !== null) {
    const value = Number.parseInt(code[1] ?? code[2] ?? '0', 16);
    return { set: literalSet(String.fromCodePoint(value)), end: at + code[0].length };
  }
  if (/^[A-Za-z1-9]$/.test(char))
    return { trouble: `\`\\${char}\` cannot be matched in linear time or is unknown`, at };
  return { set: literalSet(char), end };
}

/** The set between `[` and `]`; `at` is behind the `[`. */
export function parseClass(source: string, begin: number): ReadSet {
  const isNegated = source[begin] === '^';
  let at = isNegated ? begin + 1 : begin;
  const ranges: (readonly [number, number])[] = [];
  for (let first = true; first || source[at] !== ']'; first = false) {
    if (at >= source.length) return { trouble: 'a `[` is not closed', at: begin - 1 };
    const read = memberAt(source, at);
    if ('trouble' in read) return read;
    at = read.end;
    const [low, isOne] = [read.set.ranges[0]?.[0] ?? 0, isSingle(read.set)];
    if (source[at] === '-' && source[at + 1] !== ']' && at + 1 < source.length && isOne) {
      const high = memberAt(source, at + 1);
      if ('trouble' in high) return high;
      const last = high.set.ranges[0]?.[0] ?? 0;
      if (!isSingle(high.set) || last < low) return { trouble: 'a range ends before it begins', at };
      ranges.push([low, last]);
      at = high.end;
    } else ranges.push(...(read.set.not ? complement(read.set.ranges) : read.set.ranges));
  }
  return { set: { ranges, not: isNegated }, end: at + 1 };
}

function memberAt(source: string, at: number): ReadSet {
  if (source[at] === '\\') {
    // In a class `\b` is the backspace.
    return source[at + 1] === 'b' ? { set: literalSet('\b'), end: at + 2 } : classOf(source, at + 1);
  }
  const char = String.fromCodePoint(source.codePointAt(at) ?? 0);
  return { set: literalSet(char), end: at + char.length };
}

function isSingle({ ranges, not }: CharSet): boolean {
  return !not && ranges.length === 1 && ranges[0]?.[0] === ranges[0]?.[1];
}

/** The ranges between `ranges`, which are sorted. */
function complement(ranges: CharSet['ranges']): CharSet['ranges'] {
  const between: (readonly [number, number])[] = [];
  let next = 0;
  for (const [low, high] of ranges) {
    if (low > next) between.push([next, low - 1]);
    next = high + 1;
  }
  if (next <= LAST_CODE_POINT) between.push([next, LAST_CODE_POINT]);
  return between;
}
