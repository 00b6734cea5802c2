/** Asks servers that are gone whether they are back: without a caller nobody else would. */
import type { Clock, Timers } from '@writ/core';
import type { Writable } from 'node:stream';
import { probeTools } from '../mcp/index.ts';
import type { ServerTable } from './servers/index.ts';

/** What asking takes. */
export interface ProbeOptions {
  /** Data folder, absolute. */
  readonly data: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly stderr: NodeJS.WritableStream;
  readonly timers: Timers;
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
    const { data, environment, stderr, timers } = options;
    const asking = gone.map((server) =>
      probeTools(server, { data, environment, stderr: stderr as Writable, timers, prefixed: true }).then(
        () => table.saw(server.name, true),
        () => table.saw(server.name, false),
      ),
    );
    void Promise.all(asking).then(() => {
      isProbing = false;
    });
  };
}
