// `writ login`, `people`, `teams`, `tokens` and `api` as processes against a control plane that runs.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { WRIT } from '../../../scripts/testing/writ.ts';
import { firstToken, killAll, mustRun, type ServerProcess } from './process.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });
const folder = mkdtempSync(join(tmpdir(), 'writ-commands-'));
let server: ServerProcess;
let token: string;
/** What the login said. */
let said: string;

interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

async function writ(
  args: readonly string[],
  {
    input = '',
    environment = {},
    within = folder,
  }: { input?: string; environment?: NodeJS.ProcessEnv; within?: string } = {},
): Promise<Finished> {
  const { WRIT_TOKEN: _token, WRIT_PLANE: _plane, ...inherited } = process.env;
  const child = spawn(WRIT, args, {
    cwd: within,
    env: { ...inherited, NO_COLOR: '1', XDG_CONFIG_HOME: join(folder, 'xdg'), ...environment },
  });
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  child.stdin.end(input);
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, stdout, stderr };
}

beforeAll(async () => {
  server = await mustRun({ folder, args: ['--listen', '127.0.0.1:0', '--data', 'plane'] });
  token = await firstToken(server);
  const signedIn = await writ(['login', server.url, '--token-stdin'], { input: `${token}\n` });
  if (signedIn.code !== 0) throw new Error(signedIn.stderr);
  said = signedIn.stdout;
});
afterAll(() => {
  killAll();
  rmSync(folder, { recursive: true, force: true, maxRetries: 10 });
});

describe('writ login', () => {
  test('keeps the token where nobody else reads it, and a file that others may read is refused', async () => {
    expect(said).toBe(`signed in to ${server.url} as Administrator (admin)\n`);
    const file = join(folder, 'xdg/writ/planes.json');
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(statSync(join(folder, 'xdg/writ')).mode & 0o077).toBe(0);
    expect(readFileSync(file, 'utf8')).toContain(token);
    chmodSync(file, 0o644);
    const refused = await writ(['people', 'list']);
    chmodSync(file, 0o600);
    expect(refused).toMatchObject({ code: 2, stderr: expect.stringContaining('key.permissions') });
  });

  test.each([
    ['a token that is none', ['login', 'http://127.0.0.1:1'], 'nonsense', 'that is no API token'],
    ['nothing', ['login', 'http://127.0.0.1:1'], '', 'there is no token'],
    ['an address with a path', ['login', 'https://plane.example.org/path'], '', 'not the address'],
  ])('refuses %s', async (_why, args, input, message) => {
    expect(await writ(args, { input })).toMatchObject({ code: 2, stderr: expect.stringContaining(message) });
  });

  test('sends no token over plain HTTP beyond the loopback interface', async () => {
    const refused = await writ(['login', 'http://plane.example.org', '--token-stdin'], { input: token });
    expect(refused).toMatchObject({ code: 2, stderr: expect.stringContaining('https') });
    expect(refused.stderr).not.toContain(token);
  });

  test('sends the token of one control plane to no other', async () => {
    const other = await writ(['people', 'list', '--plane', 'http://127.0.0.1:1']);
    expect(other).toMatchObject({ code: 2, stderr: expect.stringContaining('not signed in to') });
  });
});

