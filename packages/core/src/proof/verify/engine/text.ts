/** Bytes, texts and paths of a tiled log (c2sp.org/tlog-tiles). Hashes are latin1 strings: an array for each would cost as much as hashing. */

/** Hashes in a full tile, and entries in a full bundle. */
export const TILE_WIDTH = 256;
const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** What `run` answers; `undefined` where it throws, as reading malformed text does. */
export function attempt<Value>(run: () => Value): Value | undefined {
  try {
    return run();
  } catch {
    return undefined;
  }
}

export const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);
export const readUtf8 = (bytes: Uint8Array): string | undefined => attempt(() => UTF8.decode(bytes));
export const fromLatin1 = (text: string): Uint8Array => Uint8Array.from(text, (unit) => unit.charCodeAt(0));

export const toLatin1 = (bytes: Uint8Array): string =>
  bytes.reduce((text, byte) => text + String.fromCharCode(byte), '');

/** Bytes, as latin1, of standard base64 in its one spelling (RFC 4648 §4); otherwise none. */
export const readBase64 = (text: string): string =>
  attempt(() => [atob(text)].find((latin1) => btoa(latin1) === text)) ?? '';

/** Where a tile, or the bundle of that number, is served: `tile/0/x001/234.p/17`. */
export function tilePath(level: number | 'entries', index: number, width: number): string {
  const digits = String(index).padStart(3 * Math.ceil(String(index).length / 3), '0');
  return `tile/${level}/${digits.replace(/\d{3}(?=\d)/g, 'x$&/')}${width === TILE_WIDTH ? '' : `.p/${width}`}`;
}
