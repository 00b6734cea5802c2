/** Names, integers and texts as the parts of larger things. */
import { didYouMean } from '../suggest.ts';
import type { Cursor } from './cursor.ts';
import { unescapeString } from './escapes.ts';
import { RESERVED } from './functions.ts';
import type { Token } from './lexer.ts';

const MAX_LONG = 2n ** 63n - 1n;

/** The integer of `token`, exact. */
export function readInteger(cursor: Cursor, token: Token, isNegative: boolean): number | bigint {
  const number = Number(token.text);
  if (Number.isSafeInteger(number)) return isNegative ? 0 - number : number;
  // 20 digits and more are beyond 64 bits, leading zeros aside; nothing longer is turned into an integer.
  const digits = token.text.replace(/^0+/, '');
  const value = digits.length > 19 ? MAX_LONG + 2n : BigInt(digits);
  if (value > (isNegative ? MAX_LONG + 1n : MAX_LONG))
    return cursor.failAt(
      token,
      'the integer is outside 64 bits',
      'from -9223372036854775808 to 9223372036854775807',
    );
  return isNegative ? -value : value;
}

/** The text of the string literal `token`. */
export function readString(cursor: Cursor, token: Token): string {
  const text = unescapeString(token.text);
  if ('value' in text) return text.value;
  const span = { start: token.start + text.start, end: token.start + text.end };
  return cursor.failAt(
    span,
    `\`${text.bad}\` is no escape`,
    'known: \\n \\r \\t \\0 \\\\ \\" \\\' \\x41 \\u{41}',
  );
}

/** A name that is not reserved. */
export function plainName(cursor: Cursor, expected: string): string {
  const { token } = cursor;
  if (token.kind !== 'name') return cursor.fail(expected);
  if (RESERVED.has(token.text))
    return cursor.failAt(
      token,
      `\`${token.text}\` is a reserved word`,
      `write it in quotes, as \`["${token.text}"]\``,
    );
  cursor.next();
  return token.text;
}

/** The name of an attribute: a name, or a text. */
export function attributeName(cursor: Cursor, expected: string): string {
  const { token } = cursor;
  if (token.kind !== 'string') return plainName(cursor, expected);
  cursor.next();
  return readString(cursor, token);
}

/** `A`, `A::B`: the name of an entity type. */
export function parseTypeName(cursor: Cursor): string {
  let name = plainName(cursor, 'expected the name of an entity type');
  while (cursor.isMark('::') && cursor.following.kind === 'name') {
    cursor.next();
    name += `::${plainName(cursor, 'expected a name')}`;
  }
  return name;
}

/** A hint for `word`, or `undefined`. */
export function suggestion(word: string, known: Iterable<string>): string | undefined {
  return didYouMean(word, known);
}