describe('a thin client', () => {
  test('lists, makes, changes and removes, for people and for scripts', async () => {
    const made = await writ(['people', 'create', '-F', 'name=Bob', '-F', 'roles=["writer"]', '--json']);
    expect(made).toMatchObject({ code: 0, stderr: '' });
    const { id } = JSON.parse(made.stdout) as { id: string };
    expect((await writ(['people', 'list'])).stdout).toMatch(
      new RegExp(`id\\s+name\\s+roles\\s+status\\n[^]*${id}\\s+Bob\\s+writer\\s+invited`),
    );
    const changed = await writ(['people', 'set', id, '-F', 'name=Robert', '--json']);
    expect(JSON.parse(changed.stdout)).toMatchObject({ id, name: 'Robert' });
    const invited = await writ(['people', 'invite', id, '--json']);
    expect(JSON.parse(invited.stdout)).toMatchObject({ url: expect.stringContaining('/sign-in#link=') });
    expect(await writ(['people', 'remove', id])).toEqual({ code: 0, stdout: 'done\n', stderr: '' });
    expect(await writ(['people', 'get', id])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('plane.refused'),
    });
  });

  test.each([
    ['a field that nobody knows', ['teams', 'create', '-F', 'nam=x'], 2, 'nam'],
    ['an id that is none', ['teams', 'get', '../people'], 2, 'not the id of a team'],
    ['a field that is no NAME=VALUE', ['teams', 'create', '-F', 'name'], 2, 'NAME=VALUE'],
    ['what is not there', ['teams', 'get', '01J9Z3M7Q8W2R4T6Y8V0B1C2D3'], 1, 'plane.refused'],
  ])('tells %s as what it is', async (_why, args, code, message) => {
    expect(await writ(args)).toMatchObject({ code, stdout: '', stderr: expect.stringContaining(message) });
  });

  test('asks anything that the API has', async () => {
    const me = await writ(['api', 'GET', '/v1/me']);
    expect(JSON.parse(me.stdout)).toMatchObject({ name: 'Administrator', credential: { kind: 'token' } });
    const stale = await writ(['api', 'PATCH', '/v1/organisation', '-F', 'name=New', '--if-match', '"0"']);
    expect(stale).toMatchObject({ code: 1, stderr: expect.stringContaining('read it again') });
  });

  test('says with which key a change is sent again whose answer was lost, and it is made once', async () => {
    const target = new URL(server.url);
    const losing = createServer((asked, answer) => {
      const onward = request(
        {
          host: target.hostname,
          port: target.port,
          path: asked.url,
          method: asked.method,
          headers: asked.headers,
        },
        (came) => {
          came.resume();
          came.on('end', () => answer.destroy());
        },
      );
      asked.pipe(onward);
    }).listen(0, '127.0.0.1');
    await once(losing, 'listening');
    const environment = {
      WRIT_PLANE: `http://127.0.0.1:${(losing.address() as AddressInfo).port}`,
      WRIT_TOKEN: token,
    };
    const lost = await writ(['teams', 'create', '-F', 'name=Payments'], { environment });
    losing.close();
    expect(lost).toMatchObject({ code: 74, stdout: '', stderr: expect.stringContaining('is not known') });
    const [, key = ''] = /--idempotency-key ([A-Za-z0-9_-]+)/.exec(lost.stderr) ?? [];
    const again = await writ(['teams', 'create', '-F', 'name=Payments', '--idempotency-key', key, '--json']);
    expect(again).toMatchObject({ code: 0, stderr: expect.stringContaining('made before') });
    const { items } = JSON.parse((await writ(['teams', 'list', '--json'])).stdout) as {
      items: readonly { name: string }[];
    };
    expect(items.filter(({ name }) => name === 'Payments')).toHaveLength(1);
  });
});

test('what works on a data folder never goes to the control plane by itself', async () => {
  const before = await writ(['api', 'GET', '/v1/stops']);
  const killed = await writ(['kill', 'agent', 'bot', '--reason', 'test']);
  expect(killed).toMatchObject({ code: 2, stderr: expect.stringContaining('config.not-found') });
  expect((await writ(['api', 'GET', '/v1/stops'])).stdout).toBe(before.stdout);
});

test('a token that was revoked at the end is good no more, and is forgotten', async () => {
  const made = await writ(['tokens', 'create', '-F', 'name=second', '-F', 'roles=["admin"]', '--json']);
  const { token: second } = JSON.parse(made.stdout) as { token: string };
  const xdg = { XDG_CONFIG_HOME: join(folder, 'second') };
  expect(await writ(['login', server.url], { environment: { ...xdg, WRIT_TOKEN: second } })).toMatchObject({
    code: 0,
  });
  expect(await writ(['logout', '--revoke'], { environment: xdg })).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('and revoked'),
  });
  expect(await writ(['logout'], { environment: xdg })).toMatchObject({ code: 1 });
  const refused = await writ(['people', 'list', '--plane', server.url], {
    environment: { WRIT_TOKEN: second },
  });
  expect(refused).toMatchObject({ code: 2, stderr: expect.stringContaining('writ login') });
});

test('a data folder is enrolled with a code that is good once, and makes its key itself', async () => {
  const asked = ['fleet', 'code', '-F', 'name=build', '-F', 'environment=production', '--json'];
  const { code: oneTime } = JSON.parse((await writ(asked)).stdout) as { code: string };
  const own = async (name: string): Promise<string> => {
    const within = join(folder, name);
    mkdirSync(within);
    const made = await writ(['init', '--coding-agent', '--agent', 'bot', '--no-approver'], {
      within,
    });
    expect(made).toMatchObject({ code: 0 });
    return within;
  };
  const within = await own('node');
  const enrolled = await writ(['enroll', server.url, '--code-stdin'], { within, input: `${oneTime}\n` });
  expect(enrolled).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/^plane:\n {2}url: [^]*environment: production/),
  });
  expect(statSync(join(within, '.writ/keys/plane-node.key')).mode & 0o777).toBe(0o600);
  expect((await writ(['fleet', 'list'])).stdout).toMatch(/build\s+production\s+active/);
  const other = await own('other');
  const refused = await writ(['enroll', server.url, '--code-stdin'], { within: other, input: oneTime });
  expect(refused.code).not.toBe(0);
  expect(refused.stderr).not.toContain(oneTime);
  const argument = await writ(['enroll', server.url], { within });
  expect(argument).toMatchObject({ code: 2, stderr: expect.stringContaining('--code-stdin') });
});
