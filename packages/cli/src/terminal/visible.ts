/** Text from outside, shown so that nothing in it hides, reorders or forges what a person reads. */

/**
 * Control and format characters (bidirectional marks, zero-width, soft hyphen), whatever Unicode says may be left out of a rendering (variation
 * selectors, fillers), surrogates, private use, unassigned, and every space but the plain one.
 */
const INVISIBLE =
  /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u00a0\u1680\u2000-\u200a\u202f\u205f\u2800\u3000]/gu;

/** `text` with each such character as `\u{…}`. Line feeds too, unless `keepLines`, which is for text that Writ laid out itself. */
export function visible(text: string, options: { readonly keepLines?: boolean } = {}): string {
  return text.replace(INVISIBLE, (character) => {
    if (character === '\n' && options.keepLines === true) return character;
    return `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
  });
}

/** `value` as indented JSON that shows every character it holds. */
export function visibleJson(value: unknown): string {
  return visible(JSON.stringify(value, null, 2) ?? 'null', { keepLines: true });
}
