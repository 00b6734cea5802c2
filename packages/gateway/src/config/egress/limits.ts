/** `egress.limits`: what they are where nobody says otherwise, and how far they may be moved. */
import {
  count,
  DAY,
  KIB,
  type LimitFields,
  MIB,
  MINUTE,
  readLimits,
  SECOND,
  size,
  time,
} from '../limits/index.ts';
import type { PlacedValue } from '../read-yaml.ts';
import type { EgressLimits } from './types.ts';

/** Sizes are written in MiB at most: a million of them. */
const MOST_BYTES: number = 999_999_999 * MIB;

/** Connections for a busy machine; times as clients of proxies commonly have them. */
export const DEFAULT_EGRESS_LIMITS: EgressLimits = {
  connections: 2_048,
  headBytes: 32 * KIB,
  headers: 100,
  headMs: 10 * SECOND,
  idleMs: 5 * MINUTE,
  resolveMs: 5 * SECOND,
  connectMs: 10 * SECOND,
  lifetimeMs: 60 * MINUTE,
  bodyBytes: MIB,
};

/** The name of each limit in `writ.yaml`, and its bounds. */
const FIELDS: LimitFields<EgressLimits> = {
  bytesUp: ['bytesUp', size(1, MOST_BYTES)],
  bytesDown: ['bytesDown', size(1, MOST_BYTES)],
  bytesPerSecond: ['bytesPerSecond', size(KIB, MOST_BYTES)],
  connections: ['connections', count(1, 100_000)],
  head: ['headBytes', size(2 * KIB, 256 * KIB)],
  headers: ['headers', count(16, 1_000)],
  headTime: ['headMs', time(100, MINUTE)],
  idle: ['idleMs', time(100, DAY)],
  resolve: ['resolveMs', time(100, MINUTE)],
  connect: ['connectMs', time(100, MINUTE)],
  lifetime: ['lifetimeMs', time(SECOND, DAY)],
  body: ['bodyBytes', size(KIB, 64 * MIB)],
};

/** The limits in `value`, which need not name all. */
export function parseEgressLimits(value: PlacedValue): EgressLimits {
  return readLimits(value, FIELDS, DEFAULT_EGRESS_LIMITS);
}
