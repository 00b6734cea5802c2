/** `writ up` in a process of its own, as anybody would start it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { createInterface } from 'node:readline';
import type { World } from '../story/world.ts';

/** What it says once it serves. */
interface Announced {
  readonly url: string;
  /** Endpoint of its gateway. */
  readonly gateway: string;
  /** Where the first administrator signs in. */
  readonly first_link: string;
  /** Verifier key of the gateway’s log. */
  readonly gateway_log: string;
}

/** A control plane that serves. */
export interface RunningPlane extends Announced {
  readonly child: ChildProcess;
  /** Its last words, where it ended by itself. */
  readonly ended: Promise<string>;
  /** Ends it in order; its exit code. */
  end(): Promise<number | null>;
}

/** Where it listens where that is free: a link that looks the same tomorrow. */
const PORT = 7380;

/** Starts it in the folder of `world`. Throws what it said where it does not start. */
export async function startPlane(world: World): Promise<RunningPlane> {
  const port = (await isFree(PORT)) ? PORT : 0;
  const child = spawn(world.writ, ['up', '--json', '--listen', `127.0.0.1:${port}`], {
    cwd: world.root,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr = (stderr + text).slice(-4_000)));
  const closed = once(child, 'close') as Promise<[number | null]>;
  const ended = closed.then(() => stderr);
  const line = once(createInterface({ input: child.stdout }), 'line') as Promise<[string]>;
  const first = await Promise.race([line, ended]);
  if (typeof first === 'string') throw new Error(`\`writ up\` did not start: ${first}`);
  return {
    ...(JSON.parse(first[0]) as Announced),
    child,
    ended,
    async end() {
      child.kill('SIGTERM');
      return (await closed)[0];
    },
  };
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)));
  });
}
