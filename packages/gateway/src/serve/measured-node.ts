/** A node whose log is measured. */
import type { Clock } from '@writ/core';
import { openNode, type WritNode } from '../node/index.ts';
import { type EventLog, type MeteredLog, meterLog, type Metrics } from '../telemetry/index.ts';
import type { GatewayOptions } from './types.ts';

/** What an operator sees of a node. */
export interface Observing {
  readonly clock: Clock;
  readonly events: EventLog;
  readonly metrics: Metrics;
}

/** Opens the node of `options.config`; keys are made where there are none. Throws as `openNode`. */
export async function openMeasuredNode(
  { config, random, beside }: GatewayOptions,
  { clock, events, metrics }: Observing,
): Promise<{ readonly node: WritNode; readonly log: MeteredLog }> {
  let log: MeteredLog | undefined;
  const node = await openNode({
    config,
    createKeys: true,
    clock,
    ...(random === undefined ? {} : { random }),
    ...(beside === undefined ? {} : { beside }),
    report: (line, level) => events.write(level ?? 'warn', 'node', line),
    wrapLog(writer) {
      log = meterLog(writer, metrics, clock);
      return log.writer;
    },
    onPolicyChange: (isInForce) => metrics.reloaded('policy', isInForce),
  });
  if (log === undefined) throw new TypeError('the log is not measured');
  return { node, log };
}
