/** Character classes as bits, so that one pass over a text tells every detector what it may skip. */

export const DIGIT: number = 1 << 0;
export const UPPER: number = 1 << 1;
export const LOWER: number = 1 << 2;
export const UNDERSCORE: number = 1 << 3;
export const DOT: number = 1 << 4;
export const HYPHEN: number = 1 << 5;
export const SLASH: number = 1 << 6;
export const PLUS: number = 1 << 7;
export const AT: number = 1 << 8;
export const COLON: number = 1 << 9;
export const EQUALS: number = 1 << 10;
export const PERCENT: number = 1 << 11;
export const AMPERSAND: number = 1 << 12;
export const BACKSLASH: number = 1 << 13;
export const QUOTE: number = 1 << 14;
export const SEMICOLON: number = 1 << 15;
export const PIPE: number = 1 << 16;
export const DOLLAR: number = 1 << 17;
export const BACKTICK: number = 1 << 18;
export const ANGLE: number = 1 << 19;
export const BRACKET: number = 1 << 20;
export const HASH: number = 1 << 21;
export const STAR: number = 1 << 22;
export const TILDE: number = 1 << 23;
export const SPACE: number = 1 << 24;
export const LINE_BREAK: number = 1 << 25;
export const NON_ASCII: number = 1 << 26;
/** Not a character: the text holds a run of base64 characters long enough to be looked into. */
export const LONG_RUN: number = 1 << 27;

export const ALPHANUMERIC: number = DIGIT | UPPER | LOWER;
export const WORD: number = ALPHANUMERIC | UNDERSCORE;

const MEMBERS: readonly (readonly [string, number])[] = [
  ['0123456789', DIGIT],
  ['ABCDEFGHIJKLMNOPQRSTUVWXYZ', UPPER],
  ['abcdefghijklmnopqrstuvwxyz', LOWER],
  ['_', UNDERSCORE],
  ['.', DOT],
  ['-', HYPHEN],
  ['/', SLASH],
  ['+', PLUS],
  ['@', AT],
  [':', COLON],
  ['=', EQUALS],
  ['%', PERCENT],
  ['&', AMPERSAND],
  ['\\', BACKSLASH],
  ['\'"', QUOTE],
  [';', SEMICOLON],
  ['|', PIPE],
  ['$', DOLLAR],
  ['`', BACKTICK],
  ['<>', ANGLE],
  ['()[]{}', BRACKET],
  ['#', HASH],
  ['*', STAR],
  ['~', TILDE],
  [' \t', SPACE],
  ['\n\r', LINE_BREAK],
];

const ASCII_SIZE = 128;
const CLASSES: Int32Array = new Int32Array(ASCII_SIZE);
for (const [characters, bit] of MEMBERS) {
  for (let at = 0; at < characters.length; at += 1) CLASSES[characters.charCodeAt(at)] = bit;
}

/** The class bit of a UTF-16 unit; 0 for ASCII that no detector asks about and for `NaN` (past the end of a text). */
export function classOf(unit: number): number {
  return unit < ASCII_SIZE ? (CLASSES[unit] as number) : unit >= ASCII_SIZE ? NON_ASCII : 0;
}

/** Whether the unit at `at` belongs to one of `classes`; false outside the text. */
export function isClassAt(text: string, at: number, classes: number): boolean {
  return at >= 0 && at < text.length && (classOf(text.charCodeAt(at)) & classes) !== 0;
}

/** The first position from `from`, but before `limit`, whose unit is not in `classes`. */
export function endOfRun(text: string, from: number, classes: number, limit: number = text.length): number {
  let at = from;
  while (at < limit && (classOf(text.charCodeAt(at)) & classes) !== 0) at += 1;
  return at;
}

/** The start of the run of `classes` that ends before `end`, not below `limit`. */
export function startOfRun(text: string, end: number, classes: number, limit: number): number {
  let at = end;
  while (at > limit && (classOf(text.charCodeAt(at - 1)) & classes) !== 0) at -= 1;
  return at;
}
