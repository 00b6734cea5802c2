/** What the state beside the log and the index of people are keyed with: apart from the keys of bodies, so that those may change while processes run. */
import { canonicalJson, concatBytes, Fault } from '../kernel/index.ts';
import { hmacSha256 } from '../kernel/crypto/index.ts';

const PART_BYTES = 32;

/** Keys of one tenant, 32 bytes each. */
export interface BesideKey {
  /** Stands before what is encrypted with it. */
  readonly keyId: string;
  /** Tags the people whom bodies concern. */
  readonly concerns: Uint8Array;
  /** Encrypts names and free words in the state. */
  readonly cipher: Uint8Array;
  /** Makes their nonces. */
  readonly nonce: Uint8Array;
}

/** Length of {@link besideKeyBytes}. */
export const BESIDE_KEY_BYTES: number = 3 * PART_BYTES;

/** The beside key of a log whose keys come from nowhere else: derived from a key of bodies, which it tells nothing of. */
export function deriveBesideKey(
  bodyKey: { readonly keyId: string; readonly key: Uint8Array },
  tenant: string,
): BesideKey {
  const derive = (...path: readonly string[]): Uint8Array => hmacSha256(bodyKey.key, canonicalJson(path));
  return {
    keyId: bodyKey.keyId,
    concerns: derive('writ/concerns/v1', tenant),
    cipher: derive('writ/state-box/v1', 'key'),
    nonce: derive('writ/state-box/v1', 'nonce'),
  };
}

/** Its secrets in one piece, to be wrapped. */
export function besideKeyBytes({ concerns, cipher, nonce }: BesideKey): Uint8Array {
  return concatBytes(concerns, cipher, nonce);
}

/** The key of that id from {@link besideKeyBytes}. Throws `key.malformed` for bytes of another length. */
export function besideKeyFrom(keyId: string, bytes: Uint8Array): BesideKey {
  if (bytes.length !== BESIDE_KEY_BYTES)
    throw new Fault(
      'key.malformed',
      `the keys of index and state have ${BESIDE_KEY_BYTES} bytes, not ${bytes.length}`,
    );
  const part = (at: number): Uint8Array => bytes.slice(at * PART_BYTES, (at + 1) * PART_BYTES);
  return { keyId, concerns: part(0), cipher: part(1), nonce: part(2) };
}
