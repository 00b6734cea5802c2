/** Tokens of Cedar text, policies and schemas alike; linear in its length. */

/** `slot` is `?name`; `unknown` a character that starts no token; `unclosed` a text without its closing quote. */
export type TokenKind = 'name' | 'integer' | 'string' | 'slot' | 'mark' | 'unknown' | 'unclosed' | 'end';

/** A token; `text` is as written, quotes included. Offsets are UTF-16 units. */
export interface Token {
  readonly kind: TokenKind;
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/** A comment, for the formatter. */
export interface Comment {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/** Marks of two characters; every other mark has one. */
const PAIRS: ReadonlySet<string> = new Set(['::', '==', '!=', '<=', '>=', '&&', '||']);
const SINGLES: ReadonlySet<string> = new Set('@;,(){}[].:<>!+-*?=&|%/'.split(''));

const LINE_FEED = 10;
const RETURN = 13;
const BACKSLASH = 92;
const NEXT_LINE = 0x85;
const BYTE_ORDER_MARK = 0xfeff;
const QUOTE = 34;

/** The tokens of `source`, `end` last. */
export function tokenize(source: string, comments?: Comment[]): readonly Token[] {
  const tokens: Token[] = [];
  let at = 0;
  while (at < source.length) {
    const code = source.charCodeAt(at);
    if (isSpace(code, source, at)) {
      at += 1;
      continue;
    }
    if (code === 47 && source.charCodeAt(at + 1) === 47) {
      const end = lineEnd(source, at);
      comments?.push({ text: source.slice(at, end), start: at, end });
      at = end;
      continue;
    }
    const token = readToken(source, at, code);
    tokens.push(token);
    at = token.end;
  }
  tokens.push({ kind: 'end', text: '', start: source.length, end: source.length });
  return tokens;
}

function readToken(source: string, start: number, code: number): Token {
  if (isNameStart(code)) {
    let end = start + 1;
    while (isNamePart(source.charCodeAt(end))) end += 1;
    return { kind: 'name', text: source.slice(start, end), start, end };
  }
  if (isDigit(code)) {
    let end = start + 1;
    while (isDigit(source.charCodeAt(end))) end += 1;
    return { kind: 'integer', text: source.slice(start, end), start, end };
  }
  if (code === QUOTE) return readString(source, start);
  const pair = source.slice(start, start + 2);
  if (PAIRS.has(pair)) return { kind: 'mark', text: pair, start, end: start + 2 };
  const single = pair.charAt(0);
  if (single === '?' && isNameStart(source.charCodeAt(start + 1))) {
    let end = start + 2;
    while (isNamePart(source.charCodeAt(end))) end += 1;
    return { kind: 'slot', text: source.slice(start, end), start, end };
  }
  if (SINGLES.has(single)) return { kind: 'mark', text: single, start, end: start + 1 };
  const character = String.fromCodePoint(source.codePointAt(start) ?? 0);
  return { kind: 'unknown', text: character, start, end: start + character.length };
}

function readString(source: string, start: number): Token {
  for (let at = start + 1; at < source.length; at += 1) {
    const code = source.charCodeAt(at);
    if (code === BACKSLASH) at += 1;
    else if (code === QUOTE) return { kind: 'string', text: source.slice(start, at + 1), start, end: at + 1 };
  }
  return { kind: 'unclosed', text: source.slice(start), start, end: source.length };
}

/** INVARIANT: a carriage return ends a comment, as in Cedar: what an editor shows on a line of its own is read. */
function lineEnd(source: string, start: number): number {
  let end = start;
  while (end < source.length && source.charCodeAt(end) !== LINE_FEED && source.charCodeAt(end) !== RETURN)
    end += 1;
  return end;
}

/** White space of Unicode; a byte order mark is none and may only begin a text. */
function isSpace(code: number, source: string, at: number): boolean {
  if (code === 32 || (code >= 9 && code <= 13)) return true;
  if (code === BYTE_ORDER_MARK) return at === 0;
  return code > 127 && (code === NEXT_LINE || /\s/.test(source.charAt(at)));
}

function isNameStart(code: number): boolean {
  return (code >= 97 && code <= 122) || (code >= 65 && code <= 90) || code === 95;
}

function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}

function isNamePart(code: number): boolean {
  return isNameStart(code) || isDigit(code);
}
