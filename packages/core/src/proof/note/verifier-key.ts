/** Verifier keys, `name+keyid+base64`: what a verifier is given to trust (c2sp.org/signed-note). */
import { concatBytes, Fault, fromBase64, toBase64, utf8 } from '../../kernel/index.ts';
import type { Sha256 } from '../merkle/index.ts';
import { type Ed25519PublicKey, parseEd25519PublicKey } from './ed25519-key.ts';

/** What a key signs: `ed25519` the text of a note, `cosignature/v1` the text behind a line with the time (c2sp.org/tlog-cosignature). */
export type NoteAlgorithm = 'ed25519' | 'cosignature/v1';

/** A public key with the name it signs under. Name and id together select it; only the signature proves anything. */
export interface VerifierKey {
  /** Not empty, without white space and `+`; for a log its origin. */
  readonly name: string;
  /** First four bytes, big-endian, of SHA-256(name || 0x0A || algorithm byte || public key). */
  readonly keyId: number;
  readonly algorithm: NoteAlgorithm;
  readonly publicKey: Ed25519PublicKey;
}

/** Longest verifier key and longest key name read, in UTF-16 units. */
const MAX_TEXT_LENGTH = 1024;
const ALGORITHM_BYTES: Readonly<Record<NoteAlgorithm, number>> = { ed25519: 0x01, 'cosignature/v1': 0x04 };

/** The verifier key for a raw `publicKey`. Throws `key.malformed`, `key.weak`. */
export function createVerifierKey(
  sha256: Sha256,
  name: string,
  algorithm: NoteAlgorithm,
  publicKey: Uint8Array,
): VerifierKey {
  if (!isKeyName(name)) {
    throw new Fault(
      'key.malformed',
      `\`${name.slice(0, 80)}\` is not a key name: it has no white space and no \`+\``,
    );
  }
  const accepted = parseEd25519PublicKey(publicKey);
  const typed = concatBytes(Uint8Array.of(ALGORITHM_BYTES[algorithm]), accepted);
  const digest = sha256(concatBytes(utf8(`${name}\n`), typed));
  return { name, keyId: readUint32(digest), algorithm, publicKey: accepted };
}

/** The key in `text`. Throws `key.malformed` for another shape or algorithm and where the id is not that of name and key; `key.weak`. */
export function parseVerifierKey(sha256: Sha256, text: string): VerifierKey {
  const match = text.length <= MAX_TEXT_LENGTH ? /^([^+]+)\+([0-9a-f]{8})\+(.+)$/.exec(text) : null;
  if (match === null) throw malformed(text, 'expected `name+keyid+base64`');
  const [, name = '', keyId = '', encoded = ''] = match;
  const typed = decode(text, encoded);
  const algorithm = algorithmOf(typed[0]);
  if (algorithm === undefined) throw malformed(text, 'its algorithm is neither Ed25519 nor cosignature/v1');
  const key = createVerifierKey(sha256, name, algorithm, typed.subarray(1));
  if (formatKeyId(key.keyId) !== keyId)
    throw malformed(text, `its key id should be \`${formatKeyId(key.keyId)}\``);
  return key;
}

/** The text of `key`, as {@link parseVerifierKey} reads it. */
export function formatVerifierKey(key: VerifierKey): string {
  const typed = concatBytes(Uint8Array.of(ALGORITHM_BYTES[key.algorithm]), key.publicKey);
  return `${key.name}+${formatKeyId(key.keyId)}+${toBase64(typed)}`;
}

/** Whether `name` may stand in a signature line: not empty, well-formed, no white space, control character or `+`. */
export function isKeyName(name: string): boolean {
  return (
    name.length <= MAX_TEXT_LENGTH && name.isWellFormed() && /^[^\p{White_Space}\p{Cc}\ufeff+]+$/u.test(name)
  );
}

/** The big-endian number in the first four of `bytes`. */
export function readUint32(bytes: Uint8Array): number {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint32(0);
}

/** A key id as eight hexadecimal digits. */
export function formatKeyId(keyId: number): string {
  return keyId.toString(16).padStart(8, '0');
}

function algorithmOf(byte: number | undefined): NoteAlgorithm | undefined {
  if (byte === ALGORITHM_BYTES.ed25519) return 'ed25519';
  return byte === ALGORITHM_BYTES['cosignature/v1'] ? 'cosignature/v1' : undefined;
}

function decode(text: string, encoded: string): Uint8Array {
  try {
    return fromBase64(encoded);
  } catch (cause) {
    throw new Fault('key.malformed', `${describe(text)}: its key is not base64`, {}, { cause });
  }
}

function malformed(text: string, problem: string): Fault {
  return new Fault('key.malformed', `${describe(text)}: ${problem}`);
}

function describe(text: string): string {
  return `\`${text.slice(0, 160).toWellFormed()}\` is not a verifier key`;
}
