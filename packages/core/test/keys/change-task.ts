/** What a process that changes the keys of a log is told. */
import { type BodyKey, createMemoryLog, type Step } from '@writ/core';
import type { VerifierKey } from '@writ/core/proof';
import { SAMPLE_LOG_KEYS, sampleLogIdentity } from '@writ/core/testing';

/** The seed and the origin that the log goes over to, or goes on under. */
export const NEXT: { readonly origin: string; readonly seed: Uint8Array } = {
  origin: 'next.example/log',
  seed: new Uint8Array(32).fill(9),
};

/** The key that bodies go over to. */
export const NEXT_BODY_KEY: BodyKey = { keyId: 'body-2', key: new Uint8Array(32).fill(4) };

/** Where the process ends as by SIGKILL. */
export type Death =
  /** In the thread that writes the log, at the step, once it was passed so many times. */
  | { readonly step: Step; readonly after: number }
  /** In the transaction that seals the state anew, before its statement of this number, or after COMMIT. */
  | { readonly statement: number | 'committed' };

/** What to do. */
export interface ChangeTask {
  /** The data folder. */
  readonly path: string;
  /** `add`: the log is told of the next key. `reseal`: the state goes over to it. `succeed`: the log ends, and another goes on. `rewrap`: bodies are wrapped anew. */
  readonly change: 'add' | 'reseal' | 'succeed' | 'rewrap';
  readonly death: Death;
}

/** The key of `seed` as a verifier is given it, for the log `origin`. */
export function verifierKeyOf(origin: string, seed: Uint8Array): VerifierKey {
  return createMemoryLog({ ...sampleLogIdentity(), ...SAMPLE_LOG_KEYS, origin, signingKey: { seed } })
    .verifierKey;
}
