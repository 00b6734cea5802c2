/** A key of the transit engine that signs: Ed25519, in the service alone. */
import { type RemoteSigner, verifySignature } from '@writ/core';
import { type Ed25519PublicKey, parseEd25519PublicKey } from '@writ/core/proof';
import { refused, unavailable } from '../faults.ts';
import { transitKey, type TransitOptions } from './ask.ts';

const PUBLIC_KEY = /^[A-Za-z0-9+/]{43}=$/;
const SIGNATURE = /^[a-z]{1,20}:v(\d{1,9}):([A-Za-z0-9+/]{86}==)$/;

/**
 * A key of type `ed25519`, in its newest version: that version alone signs for as long as it is open, whatever is rotated meanwhile. Throws `config.invalid`, `key.unavailable`, `key.refused`, `key.weak`. The
 * token needs `read` on `MOUNT/keys/KEY` and `update` on `MOUNT/sign/KEY`.
 */
export async function openTransitSigner(options: TransitOptions): Promise<RemoteSigner> {
  const { id, ask } = transitKey(options);
  const { type, latest_version: version, keys } = await ask('keys');
  if (type !== 'ed25519') throw refused(id, 'it is of another type than `ed25519`');
  const publicKey = publicKeyIn(keys, version);
  if (publicKey === undefined) throw unavailable(id, 'an answer without a public key');
  return {
    publicKey,
    async sign(message) {
      const { signature } = await ask('sign', {
        input: Buffer.from(message).toString('base64'),
        key_version: String(version),
      });
      const [, of, text = ''] = SIGNATURE.exec(typeof signature === 'string' ? signature : '') ?? [];
      const bytes = new Uint8Array(Buffer.from(text, 'base64'));
      // What the service says is believed no more than anything else: a signature of another key would make a bundle that nobody takes.
      if (of !== String(version) || !verifySignature({ publicKey }, message, bytes))
        throw unavailable(id, 'a signature that is not of its key');
      return bytes;
    },
  };
}

function publicKeyIn(keys: unknown, version: unknown): Ed25519PublicKey | undefined {
  if (typeof keys !== 'object' || keys === null || !Number.isSafeInteger(version)) return undefined;
  const found: unknown = Object.entries(keys).find(([name]) => name === String(version))?.[1];
  const text = typeof found === 'object' && found !== null && 'public_key' in found ? found.public_key : '';
  return typeof text === 'string' && PUBLIC_KEY.test(text)
    ? parseEd25519PublicKey(new Uint8Array(Buffer.from(text, 'base64')))
    : undefined;
}
