// DSSE envelopes (github.com/secure-systems-lab/dsse, v1.0.2) with Ed25519: what is signed names its own type, so that a signature over
// one kind of document is never taken for another.
import { createHash, type KeyObject, sign, verify } from 'node:crypto';

/** A signed document; `payload` and `sig` are base64. */
export type Envelope = {
  readonly payloadType: string;
  readonly payload: string;
  readonly signatures: readonly { readonly keyid: string; readonly sig: string }[];
};

/** Signs the bytes of a document of this type. */
export function sealEnvelope(
  payloadType: string,
  payload: Uint8Array,
  key: KeyObject,
  publicKey: KeyObject,
): Envelope {
  const sig = sign(null, preAuthenticationEncoding(payloadType, payload), key);
  return {
    payloadType,
    payload: Buffer.from(payload).toString('base64'),
    signatures: [{ keyid: keyId(publicKey), sig: sig.toString('base64') }],
  };
}

/**
 * The bytes of a document of this type, signed by `publicKey`, which the verifier brings: a key named in the envelope is only a hint.
 * Throws when the type is another one or no signature verifies.
 */
export function openEnvelope(envelope: Envelope, payloadType: string, publicKey: KeyObject): Buffer {
  if (envelope.payloadType !== payloadType) {
    throw new Error(`the envelope holds \`${envelope.payloadType}\`, expected \`${payloadType}\``);
  }
  const payload = Buffer.from(envelope.payload, 'base64');
  const signed = preAuthenticationEncoding(payloadType, payload);
  if (!envelope.signatures.some(({ sig }) => verify(null, signed, publicKey, Buffer.from(sig, 'base64')))) {
    throw new Error('no signature of the envelope verifies under the given key');
  }
  return payload;
}

/** SHA-256 of the key's SubjectPublicKeyInfo, in hexadecimal. */
export function keyId(publicKey: KeyObject): string {
  return createHash('sha256')
    .update(publicKey.export({ type: 'spki', format: 'der' }))
    .digest('hex');
}

/** PAE of the DSSE protocol: lengths before parts, so that no two pairs of type and body share an encoding. */
function preAuthenticationEncoding(type: string, body: Uint8Array): Buffer {
  return Buffer.concat([Buffer.from(`DSSEv1 ${Buffer.byteLength(type)} ${type} ${body.length} `), body]);
}
