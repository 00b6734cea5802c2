/** Names of hosts, in the one form that policies, the resolver and the wire all see. */
import { isIP } from 'node:net';

/** RFC 1035 §2.3.4. */
const MAX_NAME = 253;
const MAX_LABEL = 63;
/** What URLs have beside a host, and what some readers take for it: user, zone and percent-encoding, separators, white space, control characters. */
const FOREIGN = /[@%/\\?#\s\p{Cc}]/u;
const LABEL = /^[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?$/;

/**
 * `text` (a name, an IPv4 address in any notation, an IPv6 address in brackets) as the URL standard reads it: small letters, punycode, IPv4 as four
 * decimal numbers, IPv6 in its shortest form and without brackets; without a dot at the end. `undefined` where it is none.
 */
export function normalHost(text: string): string | undefined {
  if (text === '' || text.length > MAX_NAME + 1 || FOREIGN.test(text) || !text.isWellFormed())
    return undefined;
  const isBracketed = text.startsWith('[');
  // What stands behind the host would be taken for a port or thrown away.
  if (isBracketed ? !text.endsWith(']') : text.includes(':')) return undefined;
  const written = URL.parse(`https://${text}/`)?.hostname;
  if (written === undefined) return undefined;
  const host = isBracketed ? written.slice(1, -1) : written.replace(/\.$/, '');
  if (isIP(host) !== 0) return host;
  const isName =
    host.length <= MAX_NAME &&
    host.split('.').every((label) => label.length <= MAX_LABEL && LABEL.test(label));
  return isName ? host : undefined;
}

/** `host` as it stands in a URL or a `Host` header. */
export function urlHost(host: string): string {
  return host.includes(':') ? `[${host}]` : host;
}
