/** What one guard keeps between actions. */
import { createKillWatch, type KillWatch, type Timers } from '../runtime/index.ts';
import type { GuardPorts } from './types.ts';

/** The ports of a guard with what it builds over them. */
export interface Line extends GuardPorts {
  readonly killWatch: KillWatch;
  readonly timers: Timers;
}

/** Builds the line's own parts over its ports. */
export function createLine(ports: GuardPorts, timers: Timers): Line {
  const killWatch = createKillWatch({ state: ports.state, timers, pollMs: ports.timings.pollMs });
  return { ...ports, killWatch, timers };
}
