/** Forbidden effects, attempted from inside of every driver and profile: each is refused, and the same outside happens. */
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { chmodSync, copyFileSync, existsSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { CONFINEMENTS, type Confinement } from '../../model/index.ts';
import { driversHere, followed, IS_ROOT, makePlace, type Place, runOutside, sandboxAt } from './fixtures.ts';
import { sandboxProfile } from './profiles.ts';
import type { Architecture } from './seccomp/index.ts';
import { type Effect, EFFECTS, readTrials, trialProgram } from './trials.ts';
import type { SandboxDriver } from './types.ts';

const endings: (() => unknown)[] = [];
afterAll(async () => {
  for (const end of endings) await end();
});

/** What listens outside. */
async function listening(server: Server, at: number | string): Promise<Server> {
  if (typeof at === 'number') server.listen(at, '127.0.0.1');
  else server.listen(at);
  await once(server, 'listening');
  endings.push(() => server.close());
  return server;
}

const answering = (): Server => createServer((socket) => void socket.end('here').on('error', () => {}));

async function outsideWorld(place: Place): Promise<readonly Effect[]> {
  const tcp = (await listening(answering(), 0)).address();
  const port = typeof tcp === 'object' && tcp !== null ? tcp.port : 0;
  const path = join(place.outside, 'socket');
  await listening(answering(), path);
  const abstract = `writ-test-${process.pid}-${place.root}`;
  await listening(answering(), `\0${abstract}`);
  const udp = createSocket('udp4', (bytes, from) => udp.send(bytes, from.port, from.address));
  udp.bind(0, '127.0.0.1');
  await once(udp, 'listening');
  endings.push(() => udp.close());
  const address = (to: number): string => `pack("S n C4 x8", 2, ${to}, 127, 0, 0, 1)`;
  const setuid = join(place.folder, 'identity');
  copyFileSync('/usr/bin/id', setuid);
  chmodSync(setuid, 0o4755);
  return [
    { name: 'connect to an address', code: `socket my $s, 2, 1, 0; connect $s, ${address(port)}` },
    {
      name: 'ask a name server',
      code: `socket my $s, 2, 2, 0; send $s, "x", 0, ${address(udp.address().port)} or return 0; my $r = ""; vec($r, fileno $s, 1) = 1; select($r, undef, undef, 3) > 0 or return 0; sysread $s, my $b, 9`,
    },
    {
      name: 'connect to a socket outside',
      code: `socket my $s, 1, 1, 0; connect $s, pack("S a*", 1, "${path}\\0")`,
    },
    {
      name: 'connect to an abstract socket',
      code: `socket my $s, 1, 1, 0; connect $s, pack("S a*", 1, "\\0${abstract}")`,
    },
    {
      name: 'become root by a program’s mode',
      code: `if ($< == 0) { $) = "65534 65534"; ($<, $>) = (65534, 65534) } my $id = qx(${setuid} -u); $id eq "0\\n"`,
      needsRoot: true,
    },
    {
      name: 'read the environment of a process outside',
      code: 'open my $f, "<", "/proc/$pid/environ" or return 0; length <$f>',
    },
  ];
}

const architecture = process.arch as Architecture;
/** Profiles, each over a folder of whom it may run as. */
const OWNERS: Readonly<Record<Confinement, 'caller' | 'ordinary'>> = {
  permissive: 'caller',
  moderate: 'caller',
  restrictive: 'ordinary',
};

async function attempts(
  driver: SandboxDriver,
  name: Confinement,
): Promise<readonly { effect: Effect; inside: string; outside: string }[]> {
  // Containers refuse a folder of root's.
  const place = makePlace(driver.name === 'bubblewrap' ? OWNERS[name] : 'ordinary');
  endings.push(() => place.remove());
  const effects = [...EFFECTS, ...(await outsideWorld(place))];
  const program = ['perl', '-e', trialProgram(architecture, place, effects)];
  const sandbox = await sandboxAt(driver, sandboxProfile(name), place);
  const { out, err } = await followed(sandbox.exec(program));
  expect(err).toBe('');
  await sandbox.remove();
  const inside = readTrials(out, effects);
  const outside = readTrials(await runOutside(program), effects);
  const told = (tried: (typeof inside)[number]): string =>
    tried === undefined ? 'ended' : tried.happened ? 'happened' : 'refused';
  return effects.map((effect, index) => ({
    effect,
    inside: told(inside[index]),
    outside: told(outside[index]),
  }));
}

for (const { driver, lacks } of await driversHere()) {
  describe.skipIf(lacks !== undefined).each(CONFINEMENTS)(
    `${driver.name}, profile %s, refuses to`,
    async (name) => {
      const tried = lacks === undefined ? await attempts(driver, name) : [];
      const skipped = IS_ROOT ? [] : tried.filter(({ effect }) => effect.needsRoot === true);
      if (skipped.length > 0)
        console.warn(
          `SKIPPED: only root can do outside: ${skipped.map(({ effect }) => effect.name).join(', ')}`,
        );
      const rows = tried.filter((row) => !skipped.includes(row));
      test.each(rows.map((row) => [row.effect.name, row] as const))(
        '%s, which happens outside',
        (_name, { inside, outside }) => {
          expect({ inside, outside }).toStrictEqual({ inside: 'refused', outside: 'happened' });
        },
      );

      test('leave anything outside', () => {
        expect(existsSync('/usr/writ-trial')).toBe(false);
      });
    },
  );
  endings.push(() => driver.close());
}
