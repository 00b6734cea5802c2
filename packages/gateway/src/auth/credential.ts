/** The credential in a request: a bearer token in its `Authorization` header, and nowhere else. */
import type { AuthenticationRequest, Refusal } from './types.ts';

/** Longest `Authorization` header read, in characters: tokens with 200 groups have some 6 KB. */
export const MAX_CREDENTIAL_LENGTH = 12_288;
/** RFC 6750 §2.1; the scheme in any letter case (RFC 9110 §11.1). */
const BEARER = /^bearer +([A-Za-z0-9\-._~+/]+=*)$/i;
const SCHEME = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+)(?: |$)/;

/** The token of `request`, `undefined` where it has none, or why what is there does not count. */
export function readCredential(request: AuthenticationRequest): string | undefined | Refusal {
  if (hasTokenInUrl(request.url))
    return {
      code: 'auth.in-url',
      reason: 'an access token stands in the URL; send it in the `Authorization` header',
    };
  const [value, second] = request.headers['authorization'] ?? [];
  if (value === undefined) return undefined;
  if (second !== undefined)
    return { code: 'auth.malformed', reason: 'more than one `Authorization` header came' };
  if (value.length > MAX_CREDENTIAL_LENGTH)
    return {
      code: 'auth.too-large',
      reason: `the \`Authorization\` header is longer than ${MAX_CREDENTIAL_LENGTH} characters`,
    };
  const [, token] = BEARER.exec(value) ?? [];
  if (token !== undefined) return token;
  const isBearer = SCHEME.exec(value)?.[1]?.toLowerCase() === 'bearer';
  return isBearer
    ? { code: 'auth.malformed', reason: 'the bearer token is malformed' }
    : { code: 'auth.malformed', reason: 'the `Authorization` header has another scheme than `Bearer`' };
}

/** RFC 6750 §2.3 and OAuth 2.1: what stands in a URL stands in logs. Looked for however it is spelt. */
function hasTokenInUrl(url: string): boolean {
  const query = url.indexOf('?');
  if (query < 0) return false;
  return [...new URLSearchParams(url.slice(query + 1)).keys()].some(
    (name) => name.toLowerCase() === 'access_token',
  );
}
