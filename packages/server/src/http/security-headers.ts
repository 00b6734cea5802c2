/** Headers that every response carries (OWASP Secure Headers): nothing is framed, sniffed, cached or loaded from elsewhere. */

const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ');

const HEADERS: Readonly<Record<string, string>> = {
  'content-security-policy': CONTENT_SECURITY_POLICY,
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), microphone=(), geolocation=(), payment=()',
};
const ONE_YEAR_SECONDS = 31_536_000;

/** `response` with these headers; those that it has itself stay. `isTls`: browsers are told to come over TLS alone from now on (RFC 6797). */
export function withSecurityHeaders(response: Response, isTls: boolean): Response {
  const { headers } = response;
  for (const [name, value] of Object.entries(HEADERS)) if (!headers.has(name)) headers.set(name, value);
  if (!headers.has('cache-control')) headers.set('cache-control', 'no-store');
  if (isTls) headers.set('strict-transport-security', `max-age=${ONE_YEAR_SECONDS}`);
  return response;
}
