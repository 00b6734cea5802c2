/** Cosigners of a log, witnesses or mirrors: offered each published checkpoint, beside the appends and never in their way. */
import { type Clock, describeFault, Fault, type Random } from '../../kernel/index.ts';
import { sha256 } from '../../kernel/crypto/index.ts';
import {
  addSignatures,
  byteTreeHasher,
  parseCheckpoint,
  parseNote,
  type PolicyWitness,
  proveConsistency,
  tileHashReader,
  type TrustPolicy,
} from '../../proof/index.ts';
import type { Asked, OfferedCheckpoint, WitnessTransport } from './ask-witness.ts';

/** Somebody who is asked to cosign. */
export interface Cosigner {
  /** For messages: what it is, and its name. */
  readonly name: string;
  /** Offers a checkpoint to it, which is thought to know `oldSize`. `isStart`: before anything is signed, only whether it saw further counts. Never rejects. */
  ask(offered: OfferedCheckpoint, oldSize: number, context: CosignerContext): Promise<Asked>;
}

/** A mirror: a cosigner that the policy names, and that is sent entries too. */
export interface MirrorCosigner extends Cosigner {
  readonly witness: PolicyWitness;
}

/** How a cosigner is asked. */
export interface CosignerContext {
  readonly isStart: boolean;
  readonly signal: AbortSignal;
}

/** Which witnesses a log asks, and how. */
export interface LogWitnesses {
  /** Its witnesses with an address are asked; its quorum says what counts as witnessed. It must name the log. */
  readonly policy: TrustPolicy;
  readonly transport: WitnessTransport;
  /** Those of the policy that are mirrors and not asked as witnesses. They count as the policy says. Default none. */
  readonly mirrors?: readonly MirrorCosigner[];
  /** Spreads the waits of many logs for one cosigner that is away. Default: they are not spread. */
  readonly random?: Random;
  /** Told of each witness that did not cosign, and why. Default: nobody. */
  readonly onFault?: (fault: Fault) => void;
}

/** What a client of cosigners works with. */
export interface WitnessClientOptions extends Pick<LogWitnesses, 'onFault' | 'random'> {
  /** At least one. */
  readonly cosigners: readonly Cosigner[];
  readonly clock: Clock;
  /** The newest published checkpoint, signed by the log alone; `undefined` before the first. */
  readonly readPublished: () => Promise<Uint8Array | undefined>;
  readonly source: OfferedCheckpoint['source'];
  /** Entries that the log holds at least. */
  readonly size: () => number;
  /** Takes over a checkpoint with cosignatures. */
  readonly onCosigned: (note: Uint8Array) => Promise<void>;
  /** Told that the log is not the one that a cosigner saw: nothing more may be signed. */
  readonly onConflict: (fault: Fault) => void;
}

/** First and longest wait before a cosigner that failed is asked again, in milliseconds; it doubles in between. */
const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 60_000;
const NS_PER_MS = 1_000_000n;

/** What is known of one cosigner. */
interface Known {
  readonly cosigner: Cosigner;
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

  constructor(options: WitnessClientOptions) {
    this.#options = options;
    this.#known = options.cosigners.map((cosigner) => ({
      cosigner,
      size: 0,
      text: '',
      waitMs: 0,
      notBeforeNs: 0n,
    }));
  }

  /**
   * Asks every cosigner about `note`, a signed checkpoint, before anything new is signed; one that cannot be reached says nothing.
   * Throws `log.corrupt` where one has seen further than the log reaches, or another history.
   */
  async check(note: Uint8Array): Promise<void> {
    const conflict = await this.#ask(note, true);
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
      const conflict = note === undefined ? undefined : await this.#ask(note, false);
      if (conflict !== undefined && !this.#abort.signal.aborted) onConflict(conflict);
    } catch (cause) {
      const message = `a checkpoint was not offered to its witnesses: ${describeFault(cause)}`;
      onFault?.(new Fault('upstream.protocol', message, {}, { cause }));
    }
  }

  /** One round: all due cosigners at once. Answers the fault of a log that is not the one they saw. */
  async #ask(note: Uint8Array, isStart: boolean): Promise<Fault | undefined> {
    const { clock, onCosigned } = this.#options;
    const { text } = parseNote(note);
    const now = clock.monotonicNs();
    const due = this.#known.filter((known) => known.text !== text && known.notBeforeNs <= now);
    if (due.length === 0) return undefined;
    const offered = this.#prepare(note, text);
    const context = { isStart, signal: this.#abort.signal };
    const answers = await Promise.all(
      due.map(async (known) => ({
        known,
        asked: await known.cosigner.ask(offered, known.size, context),
      })),
    );
    const signatures = answers.flatMap(({ asked }) => (asked.kind === 'cosigned' ? asked.signatures : []));
    let conflict: Fault | undefined;
    for (const { known, asked } of answers) conflict ??= this.#learn(known, asked, offered.size, text);
    if (signatures.length > 0) await onCosigned(addSignatures(note, signatures));
    return conflict;
  }

  #learn(known: Known, asked: Asked, size: number, text: string): Fault | undefined {
    if (asked.kind === 'cosigned') {
      Object.assign(known, { size, text, waitMs: 0, notBeforeNs: 0n });
      return undefined;
    }
    if (asked.kind === 'behind') {
      Object.assign(known, { size, waitMs: 0, notBeforeNs: 0n });
      return undefined;
    }
    const { name } = known.cosigner;
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
    known.notBeforeNs = clock.monotonicNs() + BigInt(this.#spread(known.waitMs)) * NS_PER_MS;
    onFault?.(new Fault('upstream.protocol', `the ${name} did not cosign: ${asked.message}`));
    return undefined;
  }

  /** Between half of `waitMs` and all of it. */
  #spread(waitMs: number): number {
    const [byte = 0xff] = this.#options.random?.bytes(1) ?? [];
    return Math.round((waitMs * (1 + byte / 0xff)) / 2);
  }

  #prepare(note: Uint8Array, text: string): OfferedCheckpoint {
    const { size, root } = parseCheckpoint(text);
    const { source } = this.#options;
    const hasher = byteTreeHasher(sha256);
    const reader = tileHashReader({ hasher, size, root, readTile: source.readTile });
    return { note, size, source, proveFrom: (oldSize) => proveConsistency(hasher, reader, oldSize, size) };
  }
}

function corrupt(name: string, size: number, problem: string): Fault {
  const hint =
    'sign nothing more with its key; begin a new origin whose first entry names the old checkpoint';
  return new Fault('log.corrupt', `the ${name} has cosigned ${size} entries, ${problem}`, {
    size,
    hint,
  });
}
