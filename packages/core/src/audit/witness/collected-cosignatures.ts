/** Cosignatures as they come, by whoever and whenever: together they may be the quorum that none of them is. */
import { BoundedMap, type Clock } from '../../kernel/index.ts';
import {
  formatNote,
  type NoteSignature,
  openWitnessed,
  parseNote,
  type TrustPolicy,
  type WitnessedCheckpoint,
} from '../../proof/index.ts';
import { verifyNoteSignature } from './verify-signature.ts';

/** Checkpoints whose cosignatures are kept: those that a slow cosigner may still answer for. */
const KEPT_CHECKPOINTS = 16;
const NS_PER_MS = 1_000_000n;
const MS_PER_SECOND = 1000;

/** The cosignatures of one log in one process. */
export class CollectedCosignatures {
  readonly #policy: TrustPolicy;
  readonly #clock: Clock;
  readonly #byText = new BoundedMap<string, readonly NoteSignature[]>(KEPT_CHECKPOINTS);
  /** Seconds without a quorum when {@link #sinceNs} was read. */
  #unwitnessed: number;
  #sinceNs: bigint;

  constructor(policy: TrustPolicy, clock: Clock) {
    this.#policy = policy;
    this.#clock = clock;
    // Until a quorum is heard in this process nothing is known of the time before: so much that no policy takes it for little.
    this.#unwitnessed = Math.floor(clock.now() / MS_PER_SECOND);
    this.#sinceNs = clock.monotonicNs();
  }

  /** What the checkpoint in `note` is worth with all that came for it. Throws what `openWitnessed` does. */
  async add(note: Uint8Array): Promise<WitnessedCheckpoint> {
    const { text, signatures } = parseNote(note);
    const isNew = ({ name, keyId }: NoteSignature): boolean =>
      !signatures.some((signature) => signature.name === name && signature.keyId === keyId);
    const all = [...signatures, ...(this.#byText.get(text) ?? []).filter(isNew)];
    this.#byText.set(text, all);
    const witnessed = await openWitnessed(
      formatNote({ text, signatures: all }),
      this.#policy,
      verifyNoteSignature,
    );
    if (witnessed.hasQuorum) {
      this.#unwitnessed = 0;
      this.#sinceNs = this.#clock.monotonicNs();
    }
    return witnessed;
  }

  /** Seconds since the quorum last cosigned in this process, rounded up; before, seconds since 1970. By monotonic time, so that no clock set back hides it. */
  unwitnessedSeconds(): number {
    const elapsedMs = Number((this.#clock.monotonicNs() - this.#sinceNs) / NS_PER_MS);
    return this.#unwitnessed + Math.ceil(elapsedMs / MS_PER_SECOND);
  }
}
