// `writ gateway` as a process: what it prints, how signals change and end it, and what its record says afterwards.
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, readFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { eventually, Scratch } from './harness.ts';

const SLOW = join(import.meta.dirname, 'fixtures/slow-server.mjs');
const OPEN = '\ngateway: {listen: "127.0.0.1:0", admin: {listen: "127.0.0.1:0"}, auth: none}\n';

let made: Scratch;
let scratch: Scratch;
beforeAll(() => {
  made = new Scratch();
  made.mustInit('--trust');
});
beforeEach(() => {
  scratch = made.copy();
});
afterEach(async () => {
  await Promise.all(started.splice(0).map((one) => one.kill('SIGKILL')));
  await scratch.remove();
});
afterAll(() => made.remove());

const started: Running[] = [];

/** A `writ gateway`. */
class Running {
  readonly #child: ChildProcessWithoutNullStreams;
  readonly ended: Promise<number | string | null>;
  stdout = '';
  stderr = '';

  constructor(flags: readonly string[] = [], environment: NodeJS.ProcessEnv = {}) {
    this.#child = spawn(Scratch.launcher, ['gateway', ...flags], {
      cwd: scratch.folder,
      env: { ...scratch.environment, ...environment },
    });
    this.#child.stdout.on('data', (chunk: Buffer) => (this.stdout += chunk.toString()));
    this.#child.stderr.on('data', (chunk: Buffer) => (this.stderr += chunk.toString()));
    this.ended = new Promise((resolve) => {
      this.#child.once('close', (code, signal) => resolve(signal ?? code));
    });
    started.push(this);
  }

  /** What `--json` prints. */
  facts(): Promise<{ url: string; adminUrl: string }> {
    return eventually(() =>
      this.stdout.endsWith('\n') ? (JSON.parse(this.stdout) as { url: string; adminUrl: string }) : undefined,
    );
  }

  async says(text: string): Promise<void> {
    await eventually(() => (this.stderr.includes(text) ? true : undefined));
  }

  kill(signal: NodeJS.Signals): Promise<number | string | null> {
    this.#child.kill(signal);
    return this.ended;
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }
}

function configured(text: string): void {
  scratch.write('writ.yaml', `${scratch.read('writ.yaml')}${text}`);
}

/** A configuration with a server that never answers. */
function withSlowServer(): void {
  const slow = `servers:\n  slow: {command: ["${process.execPath}", "${SLOW}", begun], trusted: true}\n`;
  scratch.write('writ.yaml', `${scratch.read('writ.yaml').replace('servers:\n', slow)}${OPEN}`);
  scratch.write('policies/10-tools.cedar', '@id("wait") permit (principal, action, resource);\n');
}

async function post(url: string, method: string, params: object, session?: string): Promise<Response> {
  return fetch(url, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      ...(session === undefined ? {} : { 'mcp-session-id': session }),
    },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
  });
}

/** Id of a session. */
async function initialize(url: string): Promise<string> {
  const params = { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 't', version: '1' } };
  return (await post(url, 'initialize', params)).headers.get('mcp-session-id') ?? '';
}

test('says in one block what it serves, and ends with 0 when it is asked to', async () => {
  configured(OPEN);
  const gateway = new Running();
  await gateway.says('probes');
  expect(gateway.stderr).toMatch(/^writ: serving http:\/\/127\.0\.0\.1:\d+\/mcp/m);
  expect(gateway.stderr).toMatch(/^ {2}servers {2}notes$/m);
  expect(gateway.stderr).toMatch(/^ {2}callers {2}none: every user of this machine calls as the agent$/m);
  expect(gateway.stdout).toBe('');
  expect(await gateway.kill('SIGTERM')).toBe(0);
  expect(gateway.stderr).toContain('the log is closed');
  expect(scratch.json('log', 'verify', '.writ')).toMatchObject({ ok: true });
});

test('says it as one object for programs, and every other line is an event', async () => {
  configured(OPEN);
  const gateway = new Running(['--json', '--log', 'json']);
  const facts = await gateway.facts();
  expect(facts).toMatchObject({ servers: ['notes'], tls: false, mode: 'strict' });
  const session = await initialize(facts.url);
  const answer = await post(facts.url, 'tools/call', { name: 'read', arguments: {} }, session);
  expect(await answer.json()).toMatchObject({ result: { content: [{ type: 'text' }] } });
  expect(await gateway.kill('SIGINT')).toBe(0);
  const events = gateway.stderr
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as { event: string });
  expect(events.map(({ event }) => event)).toContain('gateway.started');
});

test('listens where the flag says', async () => {
  configured('\ngateway: {auth: none, admin: off}\n');
  const gateway = new Running(['--json', '--listen', '[::1]:0']);
  expect((await gateway.facts()).url).toMatch(/^http:\/\/\[::1\]:\d+\/mcp$/);
});

