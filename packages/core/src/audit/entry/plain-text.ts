/** Which texts JSON writes as themselves, and which patterns let no other through. */

/** Any characters that need no escaping in JSON. */
export const PLAIN_TEXT: RegExp = /^[ !#-[\]-~]*$/;
/** What in a pattern matches one character of several. */
const ATOM = /\[(?:\\.|[^\]\\])*\]|\\x[0-9a-f]{2}|\\.|\./g;
const ASCII: readonly string[] = Array.from({ length: 128 }, (_, code) => String.fromCharCode(code));

/** What a pattern lets through: `plain` text alone; `other` characters too; or a `delimiter` as well, a quote or a backslash. */
export type Charset = 'plain' | 'other' | 'delimiter';

/** The most that a pattern without anchors and flags lets through; `delimiter` where that cannot be said. */
export function charsetOf(inner: string): Charset {
  const atoms = (inner.match(ATOM) ?? []).map((atom) => new RegExp(`^${atom}$`));
  const isOdd = (atom: RegExp): boolean => atom.test('"') || atom.test('\\');
  if (!PLAIN_TEXT.test(inner.replace(ATOM, '')) || atoms.some(isOdd)) return 'delimiter';
  const isPlain = (atom: RegExp): boolean =>
    !atom.test('é') && ASCII.every((one) => PLAIN_TEXT.test(one) || !atom.test(one));
  return atoms.every(isPlain) ? 'plain' : 'other';
}

/** A pattern without the anchors at both its ends; `undefined` where it has none, flags, or alternatives that they do not hold together. */
export function innerOf({ source, flags }: RegExp): string | undefined {
  const inner = /^\^(.*)\$$/.exec(source)?.[1];
  if (inner === undefined || flags !== '') return undefined;
  let depth = 0;
  for (const sign of inner.replace(ATOM, '')) {
    if (sign === '(') depth += 1;
    else if (sign === ')') depth -= 1;
    else if (sign === '|' && depth === 0) return undefined;
  }
  return inner;
}

/** Whether all that `pattern` matches is plain text. */
export function isPlainPattern(pattern: RegExp): boolean {
  const inner = innerOf(pattern);
  return inner !== undefined && charsetOf(inner) === 'plain';
}
