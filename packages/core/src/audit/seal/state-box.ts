/** Personal and free words in the state beside the log: encrypted, so that no file of the data folder shows them. */
import { createSecretKey, type KeyObject } from 'node:crypto';
import { canonicalJson, Fault, fromUtf8, type JsonValue } from '../../kernel/index.ts';
import { deriveBesideKey } from '../../model/index.ts';
import type { BodyKey } from './body-key.ts';
import { decrypt, encrypt } from './gcm.ts';
import { createKeyedHash, type KeyedHash } from './keyed-hash.ts';

const NONCE_BYTES = 12;
/** Keys of the state do not depend on the tenant. */
const NO_TENANT = '';

interface BoxKey {
  readonly keyId: string;
  readonly cipher: KeyObject;
  readonly nonce: KeyedHash;
}

/**
 * Encrypts values of state rows under the keys that stand beside the tenant's body keys, each value bound to its row.
 * The nonce follows from row and value, so the same value in the same row has the same bytes and nothing else has.
 */
export class StateBox {
  readonly #keys: readonly BoxKey[];

  /** The first of `bodyKeys` encrypts; all read. */
  constructor(bodyKeys: readonly BodyKey[]) {
    const keys = new Map<string, BoxKey>();
    for (const bodyKey of bodyKeys) {
      const { keyId, cipher, nonce } = bodyKey.beside ?? deriveBesideKey(bodyKey, NO_TENANT);
      if (!keys.has(keyId))
        keys.set(keyId, { keyId, cipher: createSecretKey(cipher), nonce: createKeyedHash(nonce) });
    }
    this.#keys = [...keys.values()];
  }

  /** The bytes to store for `texts` at `place`, which names table, column and key of the row. */
  close(place: readonly JsonValue[], texts: readonly string[]): Uint8Array {
    const [key] = this.#keys;
    if (key === undefined) throw new Fault('key.missing', 'no body key is at hand');
    const text = canonicalJson(texts.map((one) => one.toWellFormed()));
    const nonce = key.nonce(canonicalJson([...place, text])).subarray(0, NONCE_BYTES);
    const sealed = encrypt(key.cipher, nonce, Buffer.from(text, 'utf8'), associatedData(place, key.keyId));
    return Buffer.concat([Buffer.from(`${key.keyId}\0`, 'latin1'), nonce, sealed]);
  }

  /** The texts in `bytes`. Throws `key.missing` where the key that closed it is not at hand, `log.corrupt` where it was altered or moved. */
  open(place: readonly JsonValue[], bytes: Uint8Array): readonly string[] {
    const end = bytes.indexOf(0);
    const keyId = Buffer.from(bytes.subarray(0, Math.max(0, end))).toString('latin1');
    const key = this.#keys.find((one) => one.keyId === keyId);
    if (key === undefined)
      throw new Fault('key.missing', `state is sealed under the key \`${keyId}\`, which is not at hand`);
    const nonce = bytes.subarray(end + 1, end + 1 + NONCE_BYTES);
    const sealed = bytes.subarray(end + 1 + NONCE_BYTES);
    return JSON.parse(fromUtf8(decrypt(key.cipher, nonce, sealed, associatedData(place, keyId)))) as string[];
  }
}

function associatedData(place: readonly JsonValue[], keyId: string): Uint8Array {
  return Buffer.from(canonicalJson([...place, keyId]), 'utf8');
}
