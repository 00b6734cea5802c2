/** Texts as Cedar literals. */

const SIMPLE: Readonly<Record<string, string>> = {
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\0': '\\0',
  '\\': '\\\\',
  '"': '\\"',
};

/** Characters that cannot be seen or would be taken for others: controls, and marks that change the direction of text. */
// oxlint-disable-next-line no-control-regex -- control characters are what it looks for
const HIDDEN = /[\0-\x1f"\\\x7f-\x9f\u{ad}\u{200b}-\u{200f}\u{2028}-\u{202e}\u{2060}-\u{206f}\u{feff}]/gu;

/** `text` in double quotes, every hidden character written as an escape. */
export function quote(text: string): string {
  return `"${escapeText(text)}"`;
}

/** `text` with its escapes and without quotes. */
export function escapeText(text: string): string {
  return text.replaceAll(
    HIDDEN,
    (character) => SIMPLE[character] ?? `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`,
  );
}
