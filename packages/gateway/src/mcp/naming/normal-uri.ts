/** URIs as policy reads them: one spelling for one place. */

/** Longest URI that is judged, in UTF-16 units; the bound of a resource id. */
const MAX_URI_LENGTH = 4_096;
const DOT_DOT = /(?:^|[/?#=&])\.\.(?:$|[/?#&])/;
const UNRESERVED = /^[A-Za-z0-9._~-]$/;
/** How often an escape may hide another before the URI is refused. */
const MAX_DECODINGS = 3;

/** The normal form, or why there is none that every reader would agree on. */
export type NormalUri = { readonly id: string } | { readonly problem: string };

/**
 * The normal form of `uri`: scheme and host in lower case, dot segments resolved (WHATWG URL), escapes of unreserved characters decoded and the rest in
 * upper case (RFC 3986 §6.2.2). What is no absolute URI is taken as it stands.
 *
 * The server is sent the URI as received. So whatever a server that decodes more than this could read as another place is a problem:
 * `..` behind an escaped slash, a backslash, a control character, user information.
 */
export function normalUri(uri: string): NormalUri {
  if (uri === '' || uri.length > MAX_URI_LENGTH) {
    return { problem: `a URI has 1 to ${MAX_URI_LENGTH} characters` };
  }
  const parsed = URL.parse(uri);
  const hidden = hiddenProblem(uri, false) ?? hiddenProblem(parsed?.href ?? uri, true);
  if (hidden !== undefined) return { problem: hidden };
  if (parsed === null) return { id: uri };
  if (parsed.username !== '' || parsed.password !== '') return { problem: 'the URI holds user information' };
  const id = parsed.href.replace(/%[0-9A-Fa-f]{2}/g, (escape) => {
    const character = String.fromCharCode(Number.parseInt(escape.slice(1), 16));
    return UNRESERVED.test(character) ? character : escape.toUpperCase();
  });
  return id.length > MAX_URI_LENGTH ? { problem: 'the URI is too long once written out' } : { id };
}

/** What decoding `uri` over and over brings to light; dot segments only where those in plain sight are resolved already. */
function hiddenProblem(uri: string, isResolved: boolean): string | undefined {
  let text = uri;
  for (let round = 0; ; round += 1) {
    // eslint-disable-next-line no-control-regex -- control characters are exactly what is looked for
    if (/[\u0000-\u001f\u007f]/.test(text)) return 'the URI holds a control character';
    if (text.includes('\\')) return 'the URI holds a backslash';
    if (isResolved && round > 0 && DOT_DOT.test(text)) return 'the URI hides `..` behind escapes';
    const decoded = text.replace(/%([0-9A-Fa-f]{2})/g, (_escape, digits: string) =>
      String.fromCharCode(Number.parseInt(digits, 16)),
    );
    if (decoded === text) return undefined;
    if (round === MAX_DECODINGS) return 'the URI is escaped too many times over';
    text = decoded;
  }
}
