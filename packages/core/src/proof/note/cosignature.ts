/** Cosignatures of witnesses, `cosignature/v1` over Ed25519 and `subtree/v1` over ML-DSA-44 (c2sp.org/tlog-cosignature). */
import { concatBytes, Fault, utf8 } from '../../kernel/index.ts';
import { parseCheckpoint } from './checkpoint.ts';
import type { NoteAlgorithm, VerifierKey } from './verifier-key.ts';

/** Algorithms of cosignatures. A log, too, may sign with `ml-dsa-44`. */
export type CosignatureAlgorithm = Exclude<NoteAlgorithm, 'ed25519'>;

/** A witness's statement that, at this time, the checkpoint was the largest consistent one it had seen. */
export interface Cosignature {
  /** Seconds since 1970-01-01T00:00:00Z, 0 to 2^53−1. */
  readonly timeSeconds: number;
  /** 64 bytes of Ed25519, or 2,420 of ML-DSA-44. */
  readonly signature: Uint8Array;
}

const TIME_BYTES = 8;
const SIGNATURE_BYTES: Readonly<Record<CosignatureAlgorithm, number>> = {
  'cosignature/v1': 64,
  'ml-dsa-44': 2420,
};
/** What an ML-DSA-44 statement begins with, so that it is no message of another kind. */
const SUBTREE_LABEL = utf8('subtree/v1\n\0');
/** Longest name in an ML-DSA-44 statement, in bytes. */
const MAX_NAME_BYTES = 255;

/** What `key` signs for the checkpoint with `text` at that time. Throws `note.malformed`, and `checkpoint.malformed` for ML-DSA-44. */
export function cosignedMessage(key: VerifierKey, text: string, timeSeconds: number): Uint8Array {
  return key.algorithm === 'ml-dsa-44'
    ? subtreeMessage(key.name, text, timeSeconds)
    : cosignatureMessage(text, timeSeconds);
}

/** What a witness with an Ed25519 key signs: a header line, a line with the time, and the text of the note. Throws `note.malformed` for an impossible time. */
export function cosignatureMessage(text: string, timeSeconds: number): Uint8Array {
  return utf8(`cosignature/v1\ntime ${requireTime(timeSeconds)}\n${text}`);
}

/**
 * What an ML-DSA-44 cosigner of that name signs: time, both names and the tree head of the checkpoint with `text`. Throws `checkpoint.malformed`,
 * and `note.malformed` for an impossible time, names over 255 bytes and extension lines, which this statement would not cover.
 */
export function subtreeMessage(name: string, text: string, timeSeconds: number): Uint8Array {
  const { origin, size, root, extensions } = parseCheckpoint(text);
  if (extensions !== undefined) {
    throw new Fault('note.malformed', 'an ML-DSA-44 cosignature covers no extension lines');
  }
  return concatBytes(
    SUBTREE_LABEL,
    prefixed(name),
    uint64(requireTime(timeSeconds)),
    prefixed(origin),
    uint64(0),
    uint64(size),
    root,
  );
}

/** What stands behind the key id in a signature line: the time as a big-endian uint64, then the signature. Throws `note.malformed`. */
export function encodeCosignature(timeSeconds: number, signature: Uint8Array): Uint8Array {
  return concatBytes(uint64(requireTime(timeSeconds)), signature);
}

/** Reads what {@link encodeCosignature} writes. Throws `note.malformed` for another length or a time past 2^53−1. */
export function parseCosignature(
  bytes: Uint8Array,
  algorithm: CosignatureAlgorithm = 'cosignature/v1',
): Cosignature {
  const length = TIME_BYTES + SIGNATURE_BYTES[algorithm];
  if (bytes.length !== length) {
    throw new Fault('note.malformed', `a cosignature has ${length} bytes, not ${bytes.length}`);
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const timeSeconds = requireTime(Number(view.getBigUint64(0)));
  return { timeSeconds, signature: bytes.slice(TIME_BYTES) };
}

function requireTime(timeSeconds: number): number {
  if (Number.isSafeInteger(timeSeconds) && timeSeconds >= 0) return timeSeconds;
  throw new Fault('note.malformed', `\`${timeSeconds}\` is not the time of a cosignature in seconds`);
}

/** `name` behind its length in one byte. */
function prefixed(name: string): Uint8Array {
  const bytes = utf8(name);
  if (bytes.length >= 1 && bytes.length <= MAX_NAME_BYTES)
    return concatBytes(Uint8Array.of(bytes.length), bytes);
  throw new Fault('note.malformed', `a name in an ML-DSA-44 cosignature has 1 to ${MAX_NAME_BYTES} bytes`);
}

function uint64(value: number): Uint8Array {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(value));
  return bytes;
}
