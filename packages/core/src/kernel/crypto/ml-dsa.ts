/** ML-DSA-44 (FIPS 204) over raw keys, where the OpenSSL behind Node has it. Messages are signed whole, with an empty context. */
import { createPrivateKey, createPublicKey, type KeyObject, sign, verify } from 'node:crypto';
import { Fault } from '../index.ts';

/** A private key ready to sign, with its raw public key beside it. */
export interface MlDsa44PrivateKey {
  readonly key: KeyObject;
  /** Raw public key, 1,312 bytes. */
  readonly publicKey: Uint8Array;
}

/** Length of a raw public key, of a signature and of the seed ξ of a private key, in bytes. */
const PUBLIC_KEY_BYTES = 1312;
const SIGNATURE_BYTES = 2420;
const SEED_BYTES = 32;
/** DER around a raw key: SubjectPublicKeyInfo, and PKCS #8 with the seed alone, of id-ml-dsa-44 (RFC 9881). */
const SPKI_PREFIX = Buffer.from('30820532300b06096086480165030403110382052100', 'hex');
const PKCS8_PREFIX = Buffer.from('3034020100300b060960864801650304031104228020', 'hex');

/** Whether this Node can sign and verify with ML-DSA-44. */
export function hasMlDsa44(): boolean {
  try {
    mlDsa44KeyFromSeed(new Uint8Array(SEED_BYTES));
    return true;
  } catch {
    return false;
  }
}

/** The key pair of a 32-byte `seed` (FIPS 204 §5.1). Throws `key.malformed` for another length and where this Node has no ML-DSA. */
export function mlDsa44KeyFromSeed(seed: Uint8Array): MlDsa44PrivateKey {
  if (seed.length !== SEED_BYTES)
    throw new Fault('key.malformed', `an ML-DSA-44 seed has ${SEED_BYTES} bytes, not ${seed.length}`);
  try {
    const der = Buffer.concat([PKCS8_PREFIX, seed]);
    const key = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
    const spki = createPublicKey(key).export({ format: 'der', type: 'spki' });
    return { key, publicKey: new Uint8Array(spki.subarray(SPKI_PREFIX.length)) };
  } catch (cause) {
    throw new Fault('key.malformed', 'this Node has no ML-DSA-44', {}, { cause });
  }
}

/** The 2,420-byte signature of `message`; another one each time. */
export function mlDsa44Sign(privateKey: MlDsa44PrivateKey, message: Uint8Array): Uint8Array {
  return new Uint8Array(sign(null, message, privateKey.key));
}

/** Whether `signature` is that of the raw `publicKey` over `message`; false for anything malformed, and where this Node has no ML-DSA. */
export function mlDsa44Verify(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
  if (publicKey.length !== PUBLIC_KEY_BYTES || signature.length !== SIGNATURE_BYTES) return false;
  const der = Buffer.concat([SPKI_PREFIX, publicKey]);
  let key: KeyObject;
  try {
    key = createPublicKey({ key: der, format: 'der', type: 'spki' });
  } catch {
    // Without the algorithm nothing signed with it can be believed.
    return false;
  }
  return verify(null, message, key, signature);
}
