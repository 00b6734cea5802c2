/** The witnesses of a log: offered each published checkpoint, beside the appends and never in their way. */
import { type Clock, describeFault, Fault } from '../../kernel/index.ts';
import { sha256 } from '../../kernel/crypto/index.ts';
import {
  addSignatures,
  byteTreeHasher,
  openWitnessed,
  parseCheckpoint,
  parseNote,
  type PolicyWitness,
  proveConsistency,
  type ReadTile,
  tileHashReader,
  type TrustPolicy,
  type WitnessedCheckpoint,
} from '../../proof/index.ts';
import { type Asked, askWitness, type OfferedCheckpoint, type WitnessTransport } from './ask-witness.ts';
import { verifyNoteSignature } from './verify-signature.ts';

/** Which witnesses a log asks, and how. */
export interface LogWitnesses {
  /** Its witnesses with an address are asked; its quorum says what counts as witnessed. It must name the log. */
  readonly policy: TrustPolicy;
  readonly transport: WitnessTransport;
  /** Told of each witness that did not cosign, and why. Default: nobody. */
  readonly onFault?: (fault: Fault) => void;
}

/** What a client of witnesses works with. */
export interface WitnessClientOptions extends LogWitnesses {
  readonly clock: Clock;
  /** The newest published checkpoint, signed by the log alone; `undefined` before the first. */
  readonly readPublished: () => Promise<Uint8Array | undefined>;
  readonly readTile: ReadTile;
  /** Entries that the log holds at least. */
  readonly size: () => number;
  /** Takes over a checkpoint with its cosignatures. */
  readonly onCosigned: (note: Uint8Array, witnessed: WitnessedCheckpoint) => Promise<void>;
  /** Told that the log is not the one that a witness saw: nothing more may be signed. */
  readonly onConflict: (fault: Fault) => void;
}

/** First and longest wait before a witness that failed is asked again, in milliseconds; it doubles in between. */
const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 60_000;
const NS_PER_MS = 1_000_000n;
const MS_PER_SECOND = 1000;

/** What is known of one witness. */
interface Known {
  readonly witness: PolicyWitness;
  /** Size it cosigned last, as far as known. */
  size: number;
  /** Text of what it cosigned last. */
  text: string;
  waitMs: number;
  /** Monotonic time before which it is not asked. */
  notBeforeNs: bigint;
}

/** Offers checkpoints, one round at a time. */
export class WitnessClient {
  readonly #options: WitnessClientOptions;
  readonly #known: readonly Known[];
  readonly #abort = new AbortController();
  #round: Promise<void> | undefined;
  /** Seconds without a quorum when {@link #sinceNs} was read. */
  #unwitnessed: number;
  #sinceNs: bigint;

  /** Throws `config.invalid` where the policy names no witness with an address of `http:` or `https:`. */
  constructor(options: WitnessClientOptions) {
    this.#options = options;
    this.#known = options.policy.witnesses
      .filter(({ url }) => url !== undefined)
      .map((witness) => ({
        witness: requireAddress(witness),
        size: 0,
        text: '',
        waitMs: 0,
        notBeforeNs: 0n,
      }));
    if (this.#known.length === 0) {
      throw new Fault('config.invalid', 'the trust policy names no witness with an address');
    }
    // Until a quorum is heard in this process nothing is known of the time before: so much that no policy takes it for little.
    this.#unwitnessed = Math.floor(options.clock.now() / MS_PER_SECOND);
    this.#sinceNs = options.clock.monotonicNs();
  }

