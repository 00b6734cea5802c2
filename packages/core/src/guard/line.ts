/** What one guard keeps between actions. */
import {
  createFlowWatch,
  createKillWatch,
  type FlowWatch,
  type KillWatch,
  type Timers,
} from '../runtime/index.ts';
import { createFleetShares, type FleetShares } from '../reliability/index.ts';
import type { GuardPorts } from './types.ts';

/** The ports of a guard with what it builds over them. */
export interface Line extends GuardPorts {
  readonly killWatch: KillWatch;
  readonly flowWatch: FlowWatch;
  readonly timers: Timers;
  /** How many calls wait at a hold now, by its index. */
  readonly waiters: Map<number, number>;
  /** This node's shares of the limits of a fleet; absent without a shared side. */
  readonly shares?: FleetShares;
}

/** `line` over the state as of now. INVARIANT: used up before the event loop turns; whoever waited looks again. */
export function looking(line: Line): Line {
  const seen = line.state.look?.();
  return seen === undefined ? line : { ...line, state: seen };
}

/** Builds the line's own parts over its ports. */
export function createLine(ports: GuardPorts, timers: Timers): Line {
  const killWatch = createKillWatch({ state: ports.state, timers, pollMs: ports.timings.pollMs });
  const flowWatch = createFlowWatch(ports.state, timers);
  const { leases, clock, node } = ports;
  const waiters = new Map<number, number>();
  if (leases === undefined) return { ...ports, killWatch, flowWatch, timers, waiters };
  const after = (ms: number, act: () => void): (() => void) => timers.after(ms, act);
  const shares = createFleetShares({ leases, clock, node, after });
  return { ...ports, killWatch, flowWatch, timers, waiters, shares };
}
