/** `writ log replicate`: send what is published to a mirror, once or again and again. */
import { setTimeout as sleep } from 'node:timers/promises';
import { isFault, replicateFolder, type Replicated, systemRandom } from '@writ/core';
import type { PolicyWitness } from '@writ/core/proof';
import {
  createWitnessTransport,
  type HttpWitnessTransport,
  MIRROR_DEADLINE_MS,
  namedWitness,
  readTrustPolicy,
} from '@writ/gateway';
import { locate, type LocateOptions } from '../../data/index.ts';
import { EXIT_OK } from '../../exit-codes.ts';
import { createProgress, print, printJson, remark, visible } from '../../terminal/index.ts';
import { ended, needed } from '../serving.ts';

/** Flags of the command. */
export interface ReplicateFlags extends LocateOptions {
  readonly policy?: string;
  readonly to?: string;
  readonly follow?: boolean;
}

/** Time between two looks of `--follow`, and the first wait after a failure, in milliseconds; that one doubles. */
const FOLLOW_MS = 1_000;
const LONGEST_WAIT_MS = 60_000;

/** Sends it. With `--follow` only a conflict ends it: then the log is not the one that the mirror saw. */
export async function replicate(options: ReplicateFlags): Promise<number> {
  const { data, config } = locate(options);
  const hint = 'name the trust policy that has the key and address of the mirror';
  const file = needed(options.policy ?? config?.witnesses, '--policy', hint);
  const name = needed(
    options.to ?? config?.replicate[0],
    '--to',
    'the name of the mirror in the trust policy',
  );
  const mirror = namedWitness(readTrustPolicy(file), name, file);
  const transport = createWitnessTransport(MIRROR_DEADLINE_MS);
  try {
    if (options.follow === true) await follow(data, { mirror, transport }, options.json === true);
    else tell(await send(data, { mirror, transport }, new AbortController().signal), options.json === true);
  } finally {
    transport.close();
  }
  return EXIT_OK;
}

interface Towards {
  readonly mirror: PolicyWitness;
  readonly transport: HttpWitnessTransport;
}

function send(path: string, towards: Towards, signal: AbortSignal): Promise<Replicated> {
  return replicateFolder({
    path,
    ...towards,
    signal,
    progress: createProgress('entries held by the mirror'),
  });
}

async function follow(path: string, towards: Towards, json: boolean): Promise<void> {
  const ending = new AbortController();
  void ended().then(() => ending.abort());
  let [waitMs, size] = [FOLLOW_MS, -1];
  while (!ending.signal.aborted) {
    try {
      const replicated = await send(path, towards, ending.signal);
      if (replicated.size !== size) tell(replicated, json);
      [waitMs, size] = [FOLLOW_MS, replicated.size];
    } catch (fault) {
      const isAway = isFault(fault, 'upstream.protocol') || isFault(fault, 'log.missing');
      if (!isAway) throw fault;
      if (!ending.signal.aborted) remark(`writ: ${fault.message}`);
      waitMs = Math.min(LONGEST_WAIT_MS, 2 * waitMs);
    }
    await sleep(spread(waitMs), undefined, { signal: ending.signal }).catch(() => {});
  }
}

/** Between half of `waitMs` and all of it, so that nodes which lost one mirror do not all come back at once. */
function spread(waitMs: number): number {
  const [byte = 0] = systemRandom.bytes(1);
  return (waitMs * (1 + byte / 0xff)) / 2;
}

function tell({ origin, size }: Replicated, json: boolean): void {
  if (json) printJson({ origin, size });
  else print(`${visible(origin)}: ${size} entries are held and cosigned by the mirror`);
}
