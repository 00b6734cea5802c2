/** Ed25519 by the browser itself. */
import type { VerifySignature } from '@writ/core/proof';

/** Throws where the platform has no Ed25519: what cannot be checked is not a signature that fails. */
export const verifyByWebCrypto: VerifySignature = async (publicKey, message, signature) => {
  const { subtle } = globalThis.crypto;
  const key = await subtle.importKey('raw', copied(publicKey), 'Ed25519', false, ['verify']);
  return subtle.verify('Ed25519', key, copied(signature), copied(message));
};

/** As WebCrypto takes bytes: in a buffer of their own. */
function copied(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return new Uint8Array(bytes);
}
