/** Escapes in string and pattern literals. */
import { type Pattern, WILDCARD } from '../tree.ts';

/** What a literal means, or the escape in it that means nothing, by its offset in the text given. */
export type Unescaped<Meaning> =
  | { readonly value: Meaning }
  | { readonly bad: string; readonly start: number; readonly end: number };

const SIMPLE: Readonly<Record<string, string>> = {
  n: '\n',
  r: '\r',
  t: '\t',
  '0': '\0',
  '\\': '\\',
  "'": "'",
  '"': '"',
};

/** The text of a string literal, given with its quotes. */
export function unescapeString(literal: string): Unescaped<string> {
  if (!literal.includes('\\') && !literal.includes('\r')) return { value: literal.slice(1, -1) };
  const read = readPieces(literal, false);
  return 'bad' in read
    ? read
    : { value: read.value.map((piece) => (piece === WILDCARD ? '*' : piece)).join('') };
}

/** The pattern of a string literal after `like`: `*` is a wildcard, `\*` a star. */
export function unescapePattern(literal: string): Unescaped<Pattern> {
  return readPieces(literal, true);
}

/** Literal texts, joined, and wildcards where `stars` are any. */
function readPieces(literal: string, stars: boolean): Unescaped<Pattern> {
  const pieces: (string | typeof WILDCARD)[] = [];
  let text = '';
  const flush = (): void => {
    if (text !== '') pieces.push(text);
    text = '';
  };
  const last = literal.length - 1;
  for (let at = 1; at < last; ) {
    const character = literal.charAt(at);
    if (character === '*' && stars) {
      flush();
      pieces.push(WILDCARD);
      at += 1;
    } else if (character === '\\') {
      const escape = readEscape(literal, at, stars);
      if (escape === undefined) return badEscape(literal, at);
      text += escape.text;
      at = escape.end;
    } else if (character === '\r') {
      // Cedar takes none as itself: what a text means does not depend on how lines end.
      return { bad: '\u240d', start: at, end: at + 1 };
    } else {
      text += character;
      at += 1;
    }
  }
  flush();
  return { value: pieces };
}

function readEscape(
  literal: string,
  start: number,
  stars: boolean,
): { readonly text: string; readonly end: number } | undefined {
  const letter = literal.charAt(start + 1);
  const simple = SIMPLE[letter];
  if (simple !== undefined) return { text: simple, end: start + 2 };
  if (letter === '*' && stars) return { text: '*', end: start + 2 };
  if (letter === 'x') {
    const digits = literal.slice(start + 2, start + 4);
    // Beyond 7F it would be a byte, not a character.
    return /^[0-7][0-9A-Fa-f]$/.test(digits)
      ? { text: String.fromCharCode(Number.parseInt(digits, 16)), end: start + 4 }
      : undefined;
  }
  if (letter !== 'u') return undefined;
  const braced = /^\{([0-9A-Fa-f](?:_*[0-9A-Fa-f]){0,5}_*)\}/.exec(literal.slice(start + 2, start + 32));
  const point = Number.parseInt((braced?.[1] ?? '').replaceAll('_', ''), 16);
  const isScalar = point <= 0x10ffff && !(point >= 0xd800 && point <= 0xdfff);
  return braced === null || !isScalar
    ? undefined
    : { text: String.fromCodePoint(point), end: start + 2 + braced[0].length };
}

function badEscape(literal: string, start: number): Unescaped<never> {
  const end = Math.min(literal.length - 1, start + 2);
  return { bad: literal.slice(start, end), start, end };
}
