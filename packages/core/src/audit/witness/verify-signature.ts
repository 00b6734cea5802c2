/** Verification of note signatures by Node's cryptography. */
import { ed25519PublicKey, ed25519Verify, mlDsa44Verify } from '../../kernel/crypto/index.ts';
import type { VerifySignature } from '../../proof/index.ts';

/** Length of an Ed25519 public key, in bytes; those of ML-DSA-44 are longer. */
const ED25519_BYTES = 32;

/** Ed25519, and ML-DSA-44 where this Node has it; without it such a signature does not verify. Synchronous. */
export const verifyNoteSignature: VerifySignature = (publicKey, message, signature) =>
  publicKey.length === ED25519_BYTES
    ? ed25519Verify(ed25519PublicKey(publicKey), message, signature)
    : mlDsa44Verify(publicKey, message, signature);
