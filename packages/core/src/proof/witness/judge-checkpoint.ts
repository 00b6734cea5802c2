/** What a witness makes of a checkpoint handed to it: cosigned, or refused with a status (c2sp.org/tlog-witness). Pure; the caller persists. */
import { equalBytes, isFault } from '../../kernel/index.ts';
import { type TreeHasher, verifyConsistency } from '../merkle/index.ts';
import {
  type Checkpoint,
  checkSignatures,
  parseCheckpoint,
  parseNote,
  type SignedNote,
  type VerifierKey,
  type VerifySignature,
} from '../note/index.ts';
import { type AddCheckpoint, parseAddCheckpoint } from './add-checkpoint.ts';

/** A checkpoint that a trusted key of its log signed. */
export interface Submission extends Pick<AddCheckpoint, 'oldSize' | 'proof'> {
  readonly checkpoint: Checkpoint;
  /** Text of the note, which is what a witness signs. */
  readonly text: string;
}

/** Why a request is refused, with its HTTP status. `size` is that of the latest cosigned checkpoint. */
export type Refused =
  | { readonly status: 400 | 403 | 404 | 422; readonly reason: string }
  | { readonly status: 409; readonly reason: string; readonly size: number };

/** The tree that a witness cosigned last. */
export type TreeHead = Pick<Checkpoint, 'size' | 'root'>;

/** Reads a request and verifies who signed its checkpoint. `keysOf` answers the keys trusted for an origin, `undefined` for an unknown one. */
export async function openSubmission(
  body: Uint8Array,
  keysOf: (origin: string) => readonly VerifierKey[] | undefined,
  verify: VerifySignature,
): Promise<Submission | Refused> {
  const read = readSubmission(body);
  if ('status' in read) return read;
  const { request, note, checkpoint } = read;
  const keys = keysOf(checkpoint.origin);
  if (keys === undefined) return { status: 404, reason: 'the origin is unknown' };
  const { verified, refused } = await checkSignatures(note, keys, verify);
  if (verified.length === 0 || refused.length > 0) {
    return { status: 403, reason: 'the checkpoint is not signed by a key trusted for its origin' };
  }
  if (request.oldSize > checkpoint.size) {
    return { status: 400, reason: `the old size is beyond the checkpoint, ${checkpoint.size}` };
  }
  return { oldSize: request.oldSize, proof: request.proof, checkpoint, text: note.text };
}

/**
 * Whether `submission` extends `latest`, the tree cosigned last (size 0 for none); `undefined` where it does and may be cosigned.
 * INVARIANT: the caller does not yield between reading `latest`, this, and having made the new tree head durable.
 */
export function judgeSubmission(
  hasher: TreeHasher<Uint8Array>,
  latest: TreeHead,
  { oldSize, proof, checkpoint: { size, root } }: Submission,
): Refused | undefined {
  if (oldSize !== latest.size) {
    return {
      status: 409,
      reason: 'the old size is not that of the latest cosigned checkpoint',
      size: latest.size,
    };
  }
  if (size === 0) {
    const isEmpty = proof.length === 0 && equalBytes(root, hasher.emptyRoot);
    return isEmpty ? undefined : { status: 422, reason: 'an empty tree has another root, and no proof' };
  }
  if (oldSize === 0) {
    return proof.length === 0 ? undefined : { status: 422, reason: 'nothing is proven from an empty tree' };
  }
  if (oldSize === size && !equalBytes(root, latest.root)) {
    return {
      status: 409,
      reason: 'another root was cosigned at this size: the log forked',
      size: latest.size,
    };
  }
  const claim = { olderSize: oldSize, olderRoot: latest.root, newerSize: size, newerRoot: root, proof };
  return verifyConsistency(hasher, claim)
    ? undefined
    : { status: 422, reason: 'the consistency proof does not verify' };
}

function readSubmission(
  body: Uint8Array,
): { readonly request: AddCheckpoint; readonly note: SignedNote; readonly checkpoint: Checkpoint } | Refused {
  try {
    const request = parseAddCheckpoint(body);
    const note = parseNote(request.checkpoint);
    return { request, note, checkpoint: parseCheckpoint(note.text) };
  } catch (fault) {
    const isOfCaller =
      isFault(fault, 'proof.malformed') ||
      isFault(fault, 'note.malformed') ||
      isFault(fault, 'checkpoint.malformed');
    if (!isOfCaller) throw fault;
    return { status: 400, reason: fault.message };
  }
}
