/** The messages of `add-checkpoint`: what a log sends to a witness, and what the witness answers (c2sp.org/tlog-witness). */
import { concatBytes, Fault, fromBase64, fromUtf8, toBase64, utf8 } from '../../kernel/index.ts';
import { HASH_BYTES } from '../merkle/index.ts';
import { formatSignatureLine, type NoteSignature, parseNote, parseSignatureLine } from '../note/index.ts';

/** A checkpoint handed to a witness. */
export interface AddCheckpoint {
  /** Size of the checkpoint that the witness is thought to have cosigned last; 0 for none. */
  readonly oldSize: number;
  /** Consistency proof from there, at most 63 hashes of 32 bytes. */
  readonly proof: readonly Uint8Array[];
  /** The signed checkpoint, verbatim. */
  readonly checkpoint: Uint8Array;
}

/** Where a witness takes checkpoints, below its submission prefix. */
export const ADD_CHECKPOINT_PATH = 'add-checkpoint';
/** Content type of the size in an answer 409. */
export const SIZE_CONTENT_TYPE = 'text/x.tlog.size';
/** Longest request read, in bytes: a full proof and a checkpoint with 16 post-quantum signatures fit twice. */
export const MAX_ADD_CHECKPOINT_BYTES: number = 128 * 1024;
/** Longest answer read, in bytes. */
export const MAX_COSIGNATURES_BYTES: number = 64 * 1024;
/** Most hashes in a proof (c2sp.org/tlog-witness). */
const MAX_PROOF_LINES = 63;
/** Most signature lines in an answer. */
const MAX_COSIGNATURES = 16;

/** The body of the request. Throws `proof.malformed`, `note.malformed` for what {@link parseAddCheckpoint} would refuse. */
export function formatAddCheckpoint({ oldSize, proof, checkpoint }: AddCheckpoint): Uint8Array {
  const lines = [`old ${oldSize}`, ...proof.map(toBase64)];
  const bytes = concatBytes(utf8(`${lines.join('\n')}\n\n`), checkpoint);
  // Reading back is the one definition of what a request may hold.
  parseAddCheckpoint(bytes);
  return bytes;
}

/** The request in `bytes`. Throws `proof.malformed`, and `note.malformed` where its checkpoint is not a note. */
export function parseAddCheckpoint(bytes: Uint8Array): AddCheckpoint {
  if (bytes.length > MAX_ADD_CHECKPOINT_BYTES) {
    throw malformed(`at most ${MAX_ADD_CHECKPOINT_BYTES} bytes, not ${bytes.length}`);
  }
  const [head, checkpoint] = splitAtBlankLine(bytes);
  const [first = '', ...lines] = head.split('\n');
  const match = /^old (0|[1-9][0-9]{0,15})$/.exec(first);
  const oldSize = match === null ? Number.NaN : Number(match[1]);
  if (!Number.isSafeInteger(oldSize)) throw malformed('a first line `old` and a decimal up to 2^53-1');
  if (lines.length > MAX_PROOF_LINES) throw malformed(`at most ${MAX_PROOF_LINES} hashes`);
  const proof = lines.map(decodeHash);
  parseNote(checkpoint);
  return { oldSize, proof, checkpoint };
}

/** The body of the answer 200. Throws `note.malformed`. */
export function formatCosignatures(cosignatures: readonly NoteSignature[]): string {
  return cosignatures.map(formatSignatureLine).join('');
}

/** The signature lines of an answer 200, by anybody yet. Throws `note.malformed` for none, for more than 16, and for other lines. */
export function parseCosignatures(text: string): readonly NoteSignature[] {
  if (text.length > MAX_COSIGNATURES_BYTES || !text.endsWith('\n')) {
    throw new Fault('note.malformed', 'an answer of a witness is lines of cosignatures');
  }
  const lines = text.slice(0, -1).split('\n');
  if (lines.length > MAX_COSIGNATURES) {
    throw new Fault('note.malformed', `an answer of a witness has at most ${MAX_COSIGNATURES} lines`);
  }
  return lines.map(parseSignatureLine);
}

/** The body of the answer 409. */
export function formatSize(size: number): string {
  return `${size}\n`;
}

/** The size in an answer 409. Throws `proof.malformed`. */
export function parseSize(text: string): number {
  const size = /^(?:0|[1-9][0-9]{0,15})\n$/.test(text) ? Number(text) : Number.NaN;
  if (Number.isSafeInteger(size)) return size;
  throw new Fault('proof.malformed', 'an answer of a witness to a conflict is a decimal up to 2^53-1');
}

function splitAtBlankLine(bytes: Uint8Array): readonly [head: string, rest: Uint8Array] {
  for (let at = bytes.indexOf(0x0a); at >= 0; at = bytes.indexOf(0x0a, at + 1)) {
    if (bytes[at + 1] === 0x0a) return [decodeHead(bytes.subarray(0, at)), bytes.slice(at + 2)];
  }
  throw malformed('a blank line before its checkpoint');
}

function decodeHead(bytes: Uint8Array): string {
  try {
    return fromUtf8(bytes);
  } catch (cause) {
    throw new Fault('proof.malformed', 'a request to a witness is UTF-8 text', {}, { cause });
  }
}

function decodeHash(line: string): Uint8Array {
  const expected = `hashes of ${HASH_BYTES} bytes in base64`;
  let hash: Uint8Array;
  try {
    hash = fromBase64(line);
  } catch (cause) {
    throw new Fault('proof.malformed', `a request to a witness has ${expected}`, {}, { cause });
  }
  if (hash.length !== HASH_BYTES) throw malformed(expected);
  return hash;
}

function malformed(expected: string): Fault {
  return new Fault('proof.malformed', `a request to a witness has ${expected}`);
}
