/** An agent that goes on until it is ended: what it may do, what it tries, and what it must ask for. */
import { setTimeout as sleep } from 'node:timers/promises';
import { type Act, acts } from '../story/acts.ts';
import type { Agent } from '../story/client.ts';
import type { World } from '../story/world.ts';
import { connectOverHttp } from './agent.ts';
import type { RunningPlane } from './plane.ts';

/** Between two calls, in milliseconds: as fast as one follows with the eye; the first ones faster, so that the first screen is not empty. */
const PACE_MS = 2_500;
const FIRST_PACE_MS = 150;
/** Between an answer to what was held and the next question, in milliseconds. */
const ASK_AGAIN_MS = 20_000;
/** Longer than a call is held, in milliseconds. */
const CALL_MS = 400_000;
/** A gateway that stopped the agent begins no session: it is asked again after this long, in milliseconds. */
const RECONNECT_MS = 2_000;

/** Plays until `signal`. Rejects for nothing that the gateway answers: being refused is what is shown. */
export async function runLive(world: World, { gateway }: RunningPlane, signal: AbortSignal): Promise<void> {
  const all = acts(world).filter(({ before }) => before === undefined);
  const plain = all.filter(({ meanwhile, expected }) => meanwhile === undefined && expected !== 'step_up');
  const held = all.filter(({ meanwhile }) => meanwhile === 'approve');
  await Promise.all([
    forEver(gateway, signal, plain, (round) => (round === 0 ? FIRST_PACE_MS : PACE_MS)),
    forEver(gateway, signal, held, () => ASK_AGAIN_MS),
  ]);
}

async function forEver(
  gateway: string,
  signal: AbortSignal,
  acting: readonly Act[],
  paceMs: (round: number) => number,
): Promise<void> {
  let agent: Agent | undefined;
  for (let round = 0; !signal.aborted; round += 1)
    for (const { tool, args } of acting) {
      if (signal.aborted) break;
      try {
        agent ??= await connectOverHttp(gateway, CALL_MS);
        // A held call ends with the process; nobody waits for it at the end.
        await Promise.race([agent.call(tool, args, () => undefined), aborted(signal)]);
        await pause(paceMs(round), signal);
      } catch {
        agent = undefined;
        await pause(RECONNECT_MS, signal);
      }
    }
  await agent?.close().catch(() => undefined);
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal }).catch(() => undefined);
}
