// `writ server start` as a process: what it refuses to start with, what it loses when it is killed, and how it ends.
import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { connect } from 'node:tls';
import { afterAll, afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
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

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'writ-running-'));
});
afterEach(() => {
  killAll();
  rmSync(folder, { recursive: true, force: true, maxRetries: 10 });
});
afterAll(killAll);

/** The program that makes certificates. */
const OPENSSL = 'openssl';
const LOOPBACK = ['--listen', '127.0.0.1:0'];
const start = (args: readonly string[] = LOOPBACK): Promise<ServerProcess> => mustRun({ folder, args });

function certificate(): string {
  const [cert, key] = ['cert.pem', 'key.pem'].map((name) => join(folder, name)) as [string, string];
  const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  execFileSync(
    OPENSSL,
    [
      'req',
      '-x509',
      ...curve,
      '-days',
      '2',
      '-subj',
      '/CN=localhost',
      '-addext',
      'subjectAltName=DNS:localhost',
      '-keyout',
      key,
      '-out',
      cert,
    ],
    { stdio: 'ignore' },
  );
  chmodSync(key, 0o600);
  return 'tls: {cert: cert.pem, key: key.pem}\n';
}

describe('a control plane that is killed', () => {
  test('has lost nothing that it acknowledged, and makes no change twice', async () => {
    let server = await start();
    const token = await firstToken(server);
    const acknowledged: string[] = [];
    const names = Array.from({ length: 40 }, (_, at) => `team-${String(at).padStart(2, '0')}`);
    const victim = server;
    const works = names.map(async (name, at) => {
      const answer = await createTeam(victim.url, token, name);
      if (answer?.status === 201) acknowledged.push(name);
      // In the middle of what is under way.
      if (at === 10) await victim.kill();
    });
    await Promise.all(works);
    server = await start();
    expect(server.first_link).toBeUndefined();
    expect(acknowledged.length).toBeGreaterThan(0);
    expect(await teamsOf(server.url, token)).toEqual(expect.arrayContaining(acknowledged));
    await Promise.all(names.map((name) => createSurely(() => [server.url], token, name)));
    expect(await teamsOf(server.url, token)).toEqual(names);
    expect(await server.end()).toBe(0);
    writeFileSync(join(folder, 'log.vkey'), `${server.log}\n`);
    const verified = spawnSync(WRIT, ['log', 'verify', '.writ-server', '--key', 'log.vkey', '--json'], {
      cwd: folder,
      encoding: 'utf8',
    });
    expect(JSON.parse(verified.stdout)).toMatchObject({ problems: [] });
  });

  test('before anybody signed in shows another link at the next start, and the one before is good no more', async () => {
    const first = await start();
    await first.kill();
    const second = await start();
    expect(second.first_link).not.toBe(first.first_link);
    const stale = {
      ...second,
      first_link: `${new URL(second.first_link ?? '').origin}/#link=${new URL(first.first_link ?? '').hash.slice(6)}`,
    };
    await expect(firstToken(stale)).rejects.toThrow(/request\.unauthenticated|link/);
    await expect(firstToken(second)).resolves.toMatch(/^writ_/);
  });
});

describe('a control plane that is ended', () => {
  test('is not ready while it still answers, and a second signal waits no longer', async () => {
    writeFileSync(join(folder, 'writ-server.yaml'), 'listen: 127.0.0.1:0\ndrain: {notice: 600, grace: 1}\n');
    const server = await start([]);
    const status = async (path: string): Promise<number> => (await fetch(`${server.url}${path}`)).status;
    expect(await status('/readyz')).toBe(200);
    server.child.kill('SIGTERM');
    await vi.waitFor(async () => expect(await status('/readyz')).toBe(503), { timeout: 20_000 });
    expect(await status('/livez')).toBe(200);
    expect(await server.end()).toBe(0);
  });
});

