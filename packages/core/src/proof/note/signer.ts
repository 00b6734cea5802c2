/** Signing notes: with the key of a log, or as a witness with the time (c2sp.org/signed-note, c2sp.org/tlog-cosignature). */
import { Fault, utf8 } from '../../kernel/index.ts';
import { cosignedMessage, encodeCosignature } from './cosignature.ts';
import { formatNote, type NoteSignature, parseNote, requireNoteText } from './signed-note.ts';
import type { VerifierKey } from './verifier-key.ts';

/** Who signs: the public half, and a port to the private one. */
export interface NoteSigner {
  readonly key: VerifierKey;
  /** The signature of `message` under the algorithm of the key: 64 bytes of Ed25519 (RFC 8032), or 2,420 of ML-DSA-44 (FIPS 204). Synchronous, so that signing may happen inside a transaction. */
  sign(message: Uint8Array): Uint8Array;
}

/** The note of `text` signed by each of `signers`, whose keys are of algorithm `ed25519`. Throws `note.malformed`. */
export function signNote(text: string, signers: readonly NoteSigner[]): Uint8Array {
  requireNoteText(text);
  const signatures = signers.map((signer) => {
    if (signer.key.algorithm !== 'ed25519') throw wrongAlgorithm(signer, 'ed25519');
    return signatureOf(signer, signer.sign(utf8(text)));
  });
  return formatNote({ text, signatures });
}

/** The signature line of a witness over the checkpoint with `text`, seen at `timeSeconds` since 1970 (0 to 2^53−1). Throws `note.malformed`, and `checkpoint.malformed` for ML-DSA-44. */
export function cosign(text: string, signer: NoteSigner, timeSeconds: number): NoteSignature {
  if (signer.key.algorithm === 'ed25519') throw wrongAlgorithm(signer, 'cosignature/v1 or ml-dsa-44');
  const signature = signer.sign(cosignedMessage(signer.key, requireNoteText(text), timeSeconds));
  return signatureOf(signer, encodeCosignature(timeSeconds, signature));
}

/** `note` with more signature lines; those it has stay, byte for byte. Throws `note.malformed`. */
export function addSignatures(note: Uint8Array, signatures: readonly NoteSignature[]): Uint8Array {
  const parsed = parseNote(note);
  return formatNote({ text: parsed.text, signatures: [...parsed.signatures, ...signatures] });
}

function signatureOf({ key }: NoteSigner, signature: Uint8Array): NoteSignature {
  return { name: key.name, keyId: key.keyId, signature };
}

function wrongAlgorithm({ key }: NoteSigner, expected: string): Fault {
  return new Fault('note.malformed', `the key \`${key.name}\` signs as ${key.algorithm}, not as ${expected}`);
}
