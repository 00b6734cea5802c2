/** Tells the control plane every few seconds how this node is. Nothing depends on it being heard. */
import { describeFault, fromUtf8, isJsonObject, type Mode, parseStrictJson, utf8 } from '@writ/core';
import type { PlaneClient } from '../plane-client.ts';
import type { DecisionCounts } from './count-decisions.ts';
import type { Trouble } from './troubles.ts';

/** Time between two words where the control plane names none, and the bounds of what it may name, in milliseconds. */
const EVERY_MS = 10_000;
const [LEAST_MS, MOST_MS] = [1_000, 300_000];
const MAX_ANSWER_LENGTH = 4_096;

/** What a node says of itself. */
export interface Heartbeat {
  readonly softwareVersion: string;
  /** When this process began, milliseconds since 1970. */
  readonly since: number;
  readonly policyHash?: string;
  /** How the set in force is enforced. */
  readonly mode?: Mode;
  /** Number of the bundle in force. */
  readonly bundle?: number;
  /** Entries in its log. */
  readonly size: number;
  /** Last counter of each producer of its log, by boot. */
  readonly producers: readonly { readonly boot: string; readonly counter: number }[];
  readonly decisions: readonly DecisionCounts[];
  /** What is wrong with it now; absent for nothing. */
  readonly troubles?: readonly Trouble[];
}

/** What is needed to send them. */
export interface HeartbeatOptions {
  readonly client: Pick<PlaneClient, 'send'>;
  readonly read: () => Heartbeat;
  /** Told of what failed, once, and of the control plane coming back. */
  readonly report: (line: string, level?: 'info') => void;
  /** Resolves after `ms`, or as soon as `signal` aborts. */
  readonly pause: (ms: number, signal: AbortSignal) => Promise<void>;
}

/** Heartbeats that are sent. */
export interface Heartbeats {
  /** Idempotent. */
  close(): Promise<void>;
}

/** Sends the first at once. */
export function sendHeartbeats({ client, read, report, pause }: HeartbeatOptions): Heartbeats {
  const ending = new AbortController();
  const { signal } = ending;
  let isSilent = false;
  const send = async (): Promise<number> => {
    try {
      const body = utf8(JSON.stringify(read()));
      const answer = await client.send({ method: 'POST', path: '/v1/node/heartbeat', body, signal });
      if (answer.status !== 200) throw new Error(`it answered ${answer.status}`);
      if (isSilent) report('the control plane hears of this node again', 'info');
      isSilent = false;
      return everyOf(answer.body);
    } catch (problem) {
      if (!signal.aborted && !isSilent)
        report(`the control plane does not hear of this node: ${describeFault(problem)}`);
      isSilent = true;
      return EVERY_MS;
    }
  };
  const running = (async () => {
    while (!signal.aborted) await pause(await send(), signal);
  })();
  return {
    async close() {
      ending.abort();
      await running;
    },
  };
}

function everyOf(body: Uint8Array): number {
  const answer = parseStrictJson(fromUtf8(body), { maxLength: MAX_ANSWER_LENGTH, maxDepth: 4 });
  const every = isJsonObject(answer) ? answer['everyMs'] : undefined;
  return typeof every === 'number' ? Math.min(Math.max(every, LEAST_MS), MOST_MS) : EVERY_MS;
}
