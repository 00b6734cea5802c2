/** A witness: cosigns each checkpoint that extends the last one it saw of its log, and no other (c2sp.org/tlog-witness). */
import { type Clock, Fault, isFault } from '../../kernel/index.ts';
import { sha256 } from '../../kernel/crypto/index.ts';
import {
  byteTreeHasher,
  type Checkpoint,
  cosign,
  formatCosignatures,
  formatNote,
  formatSize,
  judgeSubmission,
  type NoteSignature,
  type NoteSigner,
  openSubmission,
  type Refused,
  SIZE_CONTENT_TYPE,
  type Submission,
  type VerifierKey,
} from '../../proof/index.ts';
import type { CosignedStore } from './cosigned-store.ts';
import { verifyNoteSignature } from './verify-signature.ts';

/** What a witness is made of. */
export interface WitnessOptions {
  /** Its keys, at least one; each answers with a line of its own. */
  readonly signers: readonly NoteSigner[];
  /** Keys of the logs it watches (`ed25519`, `ml-dsa-44`); those of one name are one log. */
  readonly logs: readonly VerifierKey[];
  readonly store: CosignedStore;
  readonly clock: Clock;
}

/** An answer over HTTP. */
export interface WitnessAnswer {
  readonly status: 200 | Refused['status'];
  readonly contentType: string;
  readonly body: string;
}

const PLAIN = 'text/plain; charset=utf-8';
const MS_PER_SECOND = 1000;

/** Cosigns for a fixed set of logs. */
export class Witness {
  readonly #options: WitnessOptions;
  readonly #keys = new Map<string, VerifierKey[]>();
  readonly #hasher = byteTreeHasher(sha256);

  /** Throws `key.malformed` for a key that is not of its role, and for none. */
  constructor(options: WitnessOptions) {
    this.#options = options;
    for (const { key } of options.signers) {
      if (key.algorithm === 'ed25519') throw wrongKey(key, 'signs no cosignatures');
    }
    if (options.signers.length === 0) throw new Fault('key.malformed', 'a witness has a key');
    for (const key of options.logs) {
      if (key.algorithm === 'cosignature/v1') throw wrongKey(key, 'is the key of a witness, not of a log');
      this.#keys.set(key.name, [...(this.#keys.get(key.name) ?? []), key]);
    }
  }

  /** Answers the body of one `add-checkpoint`. Rejects where the new checkpoint could not be made durable; then nothing was cosigned. */
  async addCheckpoint(body: Uint8Array): Promise<WitnessAnswer> {
    const keysOf = (origin: string): readonly VerifierKey[] | undefined => this.#keys.get(origin);
    const submission = await openSubmission(body, keysOf, verifyNoteSignature);
    return 'status' in submission ? refusal(submission) : this.#judge(submission);
  }

  /** INVARIANT: synchronous from reading the record to having replaced it, so that of two requests the second sees the first's. */
  #judge(submission: Submission): WitnessAnswer {
    const { signers, store, clock } = this.#options;
    const { checkpoint, text } = submission;
    const latest: Pick<Checkpoint, 'size' | 'root'> = store.latest(checkpoint.origin) ?? {
      size: 0,
      root: this.#hasher.emptyRoot,
    };
    const refused = judgeSubmission(this.#hasher, latest, submission);
    if (refused !== undefined) return refusal(refused);
    const timeSeconds = Math.floor(clock.now() / MS_PER_SECOND);
    const signatures = signAll(signers, text, timeSeconds);
    if ('status' in signatures) return refusal(signatures);
    // INVARIANT: nobody sees a cosignature before the record of it is on the disk.
    if (checkpoint.size > latest.size) store.replace(checkpoint, formatNote({ text, signatures }));
    return { status: 200, contentType: PLAIN, body: formatCosignatures(signatures) };
  }
}

/** One line by each key; refused where a key cannot say what the checkpoint says, as ML-DSA-44 cannot of extension lines. */
function signAll(
  signers: readonly NoteSigner[],
  text: string,
  timeSeconds: number,
): readonly NoteSignature[] | Refused {
  try {
    return signers.map((signer) => cosign(text, signer, timeSeconds));
  } catch (fault) {
    if (!isFault(fault, 'note.malformed')) throw fault;
    return { status: 400, reason: fault.message };
  }
}

function refusal(refused: Refused): WitnessAnswer {
  return refused.status === 409
    ? { status: 409, contentType: SIZE_CONTENT_TYPE, body: formatSize(refused.size) }
    : { status: refused.status, contentType: PLAIN, body: `${refused.reason}\n` };
}

function wrongKey({ name }: VerifierKey, problem: string): Fault {
  return new Fault('key.malformed', `\`${name}\` ${problem}`);
}
