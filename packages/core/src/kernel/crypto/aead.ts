/** AES-256-GCM (NIST SP 800-38D) with the 16-byte tag appended to the ciphertext. */
import { createCipheriv, createDecipheriv } from 'node:crypto';
import { Fault } from '../index.ts';

/** Key length in bytes. */
export const AEAD_KEY_BYTES = 32;
/** Nonce length in bytes. A nonce is used once per key. */
export const AEAD_NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** Ciphertext and tag of `plaintext` under `key` and `nonce`, bound to `aad`. Throws `key.malformed` for a key or nonce of another length. */
export function sealAead(
  key: Uint8Array,
  nonce: Uint8Array,
  plaintext: Uint8Array,
  aad: Uint8Array,
): Uint8Array {
  // GCM itself takes a nonce of any length, and a short one repeats.
  if (key.length !== AEAD_KEY_BYTES || nonce.length !== AEAD_NONCE_BYTES) {
    throw new Fault(
      'key.malformed',
      `sealing needs a key of ${AEAD_KEY_BYTES} bytes and a nonce of ${AEAD_NONCE_BYTES}`,
    );
  }
  const cipher = createCipheriv('aes-256-gcm', key, nonce);
  cipher.setAAD(aad);
  const body = cipher.update(plaintext);
  cipher.final();
  return Buffer.concat([body, cipher.getAuthTag()]);
}

/** Plaintext of `sealed` (ciphertext and tag). Throws `log.corrupt` where key, nonce, bytes or `aad` are not those of sealing. */
export function openAead(
  key: Uint8Array,
  nonce: Uint8Array,
  sealed: Uint8Array,
  aad: Uint8Array,
): Uint8Array {
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG_BYTES });
    decipher.setAAD(aad);
    decipher.setAuthTag(sealed.subarray(sealed.length - TAG_BYTES));
    return Buffer.concat([decipher.update(sealed.subarray(0, sealed.length - TAG_BYTES)), decipher.final()]);
  } catch (cause) {
    throw new Fault('log.corrupt', 'sealed bytes do not open: wrong key, or altered', {}, { cause });
  }
}
