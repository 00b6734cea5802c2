/** Ports for time and randomness: L0–L2 never read either by themselves. */

/** Reads time. The system implementation lives in `runtime/`, a settable one in `testing/`. */
export interface Clock {
  /** Wall clock, milliseconds since 1970-01-01T00:00:00Z; may jump backwards. */
  now(): number;
  /** Nanoseconds since an arbitrary origin; never runs backwards within a process. */
  monotonicNs(): bigint;
}

/** Supplies cryptographically secure random bytes. */
export interface Random {
  /** `length` fresh bytes, 1 to 65,536. The array belongs to the caller. */
  bytes(length: number): Uint8Array;
}
