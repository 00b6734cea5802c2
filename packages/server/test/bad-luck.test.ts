// `writ server start` where something is wrong with disk, folder or database: it says what, why and what to do, acknowledges nothing that it did not keep, and goes on by itself.
import { execFileSync, spawnSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, type TestContext, vi } from 'vitest';
import { WRIT } from '../../../scripts/testing/writ.ts';
import {
  createSurely,
  createTeam,
  firstToken,
  killAll,
  mustRun,
  runServer,
  type ServerProcess,
  teamsOf,
} from './process.ts';

vi.setConfig({ testTimeout: 120_000 });
const LOOPBACK = ['--listen', '127.0.0.1:0'];
const MOUNT = 'mount';
const UNMOUNT = 'umount';
/** Of nobody who runs tests. */
const NOBODY = 65_534;

let folder: string;
const mounts: string[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'writ-luck-'));
});
afterEach(() => {
  killAll();
  for (const at of mounts.splice(0)) spawnSync(UNMOUNT, ['-l', at]);
  rmSync(folder, { recursive: true, force: true, maxRetries: 10 });
});

const start = (): Promise<ServerProcess> => mustRun({ folder, args: LOOPBACK });
const refused = (): ReturnType<typeof runServer> => runServer({ folder, args: LOOPBACK });

/** Mounts something at `.writ-server`; skips, said aloud, where nobody may. */
function mount(context: TestContext, ...args: readonly string[]): string {
  const at = join(folder, '.writ-server');
  mkdirSync(at, { recursive: true, mode: 0o700 });
  const { status } = spawnSync(MOUNT, [...args, at], { stdio: 'ignore' });
  if (status !== 0) context.skip('no file system can be mounted here');
  mounts.push(at);
  return at;
}

function fill(disk: string): string {
  const filler = join(disk, 'filler');
  const file = openSync(filler, 'w');
  try {
    for (const size of [1024 * 1024, 512])
      try {
        for (;;) writeSync(file, Buffer.alloc(size, 1));
      } catch (cause) {
        expect(cause).toMatchObject({ code: 'ENOSPC' });
      }
  } finally {
    closeSync(file);
  }
  return filler;
}

describe('a full disk', () => {
  test('refuses changes while it lasts and tells so, loses nothing that was acknowledged, and is over by itself', async (context) => {
    const disk = mount(context, '-t', 'tmpfs', '-o', 'size=24m,mode=700', 'tmpfs');
    let server = await start();
    const token = await firstToken(server);
    const acknowledged: string[] = [];
    const make = async (name: string): Promise<number | undefined> => {
      const answer = await createTeam(server.url, token, name);
      if (answer?.status === 201) acknowledged.push(name);
      return answer?.status;
    };
    expect(await make('before')).toBe(201);
    let filler = fill(disk);
    const statuses: (number | undefined)[] = [];
    for (let at = 0; statuses.at(-1) !== 503; at += 1) statuses.push(await make(`full-${at}`));
    expect(new Set([...statuses, 201, 503])).toEqual(new Set([201, 503]));
    expect((await fetch(`${server.url}/livez`)).status).toBe(200);
    expect(await teamsOf(server.url, token)).toEqual([...acknowledged].sort());
    await vi.waitFor(() => expect(server.stderr()).toMatch(/"level":"(?:warn|error)".*full|space/), {
      timeout: 20_000,
    });
    rmSync(filler);
    expect(await createSurely(() => [server.url], token, 'after')).toMatch(/created|made before/);
    // Killed on a full disk, and started on one: it says so, and serves once there is room.
    filler = fill(disk);
    await server.kill();
    expect(await refused()).toMatchObject({
      code: 74,
      stdout: '',
      stderr: expect.stringMatching(/full|space/),
    });
    rmSync(filler);
    server = await start();
    expect(await teamsOf(server.url, token)).toEqual([...acknowledged, 'after'].sort());
    expect(await server.end()).toBe(0);
    writeFileSync(join(folder, 'log.vkey'), `${server.log}\n`);
    const verified = spawnSync(WRIT, ['log', 'verify', '.writ-server', '--key', 'log.vkey', '--json'], {
      cwd: folder,
      encoding: 'utf8',
    });
    expect(JSON.parse(verified.stdout)).toMatchObject({ problems: [] });
  });

  test('at the first start is no other control plane, and the next start is the first', async (context) => {
    const disk = mount(context, '-t', 'tmpfs', '-o', 'size=16m,mode=700', 'tmpfs');
    const filler = fill(disk);
    const ended = await refused();
    expect(ended).toMatchObject({ code: 74, stdout: '' });
    expect('stderr' in ended && typeof ended.stderr === 'string' ? ended.stderr : '').not.toContain(
      'another control plane',
    );
    expect(ended).toMatchObject({ stderr: expect.stringMatching(/to do: .*disk/) });
    rmSync(filler);
    const server = await start();
    await expect(firstToken(server)).resolves.toMatch(/^writ_/);
  });
});

