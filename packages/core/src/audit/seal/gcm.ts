/** AES-256-GCM (NIST SP 800-38D), the tag behind the ciphertext, over prepared keys: a raw key costs three times as much per call. */
import { createCipheriv, createDecipheriv, type KeyObject } from 'node:crypto';
import { Fault } from '../../kernel/index.ts';

const TAG_BYTES = 16;

/** Ciphertext and tag. INVARIANT of callers: a nonce is used once per key. */
export function encrypt(key: KeyObject, nonce: Uint8Array, plaintext: Uint8Array, aad: Uint8Array): Buffer {
  const cipher = createCipheriv('aes-256-gcm', key, nonce);
  cipher.setAAD(aad);
  const ciphertext = cipher.update(plaintext);
  cipher.final();
  return Buffer.concat([ciphertext, cipher.getAuthTag()]);
}

/** The plaintext. Throws `log.corrupt` where key, nonce, bytes or `aad` are not those of sealing. */
export function decrypt(key: KeyObject, nonce: Uint8Array, sealed: Uint8Array, aad: Uint8Array): Buffer {
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG_BYTES });
    decipher.setAAD(aad);
    decipher.setAuthTag(sealed.subarray(sealed.length - TAG_BYTES));
    return Buffer.concat([decipher.update(sealed.subarray(0, sealed.length - TAG_BYTES)), decipher.final()]);
  } catch (cause) {
    throw new Fault('log.corrupt', 'a sealed body does not open: wrong key, or altered', {}, { cause });
  }
}
