/** One exchange with one witness: the checkpoint handed over, from whatever size the witness says it knows (c2sp.org/tlog-witness). */
import { describeFault, fromUtf8 } from '../../kernel/index.ts';
import {
  ADD_CHECKPOINT_PATH,
  checkSignatures,
  formatAddCheckpoint,
  type LogSource,
  type NoteSignature,
  parseCosignatures,
  parseNote,
  parseSize,
  type PolicyWitness,
  type VerifierKey,
} from '../../proof/index.ts';
import { verifyNoteSignature } from './verify-signature.ts';

/** What came back. */
export interface WitnessResponse {
  /** HTTP status. */
  readonly status: number;
  readonly body: Uint8Array;
}

/** Port: a POST over HTTP. */
export interface WitnessTransport {
  /** Posts `body` to `url`, by default as plain text. Rejects where there is no answer within a time of its own, or one of more than 64 KiB. */
  post(url: string, body: Uint8Array, signal: AbortSignal, contentType?: string): Promise<WitnessResponse>;
}

/** A checkpoint of ours, and how to prove that it extends smaller ones. */
export interface OfferedCheckpoint {
  /** The signed note. */
  readonly note: Uint8Array;
  readonly size: number;
  /** The consistency proof from `oldSize`, 1 to `size`. */
  proveFrom(oldSize: number): Promise<readonly Uint8Array[]>;
  /** The published files up to that size, or beyond. */
  readonly source: Pick<LogSource, 'readTile' | 'readBundle'>;
}

/** What a witness made of it. */
export type Asked =
  | { readonly kind: 'cosigned'; readonly signatures: readonly NoteSignature[] }
  /** It has cosigned a larger checkpoint. */
  | { readonly kind: 'ahead'; readonly size: number }
  /** What it cosigned is no part of what it was offered. */
  | { readonly kind: 'forked'; readonly size: number }
  /** A mirror took what it was sent, and more is to come. */
  | { readonly kind: 'behind'; readonly next: number }
  | { readonly kind: 'failed'; readonly message: string };

/** What asking works with. */
export interface AskContext {
  readonly transport: WitnessTransport;
  readonly signal: AbortSignal;
}

/** Most requests of one exchange: one to hear its size, one from there, and one more where another process was faster. */
const MAX_REQUESTS = 3;

/** Offers a checkpoint to `witness`, which is thought to know `oldSize` (0 for nothing). Never rejects. */
export async function askWitness(
  { key, url = '' }: PolicyWitness,
  offered: OfferedCheckpoint,
  oldSize: number,
  context: AskContext,
): Promise<Asked> {
  try {
    const answer = await offerCheckpoint(url, offered, oldSize, context);
    return answer.kind === 'taken' ? await readCosignatures(key, offered, answer.body) : answer;
  } catch (fault) {
    return { kind: 'failed', message: describeFault(fault) };
  }
}

/** Hands a checkpoint to `add-checkpoint` below `url`. Answers the body of the answer 200, or what spoke against it. Rejects where there was no answer that reads. */
export async function offerCheckpoint(
  url: string,
  offered: Omit<OfferedCheckpoint, 'source'>,
  oldSize: number,
  context: AskContext,
): Promise<
  Exclude<Asked, { kind: 'cosigned' | 'behind' }> | { readonly kind: 'taken'; readonly body: Uint8Array }
> {
  let from = Math.min(oldSize, offered.size);
  for (let request = 0; request < MAX_REQUESTS; request += 1) {
    const { status, body } = await post(url, offered, from, context);
    if (status === 200) return { kind: 'taken', body };
    if (status === 422 && from > 0) return { kind: 'forked', size: from };
    if (status !== 409) return { kind: 'failed', message: `it answered ${status}` };
    const size = parseSize(fromUtf8(body));
    if (size > offered.size) return { kind: 'ahead', size };
    // It knows this very size, and another root there.
    if (size === from && from === offered.size) return { kind: 'forked', size };
    from = size;
  }
  return { kind: 'failed', message: `it answered ${MAX_REQUESTS} times with a conflict` };
}

async function post(
  url: string,
  offered: Omit<OfferedCheckpoint, 'source'>,
  oldSize: number,
  { transport, signal }: AskContext,
): Promise<WitnessResponse> {
  const isProven = oldSize > 0 && oldSize < offered.size;
  const proof = isProven ? await offered.proveFrom(oldSize) : [];
  const body = formatAddCheckpoint({ oldSize, proof, checkpoint: offered.note });
  return transport.post(`${url.replace(/\/$/, '')}/${ADD_CHECKPOINT_PATH}`, body, signal);
}

/** The cosignatures by `key` in an answer 200. Lines of other keys are left out; a bad one by that key spoils the answer. Throws `note.malformed`. */
export async function readCosignatures(
  key: VerifierKey,
  { note }: Pick<OfferedCheckpoint, 'note'>,
  body: Uint8Array,
): Promise<Asked> {
  const signatures = parseCosignatures(fromUtf8(body)).filter(
    ({ name, keyId }) => name === key.name && keyId === key.keyId,
  );
  const { verified, refused } = await checkSignatures(
    { text: parseNote(note).text, signatures },
    [key],
    verifyNoteSignature,
  );
  if (verified.length > 0 && refused.length === 0) return { kind: 'cosigned', signatures };
  return { kind: 'failed', message: 'it answered without a cosignature that verifies under its key' };
}
