/** Receipts: an inclusion proof and the checkpoint it leads to, in one text that verifies offline (c2sp.org/tlog-proof@v1). */
import { concatBytes, Fault, fromBase64, fromUtf8, toBase64, utf8 } from '../../kernel/index.ts';
import { HASH_BYTES } from '../merkle/index.ts';
import { MAX_NOTE_BYTES, parseNote } from './signed-note.ts';

/** The parts of a receipt; none is verified by parsing. */
export interface Receipt {
  /** Bytes of any meaning to the application. Not covered by any signature. */
  readonly extra?: Uint8Array;
  /** Index of the entry, 0 to 2^53−1. */
  readonly index: number;
  /** Inclusion proof, from the leaf upwards: at most 53 hashes of 32 bytes. */
  readonly proof: readonly Uint8Array[];
  /** The signed checkpoint, verbatim. */
  readonly checkpoint: Uint8Array;
}

const HEADER = 'c2sp.org/tlog-proof@v1';
/** Most hashes in a proof: the height of a tree of 2^53 leaves. */
const MAX_PROOF_HASHES = 53;
/** Longest receipt read, in bytes: its checkpoint, and as much again for proof and extra data. */
export const MAX_RECEIPT_BYTES: number = 2 * MAX_NOTE_BYTES;

/** The bytes of `receipt`. Throws `proof.malformed`, `note.malformed` for what {@link parseReceipt} would refuse. */
export function formatReceipt(receipt: Receipt): Uint8Array {
  const { extra, index, proof, checkpoint } = receipt;
  // An empty line would end the head early.
  if (proof.some((hash) => hash.length !== HASH_BYTES)) throw malformed(`has hashes of ${HASH_BYTES} bytes`);
  const head = [HEADER];
  if (extra !== undefined) head.push(`extra ${toBase64(extra)}`);
  head.push(`index ${index}`, ...proof.map(toBase64));
  const bytes = concatBytes(utf8(`${head.join('\n')}\n\n`), checkpoint);
  // Reading back is the one definition of what a receipt may hold.
  parseReceipt(bytes);
  return bytes;
}

/** The receipt in `bytes`. Throws `proof.malformed`, and `note.malformed` where its checkpoint is not a note. */
export function parseReceipt(bytes: Uint8Array): Receipt {
  if (bytes.length > MAX_RECEIPT_BYTES) throw malformed(`has more than ${MAX_RECEIPT_BYTES} bytes`);
  const end = endOfHead(bytes);
  const lines = decodeHead(bytes.subarray(0, end)).split('\n');
  if (lines.shift() !== HEADER) throw malformed(`does not start with \`${HEADER}\``);
  const extra = lines[0]?.startsWith('extra ')
    ? decode(lines.shift()?.slice('extra '.length) ?? '')
    : undefined;
  const index = parseIndex(lines.shift() ?? '');
  const proof = lines.map(decode);
  if (proof.length > MAX_PROOF_HASHES || proof.some((hash) => hash.length !== HASH_BYTES)) {
    throw malformed(`has at most ${MAX_PROOF_HASHES} hashes of ${HASH_BYTES} bytes`);
  }
  const checkpoint = bytes.slice(end + 2);
  parseNote(checkpoint);
  return extra === undefined ? { index, proof, checkpoint } : { extra, index, proof, checkpoint };
}

/** Where the first blank line stands; the head before it has none. */
function endOfHead(bytes: Uint8Array): number {
  for (let at = 0; at + 1 < bytes.length; at += 1) {
    if (bytes[at] === 0x0a && bytes[at + 1] === 0x0a) return at;
  }
  throw malformed('has no blank line before its checkpoint');
}

function decodeHead(bytes: Uint8Array): string {
  try {
    return fromUtf8(bytes);
  } catch (cause) {
    throw new Fault('proof.malformed', 'a receipt is UTF-8 text', {}, { cause });
  }
}

function parseIndex(line: string): number {
  const match = /^index (0|[1-9][0-9]{0,15})$/.exec(line);
  const index = match === null ? Number.NaN : Number(match[1]);
  if (Number.isSafeInteger(index)) return index;
  throw malformed(`has \`${line.slice(0, 40)}\` where \`index\` and a decimal was expected`);
}

function decode(text: string): Uint8Array {
  try {
    return fromBase64(text);
  } catch (cause) {
    throw new Fault('proof.malformed', 'a receipt has a line that is not base64', {}, { cause });
  }
}

function malformed(problem: string): Fault {
  return new Fault('proof.malformed', `a receipt ${problem}`);
}
