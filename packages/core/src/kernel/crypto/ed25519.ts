/** Ed25519 (RFC 8032) over raw 32-byte keys. Which public keys are acceptable is decided in `proof/`, not here. */
import { createPrivateKey, createPublicKey, type KeyObject, sign, verify } from 'node:crypto';
import { Fault } from '../index.ts';

/** A private key ready to sign, with its raw public key beside it. */
export interface Ed25519PrivateKey {
  readonly key: KeyObject;
  /** Raw public key, 32 bytes. */
  readonly publicKey: Uint8Array;
}

const PKCS8_PREFIX = Buffer.from('302e020100300506032b657004220420', 'hex');
const SPKI_PREFIX = Buffer.from('302a300506032b6570032100', 'hex');

/** The key pair of a 32-byte `seed` (RFC 8032 §5.1.5). */
export function ed25519KeyFromSeed(seed: Uint8Array): Ed25519PrivateKey {
  if (seed.length !== 32)
    throw new Fault('key.malformed', `an Ed25519 seed has 32 bytes, not ${seed.length}`);
  const key = createPrivateKey({ key: Buffer.concat([PKCS8_PREFIX, seed]), format: 'der', type: 'pkcs8' });
  const spki = createPublicKey(key).export({ format: 'der', type: 'spki' });
  return { key, publicKey: new Uint8Array(spki.subarray(SPKI_PREFIX.length)) };
}

/** A public key object for raw `bytes`. Throws `key.malformed` unless they are 32. */
export function ed25519PublicKey(bytes: Uint8Array): KeyObject {
  if (bytes.length !== 32)
    throw new Fault('key.malformed', `an Ed25519 public key has 32 bytes, not ${bytes.length}`);
  return createPublicKey({ key: Buffer.concat([SPKI_PREFIX, bytes]), format: 'der', type: 'spki' });
}

/** The 64-byte signature of `message`. */
export function ed25519Sign(privateKey: Ed25519PrivateKey, message: Uint8Array): Uint8Array {
  return new Uint8Array(sign(null, message, privateKey.key));
}

/** Whether `signature` is `publicKey`'s over `message`; false for anything malformed. */
export function ed25519Verify(publicKey: KeyObject, message: Uint8Array, signature: Uint8Array): boolean {
  return signature.length === 64 && verify(null, message, publicKey, signature);
}
