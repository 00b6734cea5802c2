/** JSON Web Tokens (RFC 7519): three base64url parts, or two where the signature is cut off, whose first is a JSON object with `alg`. */
import { ALPHANUMERIC, endOfRun, HYPHEN, isClassAt, UNDERSCORE } from '../survey/index.ts';
import { fromBase64, fromUtf8, isJsonObject, parseStrictJson } from '../../kernel/index.ts';

const BASE64_URL: number = ALPHANUMERIC | HYPHEN | UNDERSCORE;
/** Longest part that is decoded; a longer header is no JWT that anybody issues. */
const MAX_HEADER_LENGTH = 2_048;
const MAX_PART_LENGTH = 65_536;
/** `{"` in base64url. */
const HEADER_START = 'eyJ';

/** Start and end of every JWT in `text`. */
export function findJwts(text: string): readonly { readonly start: number; readonly end: number }[] {
  const tokens: { readonly start: number; readonly end: number }[] = [];
  let from = 0;
  for (;;) {
    // Its capital is the rarest letter of `eyJ`, so it is what is searched for.
    const capital = text.indexOf('J', from);
    if (capital === -1) return tokens;
    from = capital + 1;
    const start = from - HEADER_START.length;
    if (!text.startsWith(HEADER_START, start)) continue;
    if (isClassAt(text, start - 1, BASE64_URL)) continue;
    const header = endOfRun(text, start, BASE64_URL, Math.min(text.length, start + MAX_HEADER_LENGTH));
    from = header;
    if (text[header] !== '.' || !text.startsWith(HEADER_START, header + 1)) continue;
    if (!isHeader(text.slice(start, header))) continue;
    let end = endOfRun(text, header + 1, BASE64_URL, Math.min(text.length, header + MAX_PART_LENGTH));
    if (text[end] === '.')
      end = endOfRun(text, end + 1, BASE64_URL, Math.min(text.length, end + MAX_PART_LENGTH));
    tokens.push({ start, end });
    from = end;
  }
}

function isHeader(part: string): boolean {
  try {
    const padded = part
      .replaceAll('-', '+')
      .replaceAll('_', '/')
      .padEnd(Math.ceil(part.length / 4) * 4, '=');
    const header = parseStrictJson(fromUtf8(fromBase64(padded)));
    return isJsonObject(header) && typeof header['alg'] === 'string';
  } catch {
    // Whatever does not decode to a JSON object is no header.
    return false;
  }
}
