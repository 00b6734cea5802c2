/** What must hold for a gateway to be ready, looked at over its parts. */
import { type Clock, type EntryDraft, HEARTBEAT_MS, isReserveHeld, type Timers } from '@writ/core';
import { readLogPlace } from '../log/index.ts';
import type { WritNode } from '../node/index.ts';
import type { MeteredLog } from '../telemetry/index.ts';
import { probeServers } from './probe-servers.ts';
import {
  checkClock,
  checkPolicy,
  checkReadiness,
  checkServers,
  createLogCheck,
  type NamedCheck,
  type Readiness,
} from './readiness/index.ts';
import type { ServerTable } from './servers/index.ts';
import type { GatewayOptions } from './types.ts';

/** Retention class of what is written to see whether the log takes entries. */
const RETENTION_CLASS = 'log';

/** The parts that are looked at. */
export interface ReadinessParts {
  readonly options: GatewayOptions;
  readonly node: WritNode;
  readonly log: MeteredLog;
  readonly table: ServerTable;
  readonly state: { readonly hasStarted: boolean; readonly isDraining: boolean };
  readonly clock: Clock;
  readonly timers: Timers;
  readonly stderr: NodeJS.WritableStream;
}

/** Looks at all of them. */
export function readinessOf({
  options,
  node,
  log,
  table,
  state,
  clock,
  timers,
  stderr,
}: ReadinessParts): () => Promise<Readiness> {
  const { data } = node.config;
  const isInFolder = readLogPlace(data).kind === 'folder';
  const draft: () => EntryDraft = () => ({
    detail: { kind: 'heartbeat', heartbeat: { everyMs: HEARTBEAT_MS } },
    tenant: node.tenant,
    time: clock.now(),
    monotonicNs: clock.monotonicNs(),
    retentionClass: RETENTION_CLASS,
    committed: {},
    concerns: [],
  });
  const checkLog = createLogCheck({
    health: log.health,
    beat: () => node.log.append(draft()),
    hasReserve: () => !isInFolder || isReserveHeld(data),
    clock,
    timers,
  });
  const { environment, openServer } = options;
  const probe = probeServers(table, {
    data,
    environment,
    stderr,
    timers,
    stops: node.stops,
    clock,
    isInjected: openServer !== undefined,
  });
  const checks: readonly NamedCheck[] = [
    {
      name: 'started',
      look: () => ({
        name: 'started',
        ok: state.hasStarted,
        reason: state.hasStarted ? 'it serves' : 'servers are asked for their tools',
      }),
    },
    {
      name: 'draining',
      look: () => ({
        name: 'draining',
        ok: !state.isDraining,
        reason: state.isDraining ? 'it goes down' : 'it stays up',
      }),
    },
    { name: 'log', look: checkLog },
    { name: 'policy', look: () => checkPolicy(node.policy, node.state) },
    { name: 'clock', look: () => checkClock(clock, node.state) },
    {
      name: 'servers',
      look() {
        const check = checkServers(table.health());
        if (!check.ok) probe();
        return check;
      },
    },
  ];
  return () => checkReadiness(checks);
}
