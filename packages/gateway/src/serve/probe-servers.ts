/** Asks servers that are gone whether they are back: without a caller nobody else would. */
import type { Clock, Timers } from '@writ/core';
import type { Writable } from 'node:stream';
import { type GatewayPorts, probeTools, type UpstreamConfig } from '../mcp/index.ts';
import type { ServerTable } from './servers/index.ts';

/** What asking takes. */
export interface ProbeOptions {
  /** Data folder, absolute. */
  readonly data: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly stderr: NodeJS.WritableStream;
  readonly timers: Timers;
  /** Who is stopped: nothing is shown for them. */
  readonly stops: GatewayPorts['stops'];
  readonly clock: Pick<Clock, 'monotonicNs'>;
  /** Whether servers are opened by another way than their configuration says: then they are not asked. */
  readonly isInjected: boolean;
}

/** Between two attempts, in milliseconds: starting a server is costly, and probes come often. */
const PROBE_EVERY_MS = 10_000;
const NS_PER_MS = 1_000_000n;

/** Begins an attempt, at most every {@link PROBE_EVERY_MS}; what it finds is seen by the next reading of the table. */
export function probeServers(table: ServerTable, options: ProbeOptions): () => void {
  let isProbing = false;
  let triedNs: bigint | undefined;
  return () => {
    const now = options.clock.monotonicNs();
    const isEarly = triedNs !== undefined && now - triedNs < BigInt(PROBE_EVERY_MS) * NS_PER_MS;
    if (isProbing || isEarly || options.isInjected) return;
    isProbing = true;
    triedNs = now;
    const health = table.health();
    const gone = table.servers.filter(({ name }) => health.get(name) === false);
    void lookAt(table, gone, options).then(() => {
      isProbing = false;
    });
  };
}

/** Asks `servers` now. Never rejects. */
export async function lookAt(
  table: ServerTable,
  servers: readonly UpstreamConfig[],
  { data, environment, stderr, timers, stops }: Omit<ProbeOptions, 'clock' | 'isInjected'>,
): Promise<void> {
  const options = { data, environment, stderr: stderr as Writable, timers, stops, prefixed: true };
  await Promise.all(
    servers.map((server) =>
      probeTools(server, options).then(
        () => table.saw(server.name, true),
        () => table.saw(server.name, false),
      ),
    ),
  );
}
