/** A body's own key under another wrapping key: neither the body nor its entry changes. */
import { Fault, type Random } from '../../kernel/index.ts';
import type { Entry } from '../../model/index.ts';
import { type BodyKey, wrappingKey } from './body-key.ts';
import { encrypt } from './gcm.ts';
import { unwrap } from './open-body.ts';
import { associatedData, NONCE_BYTES, type SealedBody } from './seal-body.ts';

/** The wrapping of a body, as its row has it. */
export type BodyWrapping = Pick<SealedBody, 'keyId' | 'wrapped'>;

/** The body and the keys at hand. */
export interface RewrapBodyOptions {
  readonly entry: Entry;
  /** Present and former wrapping keys. */
  readonly keys: readonly BodyKey[];
  readonly to: BodyKey;
  readonly random: Random;
}

/** `stored`, wrapped by `to`. Throws `key.missing` where the key that wraps it is not among `keys`, `log.corrupt` where it does not open. */
export function rewrapBody(
  stored: BodyWrapping,
  { entry, keys, to, random }: RewrapBodyOptions,
): BodyWrapping {
  const { body, origin } = entry;
  if (body === undefined) throw new Fault('log.corrupt', 'a wrapped key belongs to no body');
  const own = unwrap(stored, { entry, keys }).export();
  const nonce = random.bytes(NONCE_BYTES);
  const aad = associatedData(origin, body.id, 'key', to.keyId);
  return { keyId: to.keyId, wrapped: Buffer.concat([nonce, encrypt(wrappingKey(to), nonce, own, aad)]) };
}
