/** Logs for tests: fixed keys, a clock that only tests move, random bytes that repeat from run to run. */
import { createHash } from 'node:crypto';
import type { BodyKey, LogIdentity, StoredLogOptions } from '../audit/index.ts';
import type { Clock, Random } from '../kernel/index.ts';

/** A clock that stands still until a test moves it. */
export interface SettableClock extends Clock {
  set(milliseconds: number): void;
}

/** A clock at `milliseconds` since 1970. */
export function settableClock(milliseconds = 1_000): SettableClock {
  let now = milliseconds;
  return {
    now: () => now,
    monotonicNs: () => BigInt(now) * 1_000_000n,
    set(value) {
      now = value;
    },
  };
}

/** Bytes that look random and follow from `seed`. For tests alone: whoever knows the seed knows them all. */
export function seededRandom(seed: string): Random {
  let block = 0;
  return {
    bytes(length) {
      block += 1;
      return new Uint8Array(
        createHash('shake256', { outputLength: length }).update(`${seed}/${block}`).digest(),
      );
    },
  };
}

/** Keys of a log for tests. */
export const SAMPLE_LOG_KEYS: {
  readonly signingKey: { readonly seed: Uint8Array };
  readonly bodyKey: BodyKey;
} = {
  signingKey: { seed: new Uint8Array(32).fill(7) },
  bodyKey: { keyId: 'body-1', key: new Uint8Array(32).fill(9) },
};

let identities = 0;

/** Identity of a log for tests; `name` tells producers apart. Each has ids of its own, as each start of a process has. */
export function sampleLogIdentity(name = 'node-1'): LogIdentity {
  identities += 1;
  return {
    origin: 'log.example/test',
    tenant: 'default',
    node: name,
    softwareVersion: '0.1.0',
    clock: settableClock(),
    random: seededRandom(`${name}/${process.pid}/${identities}`),
  };
}

/** A tenant for tests: its origin and its keys follow from its name. */
export function sampleTenant(name: string): StoredLogOptions & { readonly name: string } {
  const bytes = (use: string): Uint8Array =>
    new Uint8Array(createHash('sha256').update(`${name}/${use}`).digest());
  return {
    name,
    origin: `log.example/${name}`,
    tenant: name,
    signingKey: { seed: bytes('sign') },
    bodyKey: { keyId: `body-${name}`, key: bytes('body') },
  };
}
