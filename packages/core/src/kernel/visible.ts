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

/** JSON `text` with the same characters as JSON's own escapes: it parses to the same value, and shows nothing that it is not. */
export function visibleInJson(text: string): string {
  return text.replace(INVISIBLE, (character) =>
    Array.from(
      { length: character.length },
      (_, unit) => `\\u${character.charCodeAt(unit).toString(16).padStart(4, '0')}`,
    ).join(''),
  );
}
