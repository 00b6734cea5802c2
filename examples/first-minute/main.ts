/**
 * The first minute: a control plane with a governed session running through it, and one link to open. Where nobody can open it (no terminal and not `--live`, or `--once`) every act is played once
 * through the same gateway, checked, and the record that the control plane then has is verified; exits with 1 where anything comes out otherwise than it must.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ensureSite } from '../../packages/dashboard/build/ensure-site.ts';
import { acts } from '../story/acts.ts';
import { heading, say } from '../story/print.ts';
import { makeWorld, type World } from '../story/world.ts';
import { runLive } from './live.ts';
import { playOnce } from './once.ts';
import { type RunningPlane, startPlane } from './plane.ts';

const flags = new Set(process.argv.slice(2));
const isOnce =
  flags.has('--once') || (!flags.has('--live') && (!process.stdout.isTTY || process.env['CI'] === 'true'));

await ensureSite(() => say('Building the web interface, once …'));
say('Starting a control plane and a gateway in a folder of their own …');
const world = await makeWorld({ hasGateway: true, hold: isOnce ? '3s' : '5m' });
try {
  writeFileSync(
    join(world.root, 'writ-server.yaml'),
    'organisation: {name: First minute, administrator: {name: You}}\n',
  );
  const plane = await startPlane(world);
  process.exitCode = isOnce ? await once(world, plane) : await untilInterrupted(world, plane);
} finally {
  world.remove();
}

async function once(here: World, plane: RunningPlane): Promise<number> {
  const failures = await playOnce(here, plane, acts(here));
  say();
  say('On a terminal, `npm start` keeps running and prints a link to the web interface.');
  return failures === 0 ? 0 : 1;
}

async function untilInterrupted(here: World, plane: RunningPlane): Promise<number> {
  const ending = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => ending.abort());
  heading('Open this link. It is yours alone, and good once:');
  say(`  ${plane.first_link}`);
  say();
  say(
    'An agent works behind it: it reads, writes, tries what it must not, and asks to forget a customer. That waits for you.',
  );
  say(`Everything lies in ${here.root} and goes when you end this with Ctrl-C.`);
  await Promise.race([
    runLive(here, plane, ending.signal),
    plane.ended.then((words) => {
      if (!ending.signal.aborted) throw new Error(`the control plane ended: ${words}`);
    }),
  ]);
  say();
  say('Ending …');
  await Promise.race([plane.end(), sleep(15_000)]);
  return 0;
}
