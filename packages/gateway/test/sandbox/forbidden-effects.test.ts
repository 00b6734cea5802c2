/**
 * Forbidden effects, each attempted by a governed command in every profile: it is refused, and its receipt is there, with how the attempt ended. The table
 * of the guide says what is found here.
 */
import { once } from 'node:events';
import { chmodSync, chownSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { createSocket } from 'node:dgram';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { type Confinement, CONFINEMENTS } from '@writ/core';
import {
  bubblewrapDriver,
  type Effect,
  EFFECTS,
  sandboxProfile,
  trialProgram,
  type TrialTargets,
} from '@writ/core/sandbox';
import { guardWorld } from '@writ/core/testing';
import { governSandboxes } from '../../src/sandbox/index.ts';

const GUIDE = join(import.meta.dirname, '../../../../docs/guide/run-a-command-confined.md');
const ARCHITECTURE = process.arch as 'x64' | 'arm64';
const IS_ROOT = process.getuid?.() === 0;
const NOBODY = 65_534;
const PERMIT = `@id("sandboxes") permit(principal, action in [Action::"sandbox/create", Action::"sandbox/exec", Action::"sandbox/remove"], resource);`;

const endings: (() => unknown)[] = [];
afterAll(async () => {
  for (const end of endings) await end();
});

const driver = bubblewrapDriver();
endings.push(() => driver.close());
const { status, detail } = await driver.probe();
const isHere = status !== 'absent' && status !== 'untested';
if (!isHere) console.warn(`SKIPPED: forbidden effects in governed sandboxes of bubblewrap: ${detail}`);

/** A command that ends with 0 where the effect happened. */
interface Attempt {
  readonly name: string;
  readonly command: readonly string[];
}

const perl = (code: string): readonly string[] => ['perl', '-e', code];

/** What listens outside, by the addresses of the attempts. */
async function outside(): Promise<{ readonly tcp: number; readonly udp: number }> {
  const server = createServer((socket) => void socket.end('here').on('error', () => {}));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const udp = createSocket('udp4', (bytes, from) => udp.send(bytes, from.port, from.address));
  udp.bind(0, '127.0.0.1');
  await once(udp, 'listening');
  endings.push(
    () => server.close(),
    () => udp.close(),
  );
  const address = server.address();
  return { tcp: typeof address === 'object' && address !== null ? address.port : 0, udp: udp.address().port };
}

const world = await outside();
const at = (port: number): string => `pack("S n C4 x8", 2, ${port}, 127, 0, 0, 1)`;
const MORE: readonly Effect[] = [
  { name: 'connect to an address', code: `socket my $s, 2, 1, 0; connect $s, ${at(world.tcp)}` },
  {
    name: 'ask a name server',
    code: `socket my $s, 2, 2, 0; send $s, "x", 0, ${at(world.udp)} or return 0; my $r = ""; vec($r, fileno $s, 1) = 1; select($r, undef, undef, 3) > 0 or return 0; sysread $s, my $b, 9`,
  },
  {
    name: 'read the environment of the process that started it',
    code: 'open my $f, "<", "/proc/$pid/environ" or return 0; length <$f>',
  },
];

/** More than the bounds of these profiles: 60 processes where 20 may be, 200 MiB where 64 may be. Each succeeds without bounds. */
const BOUNDS: readonly Attempt[] = [
  {
    name: 'start more processes than it may',
    command: perl(
      'for (1..60) { my $p = fork; exit 1 unless defined $p; if (!$p) { sleep 5; exit } } exit 0',
    ),
  },
  {
    name: 'take more memory than it may',
    command: perl(
      'my $p = fork; if (!$p) { my $size = 200 << 20; my $x = "x" x $size; exit 0 } waitpid $p, 0; exit($? == 0 ? 0 : 1)',
    ),
  },
];

const attemptsOn = (targets: TrialTargets): readonly Attempt[] => [
  ...[...EFFECTS, ...MORE].map((effect) => ({
    name: effect.name,
    command: perl(trialProgram(ARCHITECTURE, targets, [effect])),
  })),
  ...BOUNDS,
];

function placeFor(name: Confinement): TrialTargets {
  const root = mkdtempSync(join(tmpdir(), 'writ-effects-'));
  endings.push(() => rmSync(root, { recursive: true, force: true }));
  chmodSync(root, 0o755);
  const [folder, beside] = [join(root, 'folder'), join(root, 'outside')];
  mkdirSync(join(folder, 'kept/.writ'), { recursive: true });
  mkdirSync(beside);
  const [secret, hidden] = [join(beside, 'secret'), join(folder, 'kept/.writ/key')];
  for (const file of [secret, hidden]) writeFileSync(file, 'a secret');
  // It never runs as root.
  if (IS_ROOT && name === 'restrictive') chownSync(folder, NOBODY, NOBODY);
  return { folder, outside: beside, secret, hidden, pid: process.pid };
}

interface Row {
  readonly name: string;
  readonly code: string;
  readonly hasReceipt: boolean;
}

/** Attempts everything in one governed sandbox of profile `name`. */
async function rowsOf(name: Confinement): Promise<readonly Row[]> {
  const { guard, log } = await guardWorld({ policies: PERMIT });
  const targets = placeFor(name);
  const sandboxes = governSandboxes({
    guard,
    driver,
    protect: [{ path: join(targets.folder, 'kept/.writ'), access: 'hidden' }],
  });
  const made = await sandboxes.create({
    id: `effects-${name}`,
    profile: { ...sandboxProfile(name), maxProcesses: 20, maxMemoryMb: 64 },
    folder: targets.folder,
    write: [targets.folder],
    read: [],
    environment: {},
  });
  if (made.is !== 'done') throw new Error(made.enforced.message);
  const rows: Row[] = [];
  for (const attempt of attemptsOn(targets)) {
    const { enforced } = await made.value.exec(attempt.command);
    const size = log.reader.size();
    const [decision, outcome] = [size - 2, size - 1].map((index) => log.reader.entry(index).entry);
    rows.push({
      name: attempt.name,
      code: outcome?.kind === 'outcome' ? (outcome.code ?? '') : '',
      hasReceipt:
        decision?.kind === 'decision' &&
        decision.decision.verdict === 'allow' &&
        outcome?.kind === 'outcome' &&
        outcome.decisionOf === size - 2 &&
        enforced.receipt !== undefined,
    });
  }
  await made.value.remove();
  return rows;
}

/** What the guide says, by effect: a cell for each profile. */
function published(): ReadonlyMap<string, readonly string[]> {
  const section = /\n\| a command tries to \|[^\n]*\n\|[-| ]+\n((?:\|[^\n]*\n)+)/.exec(
    readFileSync(GUIDE, 'utf8'),
  );
  return new Map(
    (section?.[1] ?? '')
      .trim()
      .split('\n')
      .map((line) => line.split('|').map((cell) => cell.trim()))
      .map(([, name = '', ...cells]) => [name, cells.slice(0, CONFINEMENTS.length)]),
  );
}

describe.skipIf(!isHere)('a governed command of bubblewrap, in profile', async () => {
  const told = published();
  for (const [at, name] of CONFINEMENTS.entries()) {
    const rows = isHere ? await rowsOf(name) : [];
    test.each(rows.map((row) => [row.name, row] as const))(
      `${name}, cannot %s; its receipt says so`,
      (_what, row) => {
        expect(row).toMatchObject({
          hasReceipt: true,
          code: expect.stringMatching(/^exit\.(?:1|137)$/) as string,
        });
        expect(told.get(row.name)?.[at], 'in the table of the guide').toBe('refused');
      },
    );
    test(`${name}, is in the guide with every effect and no other`, () => {
      expect([...told.keys()]).toStrictEqual(rows.map((row) => row.name));
    });
  }
});
