/** `gateway.limits`: what they are where nobody says otherwise, and how far they may be moved. */
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
import { readDuration, readFields } from '../shape.ts';
import type { DrainConfiguration, GatewayLimits } from './types.ts';

/** Bodies as in the official SDKs; connections and streams for 10,000 idle clients and some room. */
export const DEFAULT_LIMITS: GatewayLimits = {
  bodyBytes: 4 * MIB,
  headBytes: 16 * KIB,
  headers: 100,
  connections: 12_000,
  requestsPerConnection: 100_000,
  streams: 12_000,
  streamsPerSession: 12_000,
  sessions: 10_000,
  sessionsPerPrincipal: 1_000,
  headMs: 10 * SECOND,
  requestMs: 30 * SECOND,
  // Longer than the 60 s after which proxies commonly end theirs, so that none sends into a connection that ends.
  keepAliveMs: 65 * SECOND,
  sessionIdleMs: 30 * MINUTE,
};

/** Calls are given the time that orchestrators commonly leave before they kill (30 s), less some. */
export const DEFAULT_DRAIN: DrainConfiguration = { announceMs: 0, finishMs: 20 * SECOND };

/** The name of each limit in `writ.yaml`, and its bounds. */
const FIELDS: LimitFields<GatewayLimits> = {
  body: ['bodyBytes', size(KIB, 64 * MIB)],
  head: ['headBytes', size(2 * KIB, 256 * KIB)],
  headers: ['headers', count(16, 1_000)],
  connections: ['connections', count(1, 100_000)],
  requestsPerConnection: ['requestsPerConnection', count(1, 10_000_000)],
  streams: ['streams', count(1, 100_000)],
  streamsPerSession: ['streamsPerSession', count(1, 100_000)],
  sessions: ['sessions', count(1, 100_000)],
  sessionsPerPrincipal: ['sessionsPerPrincipal', count(1, 100_000)],
  headTime: ['headMs', time(SECOND, MINUTE)],
  requestTime: ['requestMs', time(SECOND, 10 * MINUTE)],
  keepAlive: ['keepAliveMs', time(SECOND, 60 * MINUTE)],
  sessionIdle: ['sessionIdleMs', time(10 * SECOND, DAY)],
};

/** The limits in `value`, which need not name all. */
export function parseLimits(value: PlacedValue): GatewayLimits {
  return readLimits(value, FIELDS, DEFAULT_LIMITS);
}

/** `gateway.drain`. */
export function parseDrain(value: PlacedValue): DrainConfiguration {
  const fields = readFields(value, ['announce', 'finish']);
  const announce = fields.get('announce');
  const finish = fields.get('finish');
  return {
    announceMs: announce === undefined ? DEFAULT_DRAIN.announceMs : readDuration(announce, 0, 5 * MINUTE),
    finishMs: finish === undefined ? DEFAULT_DRAIN.finishMs : readDuration(finish, 0, 60 * MINUTE),
  };
}
