/** Sealing: the values behind the commitments, encrypted beside the log, so that erasing a key leaves every proof intact. */
import { createSecretKey, hash, type KeyObject } from 'node:crypto';
import { canonicalJson } from '../../kernel/index.ts';
import type { BodyRef } from '../../model/index.ts';
import { type BodyKey, wrappingKey } from './body-key.ts';
import { encrypt } from './gcm.ts';

const KEY_BYTES = 32;
export const NONCE_BYTES = 12;
/** A body's key is used for that body alone, so its nonce may be constant. */
export const BODY_NONCE: Uint8Array = new Uint8Array(NONCE_BYTES);

/** A sealed body as it is stored. */
export interface SealedBody {
  readonly keyId: string;
  /** Nonce and wrapped key. Destroying it erases the body. */
  readonly wrapped: Uint8Array;
  readonly ciphertext: Uint8Array;
  /** SHA-256 of `ciphertext`, hexadecimal; stands in the entry. */
  readonly ciphertextHash: string;
}

interface BoundTo {
  readonly entryId: string;
  readonly role: SealedRole;
  /** The key that the leaf names. */
  readonly keyId: string;
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
    return this.#seal(text, random, { entryId, role: 'body', keyId: this.#keyId });
  }

  /**
   * Seals what is left of the body of `entryId` once a person was erased from it. The leaf names the body that it was; what is left is proven by the commitments
   * in the leaf, field by field. It is bound to the key that the leaf names, whichever wraps it.
   */
  reseal(text: string, ref: BodyRef, random: string): SealedBody {
    return this.#seal(text, random, { entryId: ref.id, role: 'resealed', keyId: ref.keyId });
  }

  #seal(text: string, random: string, to: BoundTo): SealedBody {
    const bytes = Buffer.from(random, 'latin1');
    const own = bytes.subarray(0, KEY_BYTES);
    const nonce = bytes.subarray(KEY_BYTES, KEY_BYTES + NONCE_BYTES);
    const bound = associatedData(this.#origin, to.entryId, to.role, to.keyId);
    const ciphertext = encrypt(createSecretKey(own), BODY_NONCE, Buffer.from(text, 'utf8'), bound);
    const aad = associatedData(this.#origin, to.entryId, 'key', this.#keyId);
    const wrapped = Buffer.concat([nonce, encrypt(this.#key, nonce, own, aad)]);
    return { keyId: this.#keyId, wrapped, ciphertext, ciphertextHash: hash('sha256', ciphertext, 'hex') };
  }
}

/** A `body` of an entry as text, in the entry's field order. */
export function printBodyRef(entryId: string, sealed: SealedBody): string {
  return `{"id":"${entryId}","keyId":"${sealed.keyId}","ciphertextHash":"${sealed.ciphertextHash}"}`;
}

/** What a ciphertext is: a body as it was written, one that was sealed again, a body's own key. */
export type SealedRole = 'body' | 'resealed' | 'key';

/** Binds a body, or its key, to one entry of one log, to its role, and to the key that wraps. */
export function associatedData(origin: string, entryId: string, role: SealedRole, keyId: string): Uint8Array {
  return Buffer.from(canonicalJson([origin, entryId, role, keyId]), 'utf8');
}
