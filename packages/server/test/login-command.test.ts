// `writ login --device` as a process against a control plane that runs: over HTTP, with a person in a browser.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { WRIT } from '../../../scripts/testing/writ.ts';
import { firstSession, killAll, mustRun, type SendInBrowser, type ServerProcess } from './process.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });
const folder = mkdtempSync(join(tmpdir(), 'writ-login-'));
let server: ServerProcess;
let browser: SendInBrowser;
const children = new Set<ChildProcess>();

interface Login {
  /** The code that it shows; `undefined` where it ended before. */
  readonly code: Promise<string | undefined>;
  readonly ended: Promise<{ readonly code: number | null; readonly stdout: string; readonly stderr: string }>;
}

function login(args: readonly string[], home: string): Login {
  const { WRIT_TOKEN: _token, WRIT_PLANE: _plane, ...inherited } = process.env;
  const child = spawn(WRIT, ['login', ...args, '--device', '--json'], {
    cwd: folder,
    env: { ...inherited, NO_COLOR: '1', XDG_CONFIG_HOME: join(folder, home) },
  });
  children.add(child);
  child.stdin.end();
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  const shown = new Promise<string>((resolve) => {
    createInterface({ input: child.stderr }).on('line', (line) => {
      stderr += `${line}\n`;
      const [, code] = /type the code ([B-Z]{4}-[B-Z]{4})/.exec(line) ?? [];
      if (code !== undefined) resolve(code);
    });
  });
  const ended = (async () => {
    const [code] = (await once(child, 'close')) as [number | null];
    children.delete(child);
    return { code, stdout, stderr };
  })();
  return { code: Promise.race([shown, ended.then(() => undefined)]), ended };
}

function logout(home: string): {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
} {
  return spawnSync(WRIT, ['logout', '--json'], {
    cwd: folder,
    env: { ...process.env, NO_COLOR: '1', XDG_CONFIG_HOME: join(folder, home) },
    encoding: 'utf8',
  });
}

beforeAll(async () => {
  server = await mustRun({ folder, args: ['--listen', '127.0.0.1:0', '--data', 'plane'] });
  browser = await firstSession(server);
});
afterAll(() => {
  for (const child of children) child.kill('SIGKILL');
  killAll();
  rmSync(folder, { recursive: true, force: true, maxRetries: 10 });
});

test('is signed in once somebody agreed in their browser, and keeps the token where nobody else reads it', async () => {
  const waiting = login([server.url, '--roles', 'admin', '--days', '2'], 'agreed');
  const code = await waiting.code;
  const seen = await browser('/v1/device-logins/view', { user_code: code });
  const host = hostname().replaceAll(/[^A-Za-z0-9._-]/g, '-');
  expect(seen).toMatchObject({ host, address: '127.0.0.1', roles: ['admin'], days: 2 });
  await browser('/v1/device-logins/answer', { user_code: code, answer: 'approve' });
  const { code: exit, stdout, stderr } = await waiting.ended;
  expect(exit).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ plane: server.url, me: { roles: ['admin'] } });
  expect(stderr).toContain(`${new URL(server.url).port}/device#code=${code}`);
  const kept = JSON.parse(readFileSync(join(folder, 'agreed/writ/planes.json'), 'utf8')) as {
    planes: readonly { token: string }[];
  };
  const { token = '' } = kept.planes[0] ?? {};
  // Shown to nobody: it is in that file, and nowhere else.
  expect(stdout + stderr).not.toContain(token);
  const me = await fetch(`${server.url}/v1/me`, { headers: { authorization: `Bearer ${token}` } });
  expect(await me.json()).toMatchObject({ name: 'Administrator', credential: { kind: 'token' } });
});

test('ends the token where it was got through a browser, and forgets nothing that is good where nobody hears of it', async () => {
  const waiting = login([server.url, '--roles', 'admin'], 'ended');
  await browser('/v1/device-logins/answer', { user_code: await waiting.code, answer: 'approve' });
  expect((await waiting.ended).code).toBe(0);
  const file = join(folder, 'ended/writ/planes.json');
  const kept = readFileSync(file, 'utf8');
  const { planes } = JSON.parse(kept) as { planes: readonly { token: string }[] };
  const headers = { authorization: `Bearer ${planes[0]?.token}` };
  const isGood = async (): Promise<boolean> => (await fetch(`${server.url}/v1/me`, { headers })).ok;
  expect(await isGood()).toBe(true);
  // Where the control plane is not there, it is neither revoked nor forgotten.
  const nowhere = kept.replaceAll(server.url, 'http://127.0.0.1:1');
  writeFileSync(file, nowhere, { mode: 0o600 });
  expect(logout('ended')).toMatchObject({ status: 74, stderr: expect.stringContaining('--no-revoke') });
  expect(readFileSync(file, 'utf8')).toBe(nowhere);
  writeFileSync(file, kept, { mode: 0o600 });
  expect(JSON.parse(logout('ended').stdout)).toMatchObject({ was_signed_in: true, revoked: true });
  expect(await isGood()).toBe(false);
  expect(readFileSync(file, 'utf8')).not.toContain('writ_');
  // One that was given otherwise may be in use elsewhere.
  const { token } = await browser('/v1/api-tokens', { name: 'given', roles: ['admin'] });
  const given = { planes: [{ url: server.url, token }] };
  writeFileSync(file, JSON.stringify(given), { mode: 0o600 });
  expect(JSON.parse(logout('ended').stdout)).toMatchObject({ was_signed_in: true, revoked: false });
});

test('a refusal ends it with exit code 1, and nothing is kept', async () => {
  const waiting = login([server.url], 'refused');
  await browser('/v1/device-logins/answer', { user_code: await waiting.code, answer: 'deny' });
  const ended = await waiting.ended;
  expect(ended).toMatchObject({ code: 1, stderr: expect.stringContaining('refused in the browser') });
  expect(() => readFileSync(join(folder, 'refused/writ/planes.json'))).toThrow('ENOENT');
});

test.each([
  ['days beyond what there is', ['--days', '91'], 'no number of days'],
  ['two ways at once', ['--token-stdin'], 'not both'],
])('refuses %s', async (_why, args, message) => {
  const ended = await login([server.url, ...args], 'wrong').ended;
  expect(ended).toMatchObject({ code: 2, stderr: expect.stringContaining(message) });
});

test('leads nobody to a page of another site', async () => {
  const lying: Server = createServer((_request, answer) => {
    answer.setHeader('content-type', 'application/json');
    answer.end(
      JSON.stringify({
        device_code: 'A'.repeat(43),
        user_code: 'BBBB-BBBB',
        verification_uri: 'https://evil.example/device',
        verification_uri_complete: 'https://evil.example/device#code=BBBB-BBBB',
        expires_in: 600,
        interval: 5,
      }),
    );
  });
  lying.listen(0, '127.0.0.1');
  await once(lying, 'listening');
  const { port } = lying.address() as AddressInfo;
  const ended = await login([`http://127.0.0.1:${port}`], 'lying').ended;
  lying.close();
  expect(ended).toMatchObject({ stdout: '', stderr: expect.stringContaining('another site') });
  expect(ended.code).toBe(74);
  expect(ended.stderr).not.toContain('evil.example');
});
