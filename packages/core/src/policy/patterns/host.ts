/** The host a text speaks of, and lists of hosts. */

/** Longest text that is read as a URL, in UTF-16 units. */
const MAX_URL = 8192;
const SCHEME = /^[A-Za-z][A-Za-z0-9+.-]{0,31}:/;

/**
 * The host of a URL, or of a bare `host` or `host:port`, as the WHATWG URL standard reads it: small letters, punycode, numbers of IPv4 in
 * one form, without a dot at the end. `undefined` where there is none or it cannot be told.
 */
export function hostOf(text: string): string | undefined {
  if (text.length > MAX_URL) return undefined;
  const isBare = !SCHEME.test(text) || /^[^/:]{1,253}:\d{1,5}$/.test(text);
  if (isBare && /[/?#@\\]/.test(text)) return undefined;
  const url = URL.parse(isBare ? `https://${text}` : text);
  const host = url?.hostname.replace(/\.$/, '') ?? '';
  return host === '' || !/^[a-z0-9_.:[\]-]+$/.test(host) ? undefined : host;
}

/** Whether `host` is in `list`: the same labels, or below `*.example.com`. */
export function isListed(host: string, list: readonly string[]): boolean {
  return list.some((entry) =>
    entry.startsWith('*.') ? host.length > entry.length - 1 && host.endsWith(entry.slice(1)) : host === entry,
  );
}
