/** Sends the log of the gateway to the control plane beside it, while both run: what was published since is looked for, and sent. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describeFault, isFault, LOG_FOLDER, replicateFolder } from '@writ/core';
import type { PolicyWitness } from '@writ/core/proof';
import { createWitnessTransport, MIRROR_DEADLINE_MS } from '@writ/gateway';

/** Time between two looks, and the longest wait after failures, in milliseconds. */
const LOOK_MS = 500;
const LONGEST_WAIT_MS = 30_000;

/** What is sent, and whereto. */
export interface SendLogOptions {
  /** Data folder of the gateway. */
  readonly data: string;
  readonly mirror: PolicyWitness;
  /** Told once of each trouble, and of its end. */
  readonly report: (line: string) => void;
}

/** It, while it is sent. */
export interface SendingLog {
  /** Sends what is published by now, and ends. Idempotent. */
  close(): Promise<void>;
}

/** Begins to send. A control plane that takes nothing stops no call: the entries stay here, and go later. */
export function sendLog(options: SendLogOptions): SendingLog {
  const ending = new AbortController();
  const transport = createWitnessTransport(MIRROR_DEADLINE_MS);
  const running = run(options, transport, ending.signal);
  let closed: Promise<void> | undefined;
  const close = async (): Promise<void> => {
    ending.abort();
    await running;
    transport.close();
  };
  return { close: () => (closed ??= close()) };
}

async function run(
  { data, mirror, report }: SendLogOptions,
  transport: ReturnType<typeof createWitnessTransport>,
  signal: AbortSignal,
): Promise<void> {
  let sent: string | undefined;
  let told: string | undefined;
  let waitMs = LOOK_MS;
  for (;;) {
    const isLast = signal.aborted;
    try {
      const published = checkpointIn(data);
      if (published !== undefined && published !== sent) {
        await replicateFolder({
          path: data,
          mirror,
          transport,
          signal: AbortSignal.timeout(MIRROR_DEADLINE_MS),
        });
        // With the cosignature that came back.
        sent = checkpointIn(data);
      }
      if (told !== undefined) report('the control plane takes the entries of the gateway again');
      [told, waitMs] = [undefined, LOOK_MS];
    } catch (fault) {
      const problem = describeFault(fault);
      if (problem !== told) report(`the control plane does not take the entries of the gateway: ${problem}`);
      told = problem;
      // Another history than the one that it has is no matter of waiting.
      if (isFault(fault, 'log.corrupt')) return;
      waitMs = Math.min(2 * waitMs, LONGEST_WAIT_MS);
    }
    if (isLast) return;
    await sleep(waitMs, undefined, { signal }).catch(() => undefined);
  }
}

function checkpointIn(data: string): string | undefined {
  try {
    return readFileSync(join(data, LOG_FOLDER, 'checkpoint'), 'utf8');
  } catch {
    return undefined;
  }
}
