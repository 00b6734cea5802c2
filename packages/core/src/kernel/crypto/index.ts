/** L0: node's cryptography behind the few names Writ uses. Random bytes come in through the `Random` port, never from here. */
export { hmacSha256, sha256, sha256Hex, sha256Latin1 } from './hash.ts';
export { openAead, sealAead, AEAD_KEY_BYTES, AEAD_NONCE_BYTES } from './aead.ts';
export {
  ed25519PublicKey,
  ed25519Sign,
  ed25519Verify,
  ed25519KeyFromSeed,
  type Ed25519PrivateKey,
} from './ed25519.ts';
export {
  hasMlDsa44,
  mlDsa44KeyFromSeed,
  mlDsa44Sign,
  mlDsa44Verify,
} from './ml-dsa.ts';