describe('a control plane does not start', () => {
  test('over plain HTTP beyond the loopback interface, whatever it is told to be reached by', async () => {
    const args = ['--listen', '0.0.0.0:0'];
    for (const more of [[], ['--url', 'https://plane.example.org'], ['--url', 'http://plane.example.org']]) {
      const refused = await runServer({ folder, args: [...args, ...more] });
      expect(refused).toMatchObject({ code: 2, stdout: '' });
    }
    const plain = await runServer({ folder, args: [...LOOPBACK, '--url', 'http://plane.example.org'] });
    expect(plain).toMatchObject({ code: 2, stderr: expect.stringContaining('https') });
  });

  test('over tables that a newer version made, and says so', async () => {
    await (await start()).end();
    const tables = new DatabaseSync(join(folder, '.writ-server/plane.db'));
    tables.exec("insert into kysely_migration values ('9999_newer', '2026-01-01T00:00:00Z')");
    tables.close();
    const refused = await runServer({ folder, args: LOOPBACK });
    expect(refused).toMatchObject({ code: 74, stdout: '', stderr: expect.stringContaining('newer version') });
  });

  test('where a step of the tables fails, and serves nothing', async () => {
    await (await start()).end();
    const tables = new DatabaseSync(join(folder, '.writ-server/plane.db'));
    tables.exec('delete from kysely_migration');
    tables.close();
    const refused = await runServer({ folder, args: LOOPBACK });
    expect(refused).toMatchObject({
      code: 74,
      stdout: '',
      stderr: expect.stringContaining('cannot be made'),
    });
  });

  test.each([
    ['a field that nobody knows', 'listen: 127.0.0.1:0\nlisten2: x\n', /writ-server\.yaml:\d+.*listen2/],
    ['a secret in the wrong place', 'log: {postgres: {url: postgres://a:hunter2@b/c}}\n', /^(?!.*hunter2)/s],
    ['metrics beyond the loopback interface', 'listen: 127.0.0.1:0\nmetrics: 0.0.0.0:0\n', /loopback/],
    ['no certificate where one is named', 'listen: 127.0.0.1:0\ntls: {cert: a, key: b}\n', /certificate/],
  ])('with %s', async (_why, text, message) => {
    writeFileSync(join(folder, 'writ-server.yaml'), text);
    const refused = await runServer({ folder });
    expect(refused).toMatchObject({ code: 2, stdout: '', stderr: expect.stringMatching(message) });
  });

  test('with a key of its certificate that others may read', async () => {
    writeFileSync(join(folder, 'writ-server.yaml'), `listen: 127.0.0.1:0\n${certificate()}`);
    chmodSync(join(folder, 'key.pem'), 0o644);
    expect(await runServer({ folder })).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('key.permissions'),
    });
  });
});

describe('a control plane that runs', () => {
  test('speaks TLS 1.2 and 1.3, and nothing before', async () => {
    writeFileSync(join(folder, 'writ-server.yaml'), `listen: localhost:0\n${certificate()}`);
    // A process that takes everything: what refuses is what the listener asks for.
    const { url } = await mustRun({
      folder,
      environment: { NODE_OPTIONS: '--tls-min-v1.0 --tls-cipher-list=DEFAULT@SECLEVEL=0' },
    });
    const speak = (version: 'TLSv1.1' | 'TLSv1.2' | 'TLSv1.3'): Promise<string> =>
      new Promise((resolve) => {
        const options = { minVersion: version, maxVersion: version, rejectUnauthorized: false } as const;
        const socket = connect(
          { ...options, host: 'localhost', port: Number(new URL(url).port), ciphers: 'DEFAULT@SECLEVEL=0' },
          () => {
            resolve(socket.getProtocol() ?? 'none');
            socket.destroy();
          },
        );
        socket.on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
      });
    expect(await speak('TLSv1.3')).toBe('TLSv1.3');
    expect(await speak('TLSv1.2')).toBe('TLSv1.2');
    expect(await speak('TLSv1.1')).toContain('ALERT_PROTOCOL_VERSION');
  });

  test('keeps everything in its folder to its owner, and says no secret on standard error', async () => {
    const server = await start([...LOOPBACK]);
    const token = await firstToken(server);
    await createTeam(server.url, token, 'one');
    await server.end();
    for (const name of readdirSync(join(folder, '.writ-server')))
      expect([name, statSync(join(folder, '.writ-server', name)).mode & 0o077]).toEqual([name, 0]);
    const secret = new URL(server.first_link ?? '').hash.slice(-43);
    for (const each of [secret, token]) expect(server.stderr()).not.toContain(each);
    for (const line of server.stderr().trim().split('\n'))
      expect(() => JSON.parse(line) as unknown).not.toThrow();
  });

  test('tells Prometheus what it did, by routes and never by paths or people', async () => {
    writeFileSync(join(folder, 'writ-server.yaml'), 'listen: 127.0.0.1:0\nmetrics: 127.0.0.1:0\n');
    const server = await start([]);
    const token = await firstToken(server);
    await createTeam(server.url, token, 'one');
    await fetch(`${server.url}/secret-path-of-somebody`);
    const text = await (await fetch(server.metrics ?? '')).text();
    expect(text).toMatch(
      /writ_server_request_seconds_count\{method="POST",route="\/v1\/teams",status="201"\} 1/,
    );
    expect(text).toContain('writ_server_ready 1');
    expect(text).not.toContain('secret-path');
    expect((await fetch(`${server.url}/metrics`)).status).toBe(404);
  });
});
