/** Verifier keys, `name+keyid+base64`: what a verifier is given to trust (c2sp.org/signed-note). */
import { concatBytes, Fault, fromBase64, toBase64, utf8 } from '../../kernel/index.ts';
import type { Sha256 } from '../merkle/index.ts';
import { type Ed25519PublicKey, parseEd25519PublicKey } from './ed25519-key.ts';

/**
 * What a key signs (c2sp.org/signed-note, c2sp.org/tlog-cosignature): `ed25519` the text of a note, `cosignature/v1` the text behind a
 * line with the time, `ml-dsa-44` a statement made of time, names and tree head, which stands quantum computers.
 */
export type NoteAlgorithm = keyof PublicKeys;

declare const accepted: unique symbol;

/** The 1,312 bytes of an ML-DSA-44 public key (FIPS 204); each such string encodes one. */
export type MlDsa44PublicKey = Uint8Array & { readonly [accepted]: 'ml-dsa-44' };

interface PublicKeys {
  readonly ed25519: Ed25519PublicKey;
  readonly 'cosignature/v1': Ed25519PublicKey;
  readonly 'ml-dsa-44': MlDsa44PublicKey;
}

/** A public key of any algorithm; their lengths differ. */
export type NotePublicKey = PublicKeys[NoteAlgorithm];

/** A key of one algorithm; see {@link VerifierKey}. */
export interface VerifierKeyOf<Algorithm extends NoteAlgorithm> {
  /** Not empty, without white space and `+`; for a log its origin. */
  readonly name: string;
  /** First four bytes, big-endian, of SHA-256(name || 0x0A || algorithm byte || public key). */
  readonly keyId: number;
  readonly algorithm: Algorithm;
  readonly publicKey: PublicKeys[Algorithm];
}

/** A public key with the name it signs under. Name and id together select it; only the signature proves anything. */
export type VerifierKey = { [Algorithm in NoteAlgorithm]: VerifierKeyOf<Algorithm> }[NoteAlgorithm];

/** Length of an ML-DSA-44 public key in bytes (FIPS 204, table 2). */
export const ML_DSA_44_PUBLIC_KEY_BYTES = 1312;
/** Longest verifier key read, in UTF-16 units: a name and an ML-DSA-44 key in base64. */
const MAX_TEXT_LENGTH = 4096;
/** Longest key name read, in UTF-16 units. */
const MAX_NAME_LENGTH = 1024;
/** Longest name that an ML-DSA-44 cosignature can commit to, in bytes (c2sp.org/tlog-cosignature). */
const MAX_COMMITTED_NAME_BYTES = 255;
const ALGORITHM_BYTES: Readonly<Record<NoteAlgorithm, number>> = {
  ed25519: 0x01,
  'cosignature/v1': 0x04,
  'ml-dsa-44': 0x06,
};

/** The verifier key for a raw `publicKey`. Throws `key.malformed`, `key.weak`. */
export function createVerifierKey<Algorithm extends NoteAlgorithm>(
  sha256: Sha256,
  name: string,
  algorithm: Algorithm,
  publicKey: Uint8Array,
): VerifierKeyOf<Algorithm> {
  if (!isKeyName(name)) {
    throw new Fault(
      'key.malformed',
      `\`${name.slice(0, 80)}\` is not a key name: it has no white space and no \`+\``,
    );
  }
  const accepted =
    algorithm === 'ml-dsa-44' ? parseMlDsa44PublicKey(name, publicKey) : parseEd25519PublicKey(publicKey);
  const typed = concatBytes(Uint8Array.of(ALGORITHM_BYTES[algorithm]), accepted);
  const digest = sha256(concatBytes(utf8(`${name}\n`), typed));
  return {
    name,
    keyId: readUint32(digest),
    algorithm,
    publicKey: accepted as PublicKeys[Algorithm],
  };
}

/** The key in `text`. Throws `key.malformed` for another shape or algorithm and where the id is not that of name and key; `key.weak`. */
export function parseVerifierKey(sha256: Sha256, text: string): VerifierKey {
  const match = text.length <= MAX_TEXT_LENGTH ? /^([^+]+)\+([0-9a-f]{8})\+(.+)$/.exec(text) : null;
  if (match === null) throw malformed(text, 'expected `name+keyid+base64`');
  const [, name = '', keyId = '', encoded = ''] = match;
  const typed = decode(text, encoded);
  const algorithm = algorithmOf(typed[0]);
  if (algorithm === undefined)
    throw malformed(text, 'its algorithm is none of Ed25519, cosignature/v1 and ML-DSA-44');
  const key = createVerifierKey(sha256, name, algorithm, typed.subarray(1)) as VerifierKey;
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
    name.length <= MAX_NAME_LENGTH && name.isWellFormed() && /^[^\p{White_Space}\p{Cc}\ufeff+]+$/u.test(name)
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
  const algorithms = Object.keys(ALGORITHM_BYTES) as NoteAlgorithm[];
  return algorithms.find((algorithm) => ALGORITHM_BYTES[algorithm] === byte);
}

function parseMlDsa44PublicKey(name: string, bytes: Uint8Array): MlDsa44PublicKey {
  if (bytes.length !== ML_DSA_44_PUBLIC_KEY_BYTES) {
    const expected = `has ${ML_DSA_44_PUBLIC_KEY_BYTES} bytes, not ${bytes.length}`;
    throw new Fault('key.malformed', `an ML-DSA-44 public key ${expected}`);
  }
  if (utf8(name).length > MAX_COMMITTED_NAME_BYTES) {
    const bound = `at most ${MAX_COMMITTED_NAME_BYTES} bytes`;
    throw new Fault('key.malformed', `the name of an ML-DSA-44 key has ${bound}`);
  }
  return bytes.slice() as MlDsa44PublicKey;
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
