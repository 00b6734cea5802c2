/** Values of MCP's request headers (MCP 2026-07-28, Streamable HTTP, "Standard request headers" and "Value encoding"). */

const BASE64_PREFIX = '=?base64?';
const BASE64_SUFFIX = '?=';
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** A header's value without the white space around it (RFC 9110 §5.5); `undefined` where there is none. Repeated headers arrive joined, and so match nothing. */
export function headerValue(value: string | string[] | undefined): string | undefined {
  const text = Array.isArray(value) ? value.join(', ') : value;
  return text?.replace(/^[ \t]{1,}|[ \t]{1,}$/g, '');
}

/** What `value` says, with the Base64 form undone; `undefined` for one that is no canonical Base64 of UTF-8. */
export function decodeHeaderValue(value: string): string | undefined {
  if (!value.startsWith(BASE64_PREFIX) || !value.endsWith(BASE64_SUFFIX)) return value;
  const encoded = value.slice(BASE64_PREFIX.length, -BASE64_SUFFIX.length);
  if (!BASE64.test(encoded)) return undefined;
  const bytes = Buffer.from(encoded, 'base64');
  // Bits that do not belong to any byte would let two texts stand for one.
  if (bytes.toString('base64') !== encoded) return undefined;
  try {
    return UTF8.decode(bytes);
  } catch {
    // Not UTF-8: the caller refuses the request.
    return undefined;
  }
}
