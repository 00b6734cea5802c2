// What a confined start costs: `true` plain, under bubblewrap alone, in a sandbox of each profile, and with the way to the egress proxy; and how much the relay carries.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bubblewrapDriver, sandboxProfile, type SandboxProfile } from '@writ/core/sandbox';

const STARTS = 200;
const WARM = 20;
/** Bytes that go through the relay. */
const CARRIED = 512 * 1024 * 1024;

const driver = bubblewrapDriver();
const { status, detail } = await driver.probe();
const place = mkdtempSync(join(tmpdir(), 'writ-bench-'));
chmodSync(place, 0o755);
if (status === 'ready') await measureAll();
else console.error(`SKIPPED: ${detail}`);
await driver.close();
rmSync(place, { recursive: true, force: true });

async function measureAll(): Promise<void> {
  await starts('plain', {}, plain(['/bin/true']));
  await starts(
    'bubblewrap-alone',
    {},
    plain(['bwrap', '--unshare-all', '--ro-bind', '/', '/', '--', '/bin/true']),
  );
  for (const name of ['permissive', 'moderate', 'restrictive'] as const) {
    const profile: SandboxProfile = { ...sandboxProfile(name), demands: [] };
    await starts('sandbox', { profile: name }, confined(profile));
  }
  const socketPath = join(place, 'egress.sock');
  const server = createServer((socket) => {
    socket.on('error', () => {});
    const block = Buffer.alloc(256 * 1024);
    let left = CARRIED;
    const more = (): void => {
      while (left > 0) {
        left -= block.length;
        if (!socket.write(block)) return void socket.once('drain', more);
      }
      socket.end();
    };
    socket.once('data', more);
  });
  server.listen(socketPath);
  await once(server, 'listening');
  await starts(
    'sandbox-with-egress',
    { profile: 'moderate' },
    confined(sandboxProfile('moderate'), { socketPath }),
  );
  await carried(socketPath);
  server.close();
}

function plain([program = '', ...words]: readonly string[]): () => Promise<void> {
  return async () => {
    const child = spawn(program, words, { stdio: ['pipe', 'pipe', 'pipe'] });
    const [code] = (await once(child, 'exit')) as [number];
    if (code !== 0) throw new Error(`${program} ended with ${code}`);
  };
}

/** The sandbox is made, runs a command and is removed. */
function confined(profile: SandboxProfile, egress?: { readonly socketPath: string }): () => Promise<void> {
  let count = 0;
  return async () => {
    const sandbox = await driver.create({
      id: `bench-${(count += 1)}`,
      profile,
      folder: place,
      write: [],
      read: [],
      environment: {},
      protect: [],
      ...(egress === undefined ? {} : { egress }),
    });
    const { exitCode } = await sandbox.exec(['/bin/true']).end;
    if (exitCode !== 0) throw new Error(`a sandbox ended with ${exitCode}`);
    await sandbox.remove();
  };
}

async function starts(
  name: string,
  params: Readonly<Record<string, string>>,
  act: () => Promise<void>,
): Promise<void> {
  const times: number[] = [];
  for (let at = 0; at < WARM + STARTS; at += 1) {
    const began = performance.now();
    await act();
    if (at >= WARM) times.push(performance.now() - began);
  }
  times.sort((left, right) => left - right);
  const at = (share: number): number => Math.round((times[Math.floor(times.length * share)] ?? 0) * 1000);
  console.log(
    JSON.stringify({ name, params, starts: STARTS, p50_us: at(0.5), p90_us: at(0.9), p99_us: at(0.99) }),
  );
}

async function carried(socketPath: string): Promise<void> {
  const sandbox = await driver.create({
    id: 'bench-carries',
    profile: sandboxProfile('moderate'),
    folder: place,
    write: [],
    read: [],
    environment: {},
    protect: [],
    egress: { socketPath },
  });
  const code =
    'socket my $s, 2, 1, 0; connect $s, pack("S n C4 x8", 2, 3128, 127, 0, 0, 1) or die; syswrite $s, "x"; my ($all, $n) = (0, 0); $all += $n while $n = sysread $s, my $b, 262144; print $all';
  const began = performance.now();
  const running = sandbox.exec(['perl', '-e', code]);
  let text = '';
  running.stdout?.on('data', (bytes: Buffer) => (text += String(bytes)));
  await running.end;
  const seconds = (performance.now() - began) / 1000;
  await sandbox.remove();
  if (Number(text) < CARRIED) throw new Error(`only ${text} bytes came`);
  console.log(
    JSON.stringify({
      name: 'relay',
      params: { bytes: CARRIED },
      mb_per_second: Math.round(CARRIED / 1e6 / seconds),
    }),
  );
}
