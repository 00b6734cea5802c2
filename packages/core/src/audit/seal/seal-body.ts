/** Sealing: the values behind the commitments, encrypted beside the log, so that erasing a key leaves every proof intact. */
import { createSecretKey, hash, type KeyObject } from 'node:crypto';
import { canonicalJson, Fault, fromUtf8, isJsonObject, type JsonObject } from '../../kernel/index.ts';
import type { BodyRef } from '../../model/index.ts';
import { type BodyKey, wrappingKey } from './body-key.ts';
import { decrypt, encrypt } from './gcm.ts';

const KEY_BYTES = 32;
const NONCE_BYTES = 12;
/** A body's key is used for that body alone, so its nonce may be constant. */
const BODY_NONCE: Uint8Array = new Uint8Array(NONCE_BYTES);

/** A sealed body as it is stored. */
export interface SealedBody {
  readonly keyId: string;
  /** Nonce and wrapped key. Destroying it erases the body. */
  readonly wrapped: Uint8Array;
  readonly ciphertext: Uint8Array;
  /** SHA-256 of `ciphertext`, hexadecimal; stands in the entry. */
  readonly ciphertextHash: string;
}

/** Seals bodies of one log under one wrapping key. */
export class BodySealer {
  readonly #origin: string;
  readonly #keyId: string;
  readonly #key: KeyObject;

  constructor(origin: string, bodyKey: BodyKey) {
    this.#origin = origin;
    this.#keyId = bodyKey.keyId;
    this.#key = wrappingKey(bodyKey);
  }

  /**
   * Seals `text` as the body of `entryId`. `random` is latin1: 32 bytes for the body's own key and 12 for the nonce that wraps it.
   * The wrapping key is good for 2^32 bodies (NIST SP 800-38D §8.3); rotate it before.
   */
  seal(text: string, entryId: string, random: string): SealedBody {
    const bytes = Buffer.from(random, 'latin1');
    const own = bytes.subarray(0, KEY_BYTES);
    const nonce = bytes.subarray(KEY_BYTES, KEY_BYTES + NONCE_BYTES);
    const aad = associatedData(this.#origin, entryId, this.#keyId);
    const ciphertext = encrypt(createSecretKey(own), BODY_NONCE, Buffer.from(text, 'utf8'), aad.body);
    const wrapped = Buffer.concat([nonce, encrypt(this.#key, nonce, own, aad.key)]);
    return { keyId: this.#keyId, wrapped, ciphertext, ciphertextHash: hash('sha256', ciphertext, 'hex') };
  }
}

/** A `body` of an entry as text, in the entry's field order. */
export function printBodyRef(entryId: string, sealed: SealedBody): string {
  return `{"id":"${entryId}","keyId":"${sealed.keyId}","ciphertextHash":"${sealed.ciphertextHash}"}`;
}

/** What the entry says about its body, and the bodies' keys at hand. */
export interface OpenBodyOptions {
  readonly origin: string;
  readonly ref: BodyRef;
  /** Present and former wrapping keys; the one that the entry names is used. */
  readonly keys: readonly BodyKey[];
}

/**
 * The body that `wrapped` and `ciphertext` hold. Throws `log.corrupt` where they are not those of the entry, `key.missing` where its
 * wrapping key is not among `keys`.
 */
export function openBody(wrapped: Uint8Array, ciphertext: Uint8Array, options: OpenBodyOptions): JsonObject {
  const { origin, ref, keys } = options;
  const bodyKey = keys.find(({ keyId }) => keyId === ref.keyId);
  if (bodyKey === undefined) {
    throw new Fault('key.missing', `the body is sealed under the key \`${ref.keyId}\`, which is not at hand`);
  }
  if (hash('sha256', ciphertext, 'hex') !== ref.ciphertextHash) {
    throw new Fault('log.corrupt', 'a sealed body is not the one that its entry names');
  }
  const aad = associatedData(origin, ref.id, ref.keyId);
  const nonce = wrapped.subarray(0, NONCE_BYTES);
  const own = decrypt(wrappingKey(bodyKey), nonce, wrapped.subarray(NONCE_BYTES), aad.key);
  const body: unknown = JSON.parse(fromUtf8(decrypt(createSecretKey(own), BODY_NONCE, ciphertext, aad.body)));
  if (!isJsonObject(body)) throw new Fault('log.corrupt', 'a sealed body is not an object');
  return body;
}

/** Binds a body and its key to one entry of one log, and each to its role. */
function associatedData(
  origin: string,
  entryId: string,
  keyId: string,
): { readonly body: Uint8Array; readonly key: Uint8Array } {
  return {
    body: Buffer.from(canonicalJson([origin, entryId, 'body', keyId]), 'utf8'),
    key: Buffer.from(canonicalJson([origin, entryId, 'key', keyId]), 'utf8'),
  };
}
