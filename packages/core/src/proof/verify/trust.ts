/** What the verifier brings, and what a signed checkpoint is worth under it. */
import type { Sha256 } from '../merkle/index.ts';
import type { VerifierKey, VerifySignature } from '../note/index.ts';

/** Keys and functions of the verifier. INVARIANT: none of it comes from the log. */
export interface Trust {
  readonly sha256: Sha256;
  /** The same hash as 32 latin1 characters, where that is faster; default made from `sha256`. */
  readonly sha256Latin1?: (data: Uint8Array) => string;
  readonly verifySignature: VerifySignature;
  /**
   * Keys of the log (`ed25519`, `ml-dsa-44`), several during rotation. The name of the one that signed is the origin that must stand
   * in the checkpoint.
   */
  readonly keys: readonly VerifierKey[];
  /** Keys of witnesses (`cosignature/v1`, `ml-dsa-44`); default none. */
  readonly witnesses?: readonly VerifierKey[];
  /** Witnesses that must have cosigned; default 0. */
  readonly minimumWitnesses?: number;
  /** Whether these, of `witnesses`, are enough, where counting them does not tell; default: `minimumWitnesses` are. */
  readonly hasQuorum?: (cosigners: readonly VerifierKey[]) => boolean;
}

/** What a checkpoint says. */
export interface ReadCheckpoint {
  /** All lines above the blank one, which is what a log signs. */
  readonly text: string;
  readonly origin: string;
  readonly size: number;
  /** 32 latin1 characters. */
  readonly root: string;
  readonly extensions: readonly string[];
}

/** A checkpoint that could be read. `signed` only where a trusted key of this origin signed it. */
export interface OpenedCheckpoint {
  readonly checkpoint: ReadCheckpoint;
  readonly signed: boolean;
  /** The trusted witnesses that cosigned it, each public key once and never the log's own. */
  readonly witnesses: readonly VerifierKey[];
}

/** A noted checkpoint that a trusted key signed; `place` is which of the caller's it is, for messages. */
export interface NotedCheckpoint extends OpenedCheckpoint {
  readonly place: string;
}

/** An entry as far as verification reads it; any field may be missing or of another type. */
export interface ReadEntry {
  readonly kind?: unknown;
  readonly origin?: unknown;
  readonly id?: unknown;
  readonly time?: unknown;
  readonly decisionOf?: unknown;
  readonly inputCommitment?: unknown;
  readonly commitments?: unknown;
  readonly producer?: {
    readonly boot?: unknown;
    readonly counter?: unknown;
    readonly previous?: unknown;
  } | null;
  readonly timeFloor?: unknown;
  readonly witnessedSize?: unknown;
}

/** What somebody who holds a sealed body shows of one entry: `body` and, if it is to be compared, `entry`, as `writ log show --json` prints them. */
export interface Disclosed {
  readonly entry?: unknown;
  readonly body: {
    readonly fields?: Readonly<Record<string, unknown>>;
    /** Standard base64 of 32 bytes, by field; that of the whole input under `input`. */
    readonly salts?: Readonly<Record<string, unknown>>;
    readonly input?: unknown;
  };
}
