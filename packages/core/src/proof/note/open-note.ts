/** Which signatures of a note are those of keys the caller trusts (c2sp.org/signed-note). */
import { Fault, isFault, utf8 } from '../../kernel/index.ts';
import { cosignedMessage, parseCosignature } from './cosignature.ts';
import type { NoteSignature, SignedNote } from './signed-note.ts';
import type { NotePublicKey, VerifierKey } from './verifier-key.ts';

/**
 * Port: whether `signature` is that of `message` under `publicKey`, by Ed25519 (RFC 8032) for a key of 32 bytes and by ML-DSA-44
 * (FIPS 204, empty context) for one of 1,312; false for anything malformed, and where the algorithm is not to be had.
 * May be asynchronous, as in a browser. The key has been accepted by `createVerifierKey` before.
 */
export type VerifySignature = (
  publicKey: NotePublicKey,
  message: Uint8Array,
  signature: Uint8Array,
) => boolean | Promise<boolean>;

/** A signature that verified. */
export interface VerifiedSignature {
  readonly key: VerifierKey;
  /** When a witness signed, in seconds since 1970; absent for `ed25519`, which carries no time. */
  readonly timeSeconds?: number;
}

/** The signatures of a note, sorted by what the caller's keys say about them. */
export interface CheckedSignatures {
  /** In the order of the note; a key that signed twice stands twice. */
  readonly verified: readonly VerifiedSignature[];
  /** Those that name a known key and do not verify under it. */
  readonly refused: readonly NoteSignature[];
  /** How many name no known key; they say nothing, good or bad. */
  readonly unknown: number;
}

/** Checks each signature of `note` whose name and id are those of one of `keys`. */
export async function checkSignatures(
  note: SignedNote,
  keys: readonly VerifierKey[],
  verify: VerifySignature,
): Promise<CheckedSignatures> {
  const verified: VerifiedSignature[] = [];
  const refused: NoteSignature[] = [];
  let unknown = 0;
  for (const line of note.signatures) {
    const candidates = keys.filter((key) => key.name === line.name && key.keyId === line.keyId);
    if (candidates.length === 0) {
      unknown += 1;
      continue;
    }
    const signature = await firstVerifying(note.text, line, candidates, verify);
    if (signature === undefined) refused.push(line);
    else verified.push(signature);
  }
  return { verified, refused, unknown };
}

/**
 * The verified signatures of `note`. Throws `note.unverified` where none is by a known key, or where one that claims
 * a known key does not verify.
 */
export async function openNote(
  note: SignedNote,
  keys: readonly VerifierKey[],
  verify: VerifySignature,
): Promise<readonly VerifiedSignature[]> {
  const { verified, refused } = await checkSignatures(note, keys, verify);
  const [bad] = refused;
  if (bad !== undefined) {
    throw new Fault('note.unverified', `the signature by \`${bad.name}\` does not verify`, {
      name: bad.name,
    });
  }
  if (verified.length === 0) throw new Fault('note.unverified', 'no signature is by a trusted key');
  return verified;
}

async function firstVerifying(
  text: string,
  line: NoteSignature,
  candidates: readonly VerifierKey[],
  verify: VerifySignature,
): Promise<VerifiedSignature | undefined> {
  for (const key of candidates) {
    const signed = signedMessage(text, line, key);
    if (signed === undefined || !(await verify(key.publicKey, signed.message, signed.signature))) continue;
    return signed.timeSeconds === undefined ? { key } : { key, timeSeconds: signed.timeSeconds };
  }
  return undefined;
}

/** What was signed under the algorithm of `key`, or `undefined` where the line cannot be such a signature. */
function signedMessage(
  text: string,
  line: NoteSignature,
  key: VerifierKey,
):
  | { readonly message: Uint8Array; readonly signature: Uint8Array; readonly timeSeconds?: number }
  | undefined {
  if (key.algorithm === 'ed25519') return { message: utf8(text), signature: line.signature };
  try {
    const { timeSeconds, signature } = parseCosignature(line.signature, key.algorithm);
    return { message: cosignedMessage(key, text, timeSeconds), signature, timeSeconds };
  } catch (fault) {
    // A line that is no cosignature, or one over a text that is no checkpoint, is a signature that does not verify.
    if (isFault(fault, 'note.malformed') || isFault(fault, 'checkpoint.malformed')) return undefined;
    throw fault;
  }
}
