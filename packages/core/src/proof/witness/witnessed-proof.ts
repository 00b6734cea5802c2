/** Receipts under a trust policy: made from the tiles of a log, verified offline (c2sp.org/tlog-proof, c2sp.org/tlog-policy). */
import { describeFault, type Fault, isFault } from '../../kernel/index.ts';
import { byteTreeHasher, proveInclusion, type Sha256, verifyInclusion } from '../merkle/index.ts';
import {
  formatReceipt,
  parseCheckpoint,
  parseNote,
  parseReceipt,
  type VerifySignature,
} from '../note/index.ts';
import { type ReadTile, tileHashReader } from '../tiles/index.ts';
import type { TrustPolicy } from './trust-policy.ts';
import { describeWitnessed, isUnbelieved, openWitnessed, type WitnessedCheckpoint } from './witnessed.ts';

/** What a receipt is made from. */
export interface ReceiptSource {
  /** The published checkpoint, with whatever cosignatures it has. */
  readonly checkpoint: Uint8Array;
  readonly readTile: ReadTile;
  readonly sha256: Sha256;
}

/** What a verifier brings. INVARIANT: none of it comes from the log. */
export interface ProofTrust {
  readonly policy: TrustPolicy;
  readonly sha256: Sha256;
  readonly verifySignature: VerifySignature;
}

/** What a receipt was found to prove. */
export type ProofVerdict =
  | { readonly ok: true; readonly index: number; readonly witnessed: WitnessedCheckpoint }
  | {
      readonly ok: false;
      readonly problem: 'malformed' | 'unverified' | 'unwitnessed' | 'not-included';
      /** One line in lower case without a full stop. */
      readonly message: string;
    };

/**
 * The receipt of entry `index` under a checkpoint of at least `index + 1` entries. Tiles are checked against its root, the signatures are not looked at.
 * Throws `proof.malformed` for an entry beyond it, and as `tileHashReader` does.
 */
export async function createReceipt(
  source: ReceiptSource,
  index: number,
  extra?: Uint8Array,
): Promise<Uint8Array> {
  const { checkpoint, readTile, sha256 } = source;
  const { size, root } = parseCheckpoint(parseNote(checkpoint).text);
  const hasher = byteTreeHasher(sha256);
  const reader = tileHashReader({ hasher, size, root, readTile });
  const proof = await proveInclusion(hasher, reader, index, size);
  return formatReceipt({ index, proof, checkpoint, ...(extra === undefined ? {} : { extra }) });
}

/** Whether `receipt` proves `entry`, the exact bytes that were logged, to the quorum of the policy. Its `extra` is covered by no signature and not looked at. */
export async function verifyWitnessedProof(
  receipt: Uint8Array,
  entry: Uint8Array,
  { policy, sha256, verifySignature }: ProofTrust,
): Promise<ProofVerdict> {
  try {
    const { index, proof, checkpoint } = parseReceipt(receipt);
    const witnessed = await openWitnessed(checkpoint, policy, verifySignature);
    if (!witnessed.hasQuorum) {
      return { ok: false, problem: 'unwitnessed', message: describeWitnessed(witnessed) };
    }
    const { size, root } = witnessed.checkpoint;
    const hasher = byteTreeHasher(sha256);
    if (verifyInclusion(hasher, { index, size, leaf: hasher.leaf(entry), proof }, root)) {
      return { ok: true, index, witnessed };
    }
    const message = `the entry is not proven to stand at ${index} of ${size}`;
    return { ok: false, problem: 'not-included', message };
  } catch (fault) {
    if (!isUnbelieved(fault) && !isFault(fault, 'proof.malformed')) throw fault;
    return { ok: false, problem: problemOf(fault), message: describeFault(fault) };
  }
}

function problemOf(fault: Fault): 'malformed' | 'unverified' {
  return fault.code === 'note.unverified' ? 'unverified' : 'malformed';
}
