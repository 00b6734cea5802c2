// `writ egress` and `writ authz` as processes, and the lists that become policies.
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, rmSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import { connect } from 'node:net';
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { eventually, Scratch } from './harness.ts';

const CONFIGURATION = `policies: [policies.cedar]
agent: {id: bot}
`;
const PERMIT =
  '@id("one") permit (principal, action == Action::"network/egress", resource == Host::"127.0.0.1");\n';

let scratch: Scratch;
beforeEach(() => {
  scratch = new Scratch();
  scratch.write('writ.yaml', CONFIGURATION);
  scratch.write('policies.cedar', PERMIT);
});
afterEach(() => scratch.remove());

interface Serving {
  readonly child: ChildProcessWithoutNullStreams;
  readonly started: Record<string, string>;
}

async function serve(...words: readonly string[]): Promise<Serving> {
  const child = spawn(Scratch.launcher, words, { cwd: scratch.folder, env: scratch.environment });
  onTestFinished(() => void child.kill('SIGKILL'));
  let printed = '';
  let told = '';
  child.stdout.on('data', (chunk: Buffer) => (printed += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (told += chunk.toString()));
  const started = await eventually(() => {
    if (child.exitCode !== null) throw new Error(told);
    return printed.endsWith('}\n') ? (JSON.parse(printed) as Record<string, string>) : undefined;
  });
  return { child, started };
}

async function ended({ child }: Serving): Promise<number | null> {
  child.kill('SIGTERM');
  const [code] = (await once(child, 'exit')) as [number | null];
  return code;
}

/** What a raw client gets. */
async function raw(
  address: { readonly port: number; readonly host: string } | { readonly path: string },
  text: string,
): Promise<string> {
  const socket = connect(address);
  let got = '';
  socket.on('data', (chunk: Buffer) => (got += chunk.toString('latin1')));
  socket.write(text);
  await new Promise((resolve) => socket.once('close', resolve));
  return got;
}

describe('the proxy', () => {
  test('serves until it is ended, and its log verifies with an entry for each attempt', async () => {
    const host = createServer((_request, response) => response.end('hello')).listen(0, '127.0.0.1');
    await once(host, 'listening');
    onTestFinished(() => void host.close());
    const address = host.address();
    const port = typeof address === 'object' ? (address?.port ?? 0) : 0;
    // The log's key, where it is verified by.
    rmSync(scratch.path('writ.yaml'));
    scratch.run('init', '--no-approver');
    scratch.write(
      'writ.yaml',
      `${CONFIGURATION}egress: {listen: "127.0.0.1:0", allowNetworks: [127.0.0.0/8]}\n`,
    );
    const serving = await serve('egress', '--json');
    const proxy = new URL(serving.started['proxy'] ?? '');
    const at = { host: proxy.hostname, port: Number(proxy.port) };
    const get = (name: string): Promise<string> =>
      raw(at, `GET http://${name}:${port}/ HTTP/1.1\r\nHost: ${name}:${port}\r\nConnection: close\r\n\r\n`);
    expect(await get('127.0.0.1')).toContain('hello');
    expect(await get('127.0.0.2')).toContain('403 Denied by Writ');
    expect(await ended(serving)).toBe(0);
    const entries = scratch.run('log', 'tail', '--number', '20').stdout;
    expect(entries.match(/decision +(?:allow|deny) /g)).toStrictEqual([
      'decision  allow ',
      'decision  deny ',
    ]);
    expect(scratch.json('log', 'verify', '.writ')).toMatchObject({ ok: true });
  });

  test('listens on a socket that only its user reaches, and takes the place of one that is left over', async () => {
    for (let turn = 0; turn < 2; turn += 1) {
      const serving = await serve('egress', '--json', '--listen', 'unix:run/e.sock');
      const path = scratch.path('run/e.sock');
      expect(serving.started['proxy']).toBe(`unix:${path}`);
      expect(statSync(path).mode & 0o777).toBe(0o600);
      expect(statSync(scratch.path('run')).mode & 0o777).toBe(0o700);
      expect(await raw({ path }, 'GET / HTTP/1.1\r\nHost: a\r\n\r\n')).toContain('400');
      serving.child.kill('SIGKILL');
      await once(serving.child, 'exit');
    }
  });

  test.each([
    ['without a configuration', ['egress', '--config', 'none.yaml']],
    ['on an address that others reach', ['egress', '--listen', '0.0.0.0:0']],
  ])('does not start %s', (_why, words) => {
    expect(scratch.run(...words).status).toBe(2);
  });
});

describe('a list of hosts', () => {
  test('becomes policies that are accepted', () => {
    scratch.write(
      'hosts.txt',
      'deny *.ads.example.com\nallow *.example.com\nallow GET https://pypi.org/simple/*\n',
    );
    const { status, stdout, stderr } = scratch.run('egress', 'import', 'hosts.txt');
    expect(status).toBe(0);
    expect(stderr).toContain('line 3:');
    scratch.write('policies.cedar', stdout);
    expect(scratch.run('policy', 'check', 'policies.cedar')).toMatchObject({ status: 0 });
  });

  test('with a line that is none is refused by its number', () => {
    scratch.write('hosts.txt', 'allow a.test\nallow everything please\n');
    const { status, stderr } = scratch.run('egress', 'import', 'hosts.txt');
    expect(status).toBe(2);
    expect(stderr).toContain('line 2');
  });
});

describe('the authority', () => {
  test('is made once, its key closed to others, and shown', () => {
    const made = scratch.json('egress', 'ca', 'init');
    expect(made['certificate']).toBe(scratch.path('.writ/egress/ca.crt'));
    expect(statSync(scratch.path('.writ/egress/ca.key')).mode & 0o777).toBe(0o600);
    expect(scratch.run('egress', 'ca', 'show').stdout.trim()).toBe(
      readFileSync(scratch.path('.writ/egress/ca.crt'), 'utf8').trim(),
    );
    expect(scratch.json('egress', 'ca', 'show')['fingerprint']).toBe(made['fingerprint']);
    expect(scratch.run('egress', 'ca', 'init').status).toBe(2);
  });
});

test('the service for other gateways answers who has a token for it', async () => {
  const serving = await serve('authz', '--json', '--listen', '127.0.0.1:0');
  const { stdout } = scratch.run('token', 'create', '--agent', 'envoy', '--scope', 'authz');
  const ask = async (token: string): Promise<{ status: number; text: string }> => {
    const answer = await fetch(`${serving.started['url'] ?? ''}/access/v1/evaluation`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}` },
      body: JSON.stringify({
        subject: { type: 'agent', id: 'bot' },
        action: {
          name: 'network/egress',
          properties: { host: '127.0.0.1', port: 80, scheme: 'http', network: 'loopback', by: 'test' },
        },
        resource: { type: 'host', id: '127.0.0.1' },
      }),
    });
    return { status: answer.status, text: await answer.text() };
  };
  expect((await ask('writ_wrong')).status).toBe(401);
  const { status, text } = await ask(stdout.trim());
  expect({ status, text }).toEqual({
    status: 200,
    text: expect.stringContaining('"decision":true') as string,
  });
  expect(await ended(serving)).toBe(0);
});
