/** Bytes and their texts, without `node:`, so that the verifier also runs in a browser. */
import { Fault } from './fault.ts';

const ENCODER = new TextEncoder();
const DECODER = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const BASE64 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const BASE64_VALUES: ReadonlyMap<string, number> = new Map(
  [...BASE64].map((character, value) => [character, value]),
);

/** UTF-8 bytes of `text`. */
export function utf8(text: string): Uint8Array {
  return ENCODER.encode(text);
}

/** Text of UTF-8 `bytes`. Throws `bytes.encoding` where they are not well-formed UTF-8. */
export function fromUtf8(bytes: Uint8Array): string {
  try {
    return DECODER.decode(bytes);
  } catch (cause) {
    throw new Fault('bytes.encoding', 'bytes are not well-formed UTF-8', {}, { cause });
  }
}

/** One array holding all `parts` in order. */
export function concatBytes(...parts: readonly Uint8Array[]): Uint8Array {
  let length = 0;
  for (const part of parts) length += part.length;
  const joined = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}

/** Lower-case hexadecimal of `bytes`. */
export function toHex(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += byte.toString(16).padStart(2, '0');
  return text;
}

/** Bytes of hexadecimal `text`, either case. Throws `bytes.encoding`. */
export function fromHex(text: string): Uint8Array {
  if (text.length % 2 !== 0 || !/^[0-9a-fA-F]*$/.test(text))
    throw new Fault('bytes.encoding', 'text is not hexadecimal');
  const bytes = new Uint8Array(text.length / 2);
  for (let index = 0; index < bytes.length; index += 1) {
    bytes[index] = Number.parseInt(text.slice(index * 2, index * 2 + 2), 16);
  }
  return bytes;
}

/** Standard base64 with padding (RFC 4648 §4). */
export function toBase64(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += 3) {
    const group = ((bytes[at] ?? 0) << 16) | ((bytes[at + 1] ?? 0) << 8) | (bytes[at + 2] ?? 0);
    const left = bytes.length - at;
    text += (BASE64[(group >> 18) & 63] ?? '') + (BASE64[(group >> 12) & 63] ?? '');
    text += left > 1 ? (BASE64[(group >> 6) & 63] ?? '') : '=';
    text += left > 2 ? (BASE64[group & 63] ?? '') : '=';
  }
  return text;
}

/** Bytes of standard base64 `text` with padding; non-canonical trailing bits are refused. Throws `bytes.encoding`. */
export function fromBase64(text: string): Uint8Array {
  if (text.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(text)) {
    throw new Fault('bytes.encoding', 'text is not standard base64 with padding');
  }
  const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0;
  const bytes = new Uint8Array((text.length / 4) * 3 - padding);
  let out = 0;
  for (let at = 0; at < text.length; at += 4) {
    let group = 0;
    for (let step = 0; step < 4; step += 1)
      group = (group << 6) | (BASE64_VALUES.get(text[at + step] ?? '=') ?? 0);
    for (let shift = 16; shift >= 0 && out < bytes.length; shift -= 8) {
      bytes[out] = (group >> shift) & 255;
      out += 1;
    }
  }
  if (toBase64(bytes) !== text) throw new Fault('bytes.encoding', 'base64 text has stray trailing bits');
  return bytes;
}

/**
 * Whether two arrays hold the same bytes, in time that depends on their lengths alone.
 * Lengths are not secret.
 */
export function equalBytes(left: Uint8Array, right: Uint8Array): boolean {
  if (left.length !== right.length) return false;
  let difference = 0;
  for (let index = 0; index < left.length; index += 1) difference |= (left[index] ?? 0) ^ (right[index] ?? 0);
  return difference === 0;
}
