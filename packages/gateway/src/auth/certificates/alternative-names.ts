/** URIs among the subject alternative names of a certificate, as Node writes them. */

/** A name in quotes, which Node writes where it holds what would look like another name; else up to the next comma. */
const NAME = /^(?:URI:)("(?:[^"\\]|\\.)*"|[^,"]*)$/;

/** The URIs in `text`, `X509Certificate.subjectAltName`. A text that cannot be split for certain has none. */
export function uriNames(text: string | undefined): readonly string[] {
  if (text === undefined) return [];
  const names = splitNames(text);
  return (names ?? []).flatMap((name) => {
    const [, value] = NAME.exec(name) ?? [];
    if (value === undefined || value === '') return [];
    return [value.startsWith('"') ? unquoted(value) : value].filter((uri) => uri !== undefined);
  });
}

/** At `, ` outside of quotes. */
function splitNames(text: string): readonly string[] | undefined {
  const names: string[] = [];
  let start = 0;
  let isQuoted = false;
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at];
    if (isQuoted && character === '\\') at += 1;
    else if (character === '"') isQuoted = !isQuoted;
    else if (character === ',' && !isQuoted) {
      names.push(text.slice(start, at));
      start = text[at + 1] === ' ' ? at + 2 : at + 1;
    }
  }
  if (isQuoted) return undefined;
  names.push(text.slice(start));
  return names;
}

function unquoted(text: string): string | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'string' ? value : undefined;
  } catch {
    return undefined;
  }
}
