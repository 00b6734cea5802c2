// `writ mirror` and `writ log replicate`: a centre and a node as processes, killed at any time.
import { type ChildProcessWithoutNullStreams, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { formatVerifierKey } from '@writ/core/proof';
import { sampleLog, sampleSigner } from '@writ/core/testing';
import { eventually, Scratch } from './harness.ts';

const VERIFIER = join(import.meta.dirname, '../../core/verify/verify.mjs');

interface Announced {
  readonly url: string;
  readonly keys: readonly [string];
  readonly log: string;
}

interface Status {
  readonly logs: readonly {
    readonly origin: string;
    readonly held: number;
    readonly cosigned: number;
    readonly folder: string;
    readonly retiredAt: number | null;
    readonly evidence: readonly { readonly kind: string }[];
  }[];
}

let scratch: Scratch;
let centre: ChildProcessWithoutNullStreams;
let announced: Announced;
let port = 0;

async function startMirror(): Promise<void> {
  const args = ['mirror', '--data', 'centre', '--key', 'k/m.key', '--port', `${port}`, '--json'];
  centre = spawn(Scratch.launcher, args, { cwd: scratch.folder, env: scratch.environment });
  const [line] = (await once(createInterface(centre.stdout), 'line')) as [string];
  announced = JSON.parse(line) as Announced;
  port = Number(new URL(announced.url).port);
}

async function kill(child: ChildProcessWithoutNullStreams): Promise<void> {
  const closed = once(child, 'close');
  child.kill('SIGKILL');
  await closed;
}

function logKeyFile(): string {
  const [name = ''] = readdirSync(scratch.path('xdg/writ/trust'));
  return scratch.path('xdg/writ/trust', name);
}

async function call(times: number): Promise<string> {
  const client = await scratch.gateway();
  for (let at = 0; at < times; at += 1) await client.call('read');
  await client.close();
  return client.stderr;
}

const status = (): Status => scratch.json('mirror', 'status', '--data', 'centre') as unknown as Status;
const nodeCopy = (): Status['logs'][number] =>
  status().logs.find(({ origin }) => origin.startsWith('writ.local'))!;
const copyOf = (): string => nodeCopy().folder;
const sizeOf = (folder: string): number =>
  Number(readFileSync(join(folder, 'log/checkpoint'), 'utf8').split('\n')[1]);

beforeAll(async () => {
  scratch = new Scratch();
  scratch.mustInit('--trust');
  const mirrorKey = scratch.run('witness', 'key', 'k/m.key', '--name', 'mirror.example/m1').stdout.trim();
  scratch.write('m.vkey', `${mirrorKey}\n`);
  scratch.run('mirror', 'enrol', logKeyFile(), '--data', 'centre');
  await startMirror();
  const logKey = readFileSync(logKeyFile(), 'utf8').trim();
  scratch.write('policy.txt', `log ${logKey}\nwitness centre ${mirrorKey} ${announced.url}\nquorum centre\n`);
  appendFileSync(scratch.path('writ.yaml'), '\nwitnesses: policy.txt\nreplicate: [centre]\n');
  await call(2);
}, 60_000);
afterAll(async () => {
  centre.kill('SIGKILL');
  await scratch.remove();
});

describe('a gateway that replicates', () => {
  test('sends its log as it publishes, and the cosignature counts', () => {
    scratch.write('checkpoint', scratch.run('log', 'checkpoint').stdout);
    const { stdout } = scratch.run('witness', 'verify', 'checkpoint', '--policy', 'policy.txt');
    expect(stdout).toContain('cosigned by centre at 20');
    expect(stdout).toContain('witnessed 1 of 1, enough for the quorum');
    const log = nodeCopy();
    expect(log).toMatchObject({ held: sizeOf(scratch.path('.writ')), evidence: [], retiredAt: null });
    expect(log.cosigned).toBe(log.held);
  });

  test('has a copy at the centre that verifies there as any log does, by both verifiers', () => {
    const folder = copyOf();
    const flags = ['--key', logKeyFile(), '--witness', 'm.vkey', '--quorum', '1'];
    const report = scratch.json('log', 'verify', folder, ...flags);
    expect(report).toMatchObject({ ok: true, size: sizeOf(scratch.path('.writ')), problems: [] });
    const alone = spawnSync(process.execPath, [VERIFIER, join(folder, 'log'), '--key', logKeyFile()], {
      encoding: 'utf8',
      cwd: scratch.folder,
    });
    expect([alone.status, alone.stderr]).toEqual([0, '']);
  });

  test('goes on by itself after the centre was killed, restarted, and killed again', async () => {
    await kill(centre);
    await call(2);
    await startMirror();
    await call(1);
    await kill(centre);
    await startMirror();
    await call(1);
    expect(nodeCopy().cosigned).toBe(sizeOf(scratch.path('.writ')));
    expect(scratch.json('log', 'verify', copyOf(), '--key', logKeyFile())).toMatchObject({ ok: true });
  });
});

describe('writ log replicate', () => {
  test('sends what was published while the centre was away, and again changes nothing', async () => {
    await kill(centre);
    await call(3);
    const away = scratch.run('log', 'replicate');
    expect([away.status, away.stderr]).toEqual([74, expect.stringContaining('did not take the log')]);
    await startMirror();
    const size = sizeOf(scratch.path('.writ'));
    for (let times = 0; times < 2; times += 1) {
      const { status: code, stdout } = scratch.run(
        'log',
        'replicate',
        '--to',
        'centre',
        '--policy',
        'policy.txt',
      );
      expect([code, stdout]).toEqual([0, expect.stringContaining(`: ${size} entries are held and cosigned`)]);
    }
    expect(scratch.run('witness', 'verify', '.writ/log/checkpoint', '--policy', 'policy.txt').status).toBe(0);
  });

  test('follows until it is ended, over a centre that is killed', async () => {
    const follower = spawn(Scratch.launcher, ['log', 'replicate', '--follow', '--json'], {
      cwd: scratch.folder,
      env: scratch.environment,
    });
    const sizes: number[] = [];
    createInterface(follower.stdout).on('line', (line) =>
      sizes.push((JSON.parse(line) as { size: number }).size),
    );
    await eventually(() => sizes[0]);
    await kill(centre);
    await call(2);
    await startMirror();
    const size = sizeOf(scratch.path('.writ'));
    await eventually(() => sizes.find((seen) => seen === size));
    const ended = once(follower, 'close');
    follower.kill('SIGTERM');
    expect(await ended).toEqual([0, null]);
  }, 60_000);

  test('says what is missing, or not named by the policy', () => {
    const nobody = scratch.run('log', 'replicate', '--to', 'nobody');
    expect([nobody.status, nobody.stderr]).toEqual([2, expect.stringContaining('names no `nobody`')]);
    const nowhere = scratch.run(
      'log',
      'replicate',
      '--data',
      '.writ',
      '--policy',
      'none.txt',
      '--to',
      'centre',
    );
    expect([nowhere.status, nowhere.stderr]).toEqual([
      2,
      expect.stringContaining('cannot read the trust policy'),
    ]);
  });
});

/** A published log of `count` entries in folder `data`, and its verifier key; its node is not needed to send it. */
function publishLarge(data: string, count: number): string {
  const origin = 'large.example/log';
  const entries = Array.from({ length: count }, (_, index) => {
    const producer = { boot: 'B', counter: index, previous: index === 0 ? null : index - 1 };
    const place = { time: index, producer, timeFloor: index, witnessedSize: 0 };
    return Buffer.from(JSON.stringify({ origin, text: 'x'.repeat(300), ...place }));
  });
  const log = sampleLog(entries, sampleSigner(origin, 8));
  for (const [path, bytes] of log.files) {
    const file = scratch.path(data, 'log', path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, bytes);
  }
  return formatVerifierKey(log.signer.key);
}

describe('processes that are killed while thousands of entries are sent', () => {
  test('lose nothing that was acknowledged, and the copy is the log, byte for byte', async () => {
    const vkey = publishLarge('large', 20_100);
    scratch.write('large.vkey', `${vkey}\n`);
    expect(scratch.run('mirror', 'enrol', 'large.vkey', '--data', 'centre').status).toBe(0);
    const flags = [
      'log',
      'replicate',
      '--data',
      'large',
      '--policy',
      'policy.txt',
      '--to',
      'centre',
      '--follow',
    ];
    const follow = (): ChildProcessWithoutNullStreams =>
      spawn(Scratch.launcher, flags, { cwd: scratch.folder, env: scratch.environment });
    const folder = status().logs.find(({ origin }) => origin.startsWith('large'))!.folder;
    const hasBundle = (index: string): true | undefined =>
      existsSync(join(folder, 'log/tile/entries', index)) || undefined;
    let node = follow();
    for (const [at, victim] of [
      ['004', 'centre'],
      ['013', 'node'],
      ['022', 'centre'],
      ['031', 'node'],
      ['044', 'centre'],
    ] as const) {
      await eventually(() => hasBundle(at));
      if (victim === 'node') {
        await kill(node);
        node = follow();
      } else {
        await kill(centre);
        await startMirror();
      }
    }
    await kill(node);
    const { status: code } = scratch.run(...flags.slice(0, -1));
    expect(code).toBe(0);
    const { held, cosigned, evidence } = status().logs.find(({ origin }) => origin.startsWith('large'))!;
    expect([held, cosigned, evidence]).toEqual([20_100, 20_100, []]);
    for (let index = 0; index < 78; index += 1) {
      const path = join('log/tile/entries', String(index).padStart(3, '0'));
      expect(readFileSync(join(folder, path)).equals(readFileSync(scratch.path('large', path)))).toBe(true);
    }
    const alone = spawnSync(
      process.execPath,
      [VERIFIER, join(folder, 'log'), '--key', scratch.path('large.vkey')],
      {
        encoding: 'utf8',
      },
    );
    expect([alone.status, alone.stderr]).toEqual([0, '']);
    scratch.run('mirror', 'retire', 'large.example/log', '--data', 'centre');
  }, 120_000);
});

describe('a node that was put back to an old backup', () => {
  test('does not start, and replicates nothing', async () => {
    cpSync(scratch.path('.writ'), scratch.path('backup'), { recursive: true });
    await call(1);
    cpSync(scratch.path('.writ'), scratch.path('newest'), { recursive: true });
    rmSync(scratch.path('.writ'), { recursive: true });
    cpSync(scratch.path('backup'), scratch.path('.writ'), { recursive: true });
    const before = status();
    const started = scratch.run('mcp');
    expect([started.status, started.stderr]).toEqual([
      74,
      expect.stringContaining('the mirror `centre` has cosigned'),
    ]);
    const sent = scratch.run('log', 'replicate');
    expect([sent.status, sent.stderr]).toEqual([74, expect.stringContaining('put back to an earlier state')]);
    expect(status()).toEqual(before);
    rmSync(scratch.path('.writ'), { recursive: true });
    cpSync(scratch.path('newest'), scratch.path('.writ'), { recursive: true });
  });
});

describe('the mirror', () => {
  test('tells in a log of its own what it enrolled, cosigned and retired, and that log verifies', async () => {
    const { origin } = nodeCopy();
    expect(scratch.json('mirror', 'retire', origin, '--data', 'centre')).toEqual({ retired: origin });
    expect(await call(1)).toContain('the mirror `centre` did not cosign');
    const closed = once(centre, 'close');
    centre.kill('SIGTERM');
    expect(await closed).toEqual([0, null]);
    const { entries } = scratch.json(
      'log',
      'tail',
      '--data',
      'centre',
      '--config',
      'writ.yaml',
      '-n',
      '200',
    ) as {
      entries: { entry: { kind: string; mirror?: { action: string; log: string; size?: number } } }[];
    };
    const told = entries.flatMap(({ entry }) => entry.mirror ?? []).filter(({ log }) => log === origin);
    expect([...new Set(told.map(({ action }) => action))]).toEqual(['enrol', 'cosign', 'retire']);
    expect(told.findLast(({ action }) => action === 'cosign')?.size).toBe(nodeCopy().cosigned);
    scratch.write('own.vkey', `${announced.log}\n`);
    const own = scratch.json('log', 'verify', 'centre', '--key', 'own.vkey');
    expect(own).toMatchObject({ ok: true, problems: [] });
    await startMirror();
  });

  test.each([
    ['no data folder', ['--key', 'k/m.key'], '`--data` is missing'],
    ['no key', ['--data', 'elsewhere'], '`--key` is missing'],
  ])('does not start with %s', (_why, args, message) => {
    const { status: code, stderr } = scratch.run('mirror', ...args);
    expect([code, stderr]).toEqual([2, expect.stringContaining(message)]);
  });

  test('enrols no key of a witness, and retires no log that it does not have', () => {
    const wrong = scratch.run('mirror', 'enrol', 'm.vkey', '--data', 'centre');
    expect([wrong.status, wrong.stderr]).toEqual([2, expect.stringContaining('not the key of a log')]);
    const unknown = scratch.run('mirror', 'retire', 'other.example/log', '--data', 'centre');
    expect([unknown.status, unknown.stderr]).toEqual([74, expect.stringContaining('no log')]);
    const nowhere = scratch.run('mirror', 'retire', 'other.example/log', '--data', 'nowhere');
    expect([nowhere.status, nowhere.stderr]).toEqual([74, expect.stringContaining('no mirror stands')]);
    expect(existsSync(scratch.path('nowhere'))).toBe(false);
  });

  test.each(['enrol', 'retire', 'status'])('`%s --help` names the folder that it needs', (command) => {
    expect(scratch.run('mirror', command, '--help').stdout).toContain('--data <dir>');
  });

  test('says what to do where its port is in use', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const { port } = taken.address() as AddressInfo;
    const flags = ['--data', 'second', '--key', 'k/m.key', '--port', String(port)];
    const { status: code, stderr } = scratch.run('mirror', ...flags);
    taken.close();
    expect([code, stderr]).toEqual([74, expect.stringMatching(/cannot listen[\s\S]*--port/)]);
  });
});
