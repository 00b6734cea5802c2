/** Percent-encoding, HTML character references and JSON or JavaScript escapes, all undone in one pass from left to right. */
import { type MappedText, MappedTextBuilder } from './mapped-text.ts';

const PERCENT = 0x25;
const AMPERSAND = 0x26;

/** What could begin an escape; searched for natively, because most texts hold none. */
const CANDIDATE: RegExp = /%[0-9A-Fa-f]{2}|&[#a-z]|\\[ux"'/\\nrtbf]/g;
const PERCENT_BYTES: RegExp = /(?:%[0-9A-Fa-f]{2}){1,4}/y;
const HTML_REFERENCE: RegExp =
  /&(?:#(?:([0-9]{1,7})|[xX]([0-9A-Fa-f]{1,6}))|(amp|lt|gt|quot|apos|nbsp|colon|sol|commat|period|equals));/y;
const ESCAPE: RegExp = /\\(?:u([0-9A-Fa-f]{4})|u\{([0-9A-Fa-f]{1,6})\}|x([0-9A-Fa-f]{2})|([nrtbf"'/\\]))/y;

const NAMED: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: ' ',
  colon: ':',
  sol: '/',
  commat: '@',
  period: '.',
  equals: '=',
};
const LETTER_ESCAPES: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', b: '\b', f: '\f' };

/** The text with escapes undone, or `undefined` where it has none. */
export function unescapeText(text: string, outer: MappedText | undefined): MappedText | undefined {
  let builder: MappedTextBuilder | undefined;
  let copied = 0;
  CANDIDATE.lastIndex = 0;
  for (let candidate = CANDIDATE.exec(text); candidate !== null; candidate = CANDIDATE.exec(text)) {
    const at = candidate.index;
    const found = readEscape(text, at, text.charCodeAt(at));
    if (found === undefined) continue;
    builder ??= new MappedTextBuilder();
    builder.copy(text, copied, at);
    builder.replace(found.text, at, at + found.length);
    copied = at + found.length;
    CANDIDATE.lastIndex = copied;
  }
  builder?.copy(text, copied, text.length);
  return builder?.build(outer);
}

interface Escape {
  readonly text: string;
  /** Units it takes in the source. */
  readonly length: number;
}

function readEscape(text: string, at: number, unit: number): Escape | undefined {
  if (unit === PERCENT) return readPercent(text, at);
  const pattern = unit === AMPERSAND ? HTML_REFERENCE : ESCAPE;
  pattern.lastIndex = at;
  const match = pattern.exec(text);
  if (match === null) return undefined;
  const length = match[0].length;
  const decoded = unit === AMPERSAND ? decodeReference(match) : decodeEscape(match);
  return decoded === undefined ? undefined : { text: decoded, length };
}

function decodeReference(match: RegExpExecArray): string | undefined {
  if (match[3] !== undefined) return NAMED[match[3]];
  return fromCodePoint(
    match[1] === undefined ? Number.parseInt(match[2] ?? '', 16) : Number.parseInt(match[1], 10),
  );
}

function decodeEscape(match: RegExpExecArray): string | undefined {
  const letter = match[4];
  if (letter !== undefined) return LETTER_ESCAPES[letter] ?? letter;
  return fromCodePoint(Number.parseInt(match[1] ?? match[2] ?? match[3] ?? '', 16));
}

/** One character: a single byte below 128, or the shortest run of bytes that is well-formed UTF-8; a stray byte is Latin-1. */
function readPercent(text: string, at: number): Escape | undefined {
  PERCENT_BYTES.lastIndex = at;
  const bytes = PERCENT_BYTES.exec(text)?.[0];
  if (bytes === undefined) return undefined;
  const first = Number.parseInt(bytes.slice(1, 3), 16);
  const count = first < 0xc2 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : first < 0xf5 ? 4 : 1;
  if (count === 1 || bytes.length < count * 3) return { text: String.fromCharCode(first), length: 3 };
  let codePoint = first & (0xff >> (count + 1));
  for (let index = 1; index < count; index += 1) {
    const next = Number.parseInt(bytes.slice(index * 3 + 1, index * 3 + 3), 16);
    if ((next & 0xc0) !== 0x80) return { text: String.fromCharCode(first), length: 3 };
    codePoint = (codePoint << 6) | (next & 0x3f);
  }
  return { text: fromCodePoint(codePoint) ?? String.fromCharCode(first), length: count * 3 };
}

function fromCodePoint(codePoint: number): string | undefined {
  return codePoint <= 0x10ffff ? String.fromCodePoint(codePoint) : undefined;
}
