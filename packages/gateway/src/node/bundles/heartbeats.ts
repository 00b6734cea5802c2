/** What this node tells its control plane of itself, read from where it stands: the log, the policy in force, and what it decided. */
import {
  bundleScope,
  type Clock,
  type LogReader,
  type LogWriter,
  type PolicyDecisionPoint,
  type StateReader,
} from '@writ/core';
import type { PlaneConfiguration } from '../../config/index.ts';
import {
  createDecisionCounter,
  type DecisionCounter,
  type Heartbeats,
  type PlaneClient,
  sendHeartbeats,
  type TroubleParts,
  troublesOf,
} from '../../plane/index.ts';
import type { Report } from '../types.ts';
import { SOFTWARE_VERSION } from '../version.ts';
import { pause } from './open-plane.ts';

/** Hexadecimal digits of a bundle's number at the beginning of its mark. */
const VERSION_DIGITS = 16;

/** A writer that counts what goes through it. */
export interface CountedWriter extends LogWriter {
  readonly counter: DecisionCounter;
  /** Index of the last entry that this process wrote; absent before the first. */
  last(): number | undefined;
  /** Whether the last entry that this process had to write could not be written. */
  isFailing(): boolean;
}

/** `writer`, with the decisions that became entries counted. */
export function countedWriter(writer: LogWriter): CountedWriter {
  const counter = createDecisionCounter();
  let last: number | undefined;
  let isFailing = false;
  return {
    origin: writer.origin,
    counter,
    last: () => last,
    isFailing: () => isFailing,
    async append(draft) {
      let result: Awaited<ReturnType<LogWriter['append']>>;
      try {
        result = await writer.append(draft);
      } catch (fault) {
        isFailing = true;
        throw fault;
      }
      isFailing = false;
      if (result.status === 'committed') {
        counter.count(draft);
        last = Math.max(last ?? 0, result.index);
      }
      return result;
    },
    close: () => writer.close(),
  };
}

/** What heartbeats are read from. */
export interface HeartbeatParts {
  readonly plane: Pick<PlaneConfiguration, 'organisation' | 'environment' | 'team'>;
  readonly client: PlaneClient;
  readonly writer: Pick<CountedWriter, 'counter' | 'last' | 'isFailing'>;
  readonly troubles: Omit<TroubleParts, 'isLogFailing'>;
  readonly state: Pick<StateReader, 'epochs'>;
  readonly reader: Pick<LogReader, 'size' | 'entry'>;
  /** The policies in force. */
  readonly policy: () => Pick<PolicyDecisionPoint, 'policyHash' | 'mode'>;
  readonly clock: Clock;
  readonly report: Report;
}

/** Begins to send them. */
export function startHeartbeats(parts: HeartbeatParts): Heartbeats {
  const { plane, client, writer, state, reader, policy, troubles, clock, report } = parts;
  const { organisation, environment, team } = plane;
  const scope = bundleScope({ organisation, environment, ...(team === undefined ? {} : { team }) });
  const since = clock.now();
  return sendHeartbeats({
    client,
    report,
    pause,
    read() {
      const mark = state.epochs(scope).policyHash ?? '';
      const bundle = Number.parseInt(mark.slice(0, VERSION_DIGITS) || '0', 16);
      const last = writer.last();
      const { policyHash, mode } = policy();
      const producer = last === undefined ? undefined : reader.entry(last).entry.producer;
      return {
        softwareVersion: SOFTWARE_VERSION,
        since,
        policyHash,
        mode,
        ...(bundle === 0 ? {} : { bundle }),
        size: reader.size(),
        producers: producer === undefined ? [] : [{ boot: producer.boot, counter: producer.counter }],
        decisions: writer.counter.read(),
        troubles: troublesOf({ ...troubles, isLogFailing: writer.isFailing }),
      };
    },
  });
}
