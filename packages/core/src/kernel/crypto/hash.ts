/** SHA-256 (FIPS 180-4) and HMAC-SHA256 (RFC 2104). */
import { createHmac, hash } from 'node:crypto';

/** The 32-byte SHA-256 of `data` (text as UTF-8). */
export function sha256(data: string | Uint8Array): Uint8Array {
  return hash('sha256', data, 'buffer');
}

/** SHA-256 of `data` as 64 lower-case hexadecimal digits. */
export function sha256Hex(data: string | Uint8Array): string {
  return hash('sha256', data, 'hex');
}

/** SHA-256 of `data` as a 32-character latin1 string: the fastest form, because no buffer is allocated. */
export function sha256Latin1(data: string | Uint8Array): string {
  return hash('sha256', data, 'binary');
}

/** The 32-byte HMAC-SHA256 of `data` under `key`. */
export function hmacSha256(key: Uint8Array, data: string | Uint8Array): Uint8Array {
  return createHmac('sha256', key).update(data).digest();
}