  /** Seconds since the quorum last cosigned in this process, rounded up; before, seconds since 1970. By monotonic time, so that no clock set back hides it. */
  unwitnessedSeconds(): number {
    const elapsedMs = Number((this.#options.clock.monotonicNs() - this.#sinceNs) / NS_PER_MS);
    return this.#unwitnessed + Math.ceil(elapsedMs / MS_PER_SECOND);
  }

  /**
   * Asks every witness about `note`, a signed checkpoint, before anything new is signed; one that cannot be reached says nothing.
   * Throws `log.corrupt` where one has seen further than the log reaches, or another history.
   */
  async check(note: Uint8Array): Promise<void> {
    const conflict = await this.#ask(note);
    if (conflict !== undefined) throw conflict;
  }

  /** Offers what is published now. Returns at once; while a round is under way nothing is begun, so call it again and again. */
  offer(): void {
    if (this.#abort.signal.aborted) return;
    this.#round ??= this.#offer().finally(() => {
      this.#round = undefined;
    });
  }

  /** Resolves when no round is under way. */
  async idle(): Promise<void> {
    while (this.#round !== undefined) await this.#round;
  }

  /** Offers what is published last, once what is under way has ended. As long as the transport waits twice, at most. */
  async finish(): Promise<void> {
    await this.idle();
    this.offer();
    await this.idle();
  }

  /** Ends what is under way. Idempotent. */
  close(): void {
    this.#abort.abort();
  }

  /** Never rejects: what fails here, fails no append, and is tried again with the next offer. */
  async #offer(): Promise<void> {
    const { readPublished, onConflict, onFault } = this.#options;
    try {
      const note = await readPublished();
      const conflict = note === undefined ? undefined : await this.#ask(note);
      if (conflict !== undefined && !this.#abort.signal.aborted) onConflict(conflict);
    } catch (cause) {
      const message = `a checkpoint was not offered to its witnesses: ${describeFault(cause)}`;
      onFault?.(new Fault('upstream.protocol', message, {}, { cause }));
    }
  }

  /** One round: all due witnesses at once. Answers the fault of a log that is not the one they saw. */
  async #ask(note: Uint8Array): Promise<Fault | undefined> {
    const { clock, transport } = this.#options;
    const { text } = parseNote(note);
    const now = clock.monotonicNs();
    const due = this.#known.filter((known) => known.text !== text && known.notBeforeNs <= now);
    if (due.length === 0) return undefined;
    const offered = this.#prepare(note, text);
    const context = { transport, signal: this.#abort.signal };
    const answers = await Promise.all(
      due.map(async (known) => ({
        known,
        asked: await askWitness(known.witness, offered, known.size, context),
      })),
    );
    const signatures = answers.flatMap(({ asked }) => (asked.kind === 'cosigned' ? asked.signatures : []));
    let conflict: Fault | undefined;
    for (const { known, asked } of answers) conflict ??= this.#learn(known, asked, offered.size, text);
    if (signatures.length > 0) await this.#takeOver(addSignatures(note, signatures));
    return conflict;
  }

  async #takeOver(note: Uint8Array): Promise<void> {
    const { policy, clock, onCosigned } = this.#options;
    const witnessed = await openWitnessed(note, policy, verifyNoteSignature);
    if (witnessed.hasQuorum) {
      this.#unwitnessed = 0;
      this.#sinceNs = clock.monotonicNs();
    }
    await onCosigned(note, witnessed);
  }

  #learn(known: Known, asked: Asked, size: number, text: string): Fault | undefined {
    if (asked.kind === 'cosigned') {
      Object.assign(known, { size, text, waitMs: 0, notBeforeNs: 0n });
      return undefined;
    }
    const name = known.witness.name;
    if (asked.kind === 'forked') {
      return corrupt(name, asked.size, 'which the log does not extend: its history was rewritten');
    }
    if (asked.kind === 'ahead') {
      known.size = asked.size;
      const held = this.#options.size();
      // Another process of this log may have published further than what was offered.
      if (asked.size <= held) return undefined;
      return corrupt(name, asked.size, `the log holds ${held}: it was put back to an earlier state`);
    }
    const { clock, onFault } = this.#options;
    known.waitMs = Math.min(LONGEST_WAIT_MS, Math.max(FIRST_WAIT_MS, 2 * known.waitMs));
    known.notBeforeNs = clock.monotonicNs() + BigInt(known.waitMs) * NS_PER_MS;
    onFault?.(new Fault('upstream.protocol', `the witness \`${name}\` did not cosign: ${asked.message}`));
    return undefined;
  }

  #prepare(note: Uint8Array, text: string): OfferedCheckpoint {
    const { size, root } = parseCheckpoint(text);
    const { readTile } = this.#options;
    const hasher = byteTreeHasher(sha256);
    const reader = tileHashReader({ hasher, size, root, readTile });
    return { note, size, proveFrom: (oldSize) => proveConsistency(hasher, reader, oldSize, size) };
  }
}

function requireAddress(witness: PolicyWitness): PolicyWitness {
  const { url = '', name } = witness;
  if (URL.canParse(url) && /^https?:$/.test(new URL(url).protocol)) return witness;
  throw new Fault(
    'config.invalid',
    `the witness \`${name}\` has the address \`${url}\`, expected http: or https:`,
  );
}

function corrupt(name: string, size: number, problem: string): Fault {
  const hint =
    'sign nothing more with its key; begin a new origin whose first entry names the old checkpoint';
  return new Fault('log.corrupt', `the witness \`${name}\` has cosigned ${size} entries, ${problem}`, {
    size,
    hint,
  });
}