describe('a data folder', () => {
  test('that is read-only is told as such, before anything else', async (context) => {
    await (await start()).end();
    mount(context, '--bind', join(folder, '.writ-server'));
    execFileSync(MOUNT, ['-o', 'remount,ro,bind', join(folder, '.writ-server')]);
    expect(await refused()).toMatchObject({
      code: 74,
      stdout: '',
      stderr: expect.stringMatching(/data folder .* cannot be used[^]*EROFS[^]*to do: .*read-only.*--data/),
    });
  });

  test.each([
    ['others may write to', 0o777, 'chmod 700'],
    ['its group may write to', 0o770, 'chmod 700'],
  ])('that %s is refused with what to do, and accepted afterwards', async (_why, mode, remedy) => {
    await (await start()).end();
    const data = join(folder, '.writ-server');
    chmodSync(data, mode);
    expect(await refused()).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining(remedy) });
    chmodSync(data, 0o700);
    expect(await (await start()).end()).toBe(0);
  });

  test.runIf(process.getuid?.() === 0)(
    'of another user is refused, and nothing in it is touched',
    async () => {
      const data = join(folder, '.writ-server');
      mkdirSync(data, { mode: 0o700 });
      chownSync(data, NOBODY, NOBODY);
      expect(await refused()).toMatchObject({
        code: 2,
        stdout: '',
        stderr: expect.stringContaining('another user'),
      });
      expect(execFileSync('ls', ['-A', data], { encoding: 'utf8' })).toBe('');
    },
  );

  test('that is a file is told as such', async () => {
    writeFileSync(join(folder, '.writ-server'), '');
    expect(await refused()).toMatchObject({
      code: 74,
      stderr: expect.stringContaining('a file stands there'),
    });
  });
});

describe('a configuration that was cut off', () => {
  const WHOLE =
    'listen: 127.0.0.1:0\norganisation: {name: "Acme", administrator: {name: Ann}}\nlog:\n  postgres:\n    urlFile: database.url\n';

  test.each([
    ['before its first word', 0, 'is empty'],
    ['in a name', WHOLE.indexOf('urlFile') + 3, 'fields, `name: value` must stand here'],
    ['in a text', WHOLE.indexOf('Acme') + 2, 'not valid YAML'],
    ['in a number', WHOLE.indexOf('127') + 5, 'a text must stand here'],
  ])('%s starts nothing and makes nothing', async (_why, length, message) => {
    writeFileSync(join(folder, 'writ-server.yaml'), WHOLE.slice(0, length));
    const ended = await runServer({ folder });
    expect(ended).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining(message) });
    expect(execFileSync('ls', ['-A', folder], { encoding: 'utf8' })).toBe('writ-server.yaml\n');
  });

  test('after a whole line goes by the place that the data folder remembers, and by no other', async () => {
    await (await start()).end();
    writeFileSync(
      join(folder, '.writ-server/log.json'),
      '{"postgres":{"schema":"writ","urlFile":"/nowhere/database.url"}}\n',
      { mode: 0o600 },
    );
    writeFileSync(join(folder, 'writ-server.yaml'), WHOLE.slice(0, WHOLE.indexOf('log:')));
    expect(await runServer({ folder })).toMatchObject({
      stdout: '',
      stderr: expect.stringContaining('nowhere'),
    });
  });
});
