/** Opens sealed bodies: as they were written, or as they were left by an erasure. */
import { createSecretKey, hash, type KeyObject } from 'node:crypto';
import { Fault, fromUtf8, isFault, isJsonObject, type JsonObject } from '../../kernel/index.ts';
import type { Entry } from '../../model/index.ts';
import { openCommitment } from '../entry/index.ts';
import { type BodyKey, type FindBodyKey, wrappingKey } from './body-key.ts';
import { decrypt } from './gcm.ts';
import { associatedData, BODY_NONCE, NONCE_BYTES, type SealedBody } from './seal-body.ts';

/** A body as its row has it. `keyId` is that of the key that wraps it now, which need not be the one that the leaf names. */
export type StoredBody = Pick<SealedBody, 'keyId' | 'wrapped' | 'ciphertext'>;

/** Name of the list in a re-sealed body that says which fields were erased, whole or in part. */
export const ERASED_FIELDS = 'erased';

/** Whose body it is, and the bodies' keys at hand. */
export interface OpenBodyOptions {
  readonly entry: Entry;
  /** Present and former wrapping keys. */
  readonly keys: readonly BodyKey[];
  /** Asked for a key that is not among them. */
  readonly find?: FindBodyKey | undefined;
}

/** Whether the leaf names just these bytes; otherwise they were sealed again, or altered. */
export function isAsWritten({ body }: Entry, ciphertext: Uint8Array): boolean {
  return hash('sha256', ciphertext, 'hex') === body?.ciphertextHash;
}

/**
 * The body in `stored`. Of one that was sealed again every field that is left opens its commitment in the leaf, and `erased` names the others. Throws `log.corrupt` where
 * it is not a body of the entry, `key.missing` where its wrapping key is not among `keys`, `log.missing` where the entry names none.
 */
export function openBody(stored: StoredBody, options: OpenBodyOptions): JsonObject {
  const { entry } = options;
  const { body: ref, origin } = entry;
  if (ref === undefined) throw new Fault('log.missing', 'the entry names no sealed body');
  const own = unwrap(stored, options);
  if (isAsWritten(entry, stored.ciphertext))
    return parse(
      decrypt(own, BODY_NONCE, stored.ciphertext, associatedData(origin, ref.id, 'body', ref.keyId)),
    );
  const body = parse(openResealed(own, stored, entry));
  requireCommitted(entry, body);
  return body;
}

/** The body's own key. Throws as {@link openBody}. */
export function unwrap(
  { keyId, wrapped }: Pick<StoredBody, 'keyId' | 'wrapped'>,
  { entry, keys, find }: OpenBodyOptions,
): KeyObject {
  const { body, origin } = entry;
  const bodyKey = keys.find((key) => key.keyId === keyId) ?? find?.(keyId);
  if (bodyKey === undefined)
    throw new Fault('key.missing', `the body is sealed under the key \`${keyId}\`, which is not at hand`);
  const aad = associatedData(origin, body?.id ?? '', 'key', keyId);
  const nonce = wrapped.subarray(0, NONCE_BYTES);
  return createSecretKey(decrypt(wrappingKey(bodyKey), nonce, wrapped.subarray(NONCE_BYTES), aad));
}

function openResealed(own: KeyObject, { ciphertext }: StoredBody, { body, origin }: Entry): Buffer {
  try {
    const aad = associatedData(origin, body?.id ?? '', 'resealed', body?.keyId ?? '');
    return decrypt(own, BODY_NONCE, ciphertext, aad);
  } catch (cause) {
    if (!isFault(cause, 'log.corrupt')) throw cause;
    throw new Fault('log.corrupt', 'a sealed body is not the one that its entry names', {}, { cause });
  }
}

/** INVARIANT: nothing stands in a re-sealed body as a field of the entry that the leaf does not commit to. */
function requireCommitted(entry: Entry, { fields, salts, input, erased }: JsonObject): void {
  const isList = Array.isArray(erased) && erased.length > 0;
  if (!isList || !isJsonObject(fields) || !isJsonObject(salts)) throw notOfEntry('its form');
  const left =
    input === undefined ? Object.entries(fields) : [...Object.entries(fields), ['input', input] as const];
  for (const [field, value] of left) {
    const salt = salts[field];
    if (typeof salt !== 'string' || !openCommitment(entry, { field, value, salt }))
      throw notOfEntry(`\`${field}\``);
  }
}

function notOfEntry(what: string): Fault {
  return new Fault('log.corrupt', `a body that was sealed again is not of its entry: ${what} does not open`);
}

function parse(bytes: Buffer): JsonObject {
  const body: unknown = JSON.parse(fromUtf8(bytes));
  if (!isJsonObject(body)) throw new Fault('log.corrupt', 'a sealed body is not an object');
  return body;
}
