/** The port to what wraps the keys of a tenant: a key-encryption key (KEK), at hand or in a key service (NIST SP 800-57 part 1 §5.1.1). */
import {
  AEAD_KEY_BYTES,
  AEAD_NONCE_BYTES,
  openAead,
  sealAead,
  sha256Hex,
} from '../../kernel/crypto/index.ts';
import { asJson, canonicalJson, concatBytes, Fault, type Random, utf8 } from '../../kernel/index.ts';

/** Version tag under which the id of a key at hand is derived, so that the id says nothing about the key. */
const ID_TAG = 'writ/key-encryption-id/v1\n';
const ID_DIGITS = 16;
/** Most bytes that are wrapped at once: what AWS KMS takes. */
export const MAX_WRAPPED_BYTES = 4_096;

/** What a wrapped key is bound to. It is no secret: a key service may write it into its own record. */
export interface KeyContext {
  readonly node: string;
  readonly tenant: string;
  readonly keyId: string;
  /** `body`: wraps the keys of bodies. `beside`: of index and state. */
  readonly role: 'body' | 'beside';
}

/**
 * A key-encryption key. Both calls throw `key.unavailable` where whoever holds it does not answer in time, and `key.refused` where it does not do it: another key, another
 * context, altered bytes, no right. No fault of theirs holds a key, a token or what a service said.
 */
export interface KeyEncryption {
  /** Which key: stands beside what it wraps, and in entries. At most 128 of letters, digits and `._:/@-`. */
  readonly id: string;
  /** `key`, at most {@link MAX_WRAPPED_BYTES}, encrypted and bound to `context`. */
  wrap(key: Uint8Array, context: KeyContext): Promise<Uint8Array>;
  /** What {@link wrap} was given, under the same context alone. */
  unwrap(wrapped: Uint8Array, context: KeyContext): Promise<Uint8Array>;
  /** The same without waiting; absent where the key is not at hand. */
  unwrapNow?(wrapped: Uint8Array, context: KeyContext): Uint8Array;
}

/** `context` as the bytes that are authenticated beside a key. */
export function keyContextBytes(context: KeyContext): Uint8Array {
  return utf8(canonicalJson(asJson<KeyContext>(context)));
}

/** The key-encryption key `bytes`, 32 of them, in this process: AES-256-GCM under a random nonce. Throws `key.malformed` for another length. */
export function localKeyEncryption(bytes: Uint8Array, random: Random): KeyEncryption {
  if (bytes.length !== AEAD_KEY_BYTES)
    throw new Fault('key.malformed', `a key-encryption key has ${AEAD_KEY_BYTES} bytes, not ${bytes.length}`);
  const id = `key:${sha256Hex(concatBytes(utf8(ID_TAG), bytes)).slice(0, ID_DIGITS)}`;
  const unwrapNow = (wrapped: Uint8Array, context: KeyContext): Uint8Array => {
    try {
      const [nonce, sealed] = [wrapped.subarray(0, AEAD_NONCE_BYTES), wrapped.subarray(AEAD_NONCE_BYTES)];
      return openAead(bytes, nonce, sealed, keyContextBytes(context));
    } catch {
      throw refusedKey(id, context);
    }
  };
  return {
    id,
    wrap(key, context) {
      const nonce = random.bytes(AEAD_NONCE_BYTES);
      return Promise.resolve(concatBytes(nonce, sealAead(bytes, nonce, key, keyContextBytes(context))));
    },
    unwrap: async (wrapped, context) => unwrapNow(wrapped, context),
    unwrapNow,
  };
}

/** That the key-encryption key `id` does not open what is bound to `context`. */
export function refusedKey(id: string, { keyId, role }: KeyContext): Fault {
  return new Fault(
    'key.refused',
    `the key-encryption key \`${id}\` does not open the ${role} key \`${keyId}\``,
    {
      hint: 'name the key-encryption key that wrapped it; a ring from another data folder opens nowhere else',
    },
  );
}
