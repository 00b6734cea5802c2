/** Salted commitments: an entry binds a value without showing it, and the holder of the salt can open one field without the others. */
import { hash } from 'node:crypto';
import { canonicalJson, equalBytes, Fault, fromBase64, type JsonValue } from '../../kernel/index.ts';
import { hmacSha256 } from '../../kernel/crypto/index.ts';
import type { Entry } from '../../model/index.ts';

/** Length of a salt in bytes: as long as the hash, so that guessing the value is as hard as guessing the salt. */
export const SALT_BYTES = 32;
/** Name under which the whole decision input is committed; no committed field may carry it. */
export const INPUT_FIELD = 'input';

/** Block length of SHA-256 (RFC 2104 §2). */
const BLOCK_BYTES = 64;
/** Messages up to this many UTF-16 units are hashed in place; each may take three bytes. */
const SCRATCH_UNITS = 8_192;
const INNER_PAD = 0x36;
const OUTER_PAD = 0x5c;
/** `]` behind the value. */
const CLOSING = 0x5d;
const inner = Buffer.alloc(BLOCK_BYTES + SCRATCH_UNITS * 3 + 1, INNER_PAD);
const outer = Buffer.alloc(BLOCK_BYTES + 32, OUTER_PAD);

/** One opened field of an entry, as someone discloses it. */
export interface DisclosedField {
  /** Name of the field, or `input` for the whole decision input. */
  readonly field: string;
  readonly value: JsonValue;
  /** Standard base64, 32 bytes; from the sealed body. */
  readonly salt: string;
}

/**
 * `HMAC-SHA256(salt, JCS([origin, entry id, field, value]))` in standard base64. `canonicalValue` is the value's RFC 8785 text.
 * `salt` has 32 bytes.
 */
export function commitmentOf(
  salt: Uint8Array,
  prefix: string,
  field: string,
  canonicalValue: string,
): string {
  const opening = `${prefix}${JSON.stringify(field)},`;
  if (opening.length + canonicalValue.length > SCRATCH_UNITS)
    return Buffer.from(hmacSha256(salt, `${opening}${canonicalValue}]`)).toString('base64');
  // HMAC by its definition: two one-shot hashes cost a tenth of a hash object each.
  for (let at = 0; at < SALT_BYTES; at += 1) {
    const byte = salt[at] as number;
    inner[at] = byte ^ INNER_PAD;
    outer[at] = byte ^ OUTER_PAD;
  }
  // Written in pieces: the value is not joined once more only to be read once.
  let end = BLOCK_BYTES + inner.write(opening, BLOCK_BYTES, 'utf8');
  end += inner.write(canonicalValue, end, 'utf8');
  inner[end] = CLOSING;
  outer.write(hash('sha256', inner.subarray(0, end + 1), 'binary'), BLOCK_BYTES, 'latin1');
  return hash('sha256', outer, 'base64');
}

/** The opening of every committed message of one entry: `["origin","id",`. */
export function commitmentPrefix(origin: string, entryId: string): string {
  return `[${JSON.stringify(origin)},${JSON.stringify(entryId)},`;
}

/**
 * Whether `disclosed` is what `entry` committed to. False for another value, salt, entry or an unknown field, and for anything malformed.
 * Says nothing about the entry itself: that it stands in a log is an inclusion proof.
 */
export function openCommitment(entry: Entry, disclosed: DisclosedField): boolean {
  const { field } = disclosed;
  const committed =
    field === INPUT_FIELD
      ? entry.inputCommitment
      : entry.commitments.find((commitment) => commitment.field === field)?.value;
  if (committed === undefined) return false;
  try {
    const salt = fromBase64(disclosed.salt);
    if (salt.length !== SALT_BYTES) return false;
    const value = canonicalJson(disclosed.value);
    const opened = commitmentOf(salt, commitmentPrefix(entry.origin, entry.id), field, value);
    return equalBytes(fromBase64(opened), fromBase64(committed));
  } catch (fault) {
    if (fault instanceof Fault) return false;
    throw fault;
  }
}
