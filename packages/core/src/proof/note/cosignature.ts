/** Cosignatures of witnesses, `cosignature/v1` over Ed25519 (c2sp.org/tlog-cosignature). */
import { concatBytes, Fault, utf8 } from '../../kernel/index.ts';

/** A witness's statement that, at this time, the checkpoint was the largest consistent one it had seen. */
export interface Cosignature {
  /** Seconds since 1970-01-01T00:00:00Z, 0 to 2^53−1. */
  readonly timeSeconds: number;
  /** Ed25519 signature, 64 bytes. */
  readonly signature: Uint8Array;
}

const TIME_BYTES = 8;
const SIGNATURE_BYTES = 64;

/** What a witness signs: a header line, a line with the time, and the text of the note. Throws `note.malformed` for an impossible time. */
export function cosignatureMessage(text: string, timeSeconds: number): Uint8Array {
  return utf8(`cosignature/v1\ntime ${requireTime(timeSeconds)}\n${text}`);
}

/** What stands behind the key id in a signature line: the time as a big-endian uint64, then the signature. Throws `note.malformed`. */
export function encodeCosignature(timeSeconds: number, signature: Uint8Array): Uint8Array {
  const time = new Uint8Array(TIME_BYTES);
  new DataView(time.buffer).setBigUint64(0, BigInt(requireTime(timeSeconds)));
  return concatBytes(time, signature);
}

/** Reads what {@link encodeCosignature} writes. Throws `note.malformed` for another length or a time past 2^53−1. */
export function parseCosignature(bytes: Uint8Array): Cosignature {
  if (bytes.length !== TIME_BYTES + SIGNATURE_BYTES) {
    throw new Fault(
      'note.malformed',
      `a cosignature has ${TIME_BYTES + SIGNATURE_BYTES} bytes, not ${bytes.length}`,
    );
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const timeSeconds = requireTime(Number(view.getBigUint64(0)));
  return { timeSeconds, signature: bytes.slice(TIME_BYTES) };
}

function requireTime(timeSeconds: number): number {
  if (Number.isSafeInteger(timeSeconds) && timeSeconds >= 0) return timeSeconds;
  throw new Fault('note.malformed', `\`${timeSeconds}\` is not the time of a cosignature in seconds`);
}