describe('starts nothing, and says why', () => {
  test.each([
    ['without a word about who may call', '', [], 2, 'gateway.auth'],
    ['for everybody beyond this machine', OPEN, ['--listen', '0.0.0.0:0'], 2, 'everybody who reaches'],
    [
      'in the clear beyond this machine',
      '\ngateway: {listen: "0.0.0.0:0", admin: off, auth: {tokens: true}}\n',
      [],
      2,
      'cross the network in the clear',
    ],
    ['at what is no address', OPEN, ['--listen', '8640'], 2, 'HOST:PORT'],
    ['with a field that is none', '\ngateway: {adress: 1}\n', [], 2, 'writ.yaml:'],
  ])('%s', async (_why, text, flags, status, says) => {
    configured(text);
    const gateway = new Running(flags);
    expect({ status: await gateway.ended, stderr: gateway.stderr }).toEqual({
      status,
      stderr: expect.stringContaining(says) as string,
    });
  });

  test('where somebody else listens', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    configured(OPEN);
    const gateway = new Running(['--listen', `127.0.0.1:${port}`]);
    expect(await gateway.ended).toBe(74);
    expect(gateway.stderr).toContain('cannot listen');
    other.close();
  });

  test('without a configuration', () => {
    expect(new Scratch().run('gateway')).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('needs a configuration') as string,
    });
  });
});

test('a second signal ends at once what the first one waits for', async () => {
  withSlowServer();
  const gateway = new Running(['--json']);
  const { url } = await gateway.facts();
  const session = await initialize(url);
  const call = post(url, 'tools/call', { name: 'slow__wait', arguments: {} }, session).catch(() => undefined);
  await eventually(() => (existsSync(scratch.path('begun')) ? true : undefined));
  gateway.signal('SIGTERM');
  await gateway.says('not ready any more');
  gateway.signal('SIGTERM');
  expect(await gateway.ended).toBe(0);
  expect(gateway.stderr).toContain('what was still under way is cancelled');
  await call;
  expect(scratch.json('log', 'verify', '.writ')).toMatchObject({ ok: true });
});

test('after `kill -9` in the middle of a call the next start records that its end is unknown', async () => {
  withSlowServer();
  const first = new Running(['--json']);
  const { url } = await first.facts();
  const call = post(url, 'tools/call', { name: 'slow__wait', arguments: {} }, await initialize(url)).catch(
    () => undefined,
  );
  await eventually(() => (existsSync(scratch.path('begun')) ? true : undefined));
  expect(await first.kill('SIGKILL')).toBe('SIGKILL');
  await call;
  const second = new Running(['--json']);
  await second.facts();
  expect(await second.kill('SIGTERM')).toBe(0);
  const { stdout } = scratch.run('log', 'tail', '--json');
  expect(stdout).toContain('"outcome":"unknown"');
  expect(stdout).toContain('node.ended');
  expect(scratch.json('log', 'verify', '.writ')).toMatchObject({ ok: true });
});

test('reads again what changed when it is hung up, and goes on', async () => {
  configured(OPEN);
  const gateway = new Running(['--json']);
  const { url } = await gateway.facts();
  scratch.write('writ.yaml', `${scratch.read('writ.yaml')}nonsense: true\n`);
  gateway.signal('SIGHUP');
  await gateway.says('the one before stays in force');
  expect(gateway.stderr).toMatch(/`nonsense` is not a field.*writ\.yaml:\d+:1/);
  expect(await initialize(url)).not.toBe('');
});

test('tells the service manager that it is ready, reads again and goes down', async () => {
  configured(OPEN);
  // What systemd-notify is told, with the socket and without the rest of the environment.
  const notify = scratch.write(
    'systemd-notify',
    `#!/bin/sh\necho "$NOTIFY_SOCKET $* \${SECRET:-none}" >>"${scratch.path('told')}"\n`,
  );
  chmodSync(notify, 0o755);
  const gateway = new Running([], {
    NOTIFY_SOCKET: '/run/test.socket',
    SECRET: 'planted',
    PATH: `${scratch.folder}:${process.env['PATH'] ?? ''}`,
  });
  const told = (count: number): Promise<readonly string[]> =>
    eventually(() => {
      const lines = existsSync(scratch.path('told'))
        ? readFileSync(scratch.path('told'), 'utf8').trimEnd().split('\n')
        : [];
      return lines.length >= count ? lines : undefined;
    });
  const [ready = ''] = await told(1);
  expect(ready).toMatch(/^\/run\/test\.socket READY=1 MAINPID=\d+ none$/);
  gateway.signal('SIGHUP');
  expect((await told(3)).slice(1)).toEqual(['/run/test.socket RELOADING=1 none', ready]);
  expect(await gateway.kill('SIGTERM')).toBe(0);
  expect((await told(4))[3]).toBe('/run/test.socket STOPPING=1 none');
});

test('a service manager that cannot be told changes nothing', async () => {
  configured(OPEN);
  const folder = scratch.write('systemd-notify', '#!/bin/sh\nexit 1\n');
  chmodSync(folder, 0o755);
  const gateway = new Running(['--json'], {
    NOTIFY_SOCKET: '/run/test.socket',
    PATH: `${scratch.folder}:${process.env['PATH'] ?? ''}`,
  });
  const { url } = await gateway.facts();
  await gateway.says('the service manager cannot be told READY=1');
  expect(await initialize(url)).not.toBe('');
});
