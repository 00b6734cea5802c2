// `writ export`: the log reaches a receiver from a process of its own and from the gateway's, and says how far it is.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, afterEach, beforeAll, beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import { type Finished, Scratch } from './harness.ts';

/** How long a process may take: machines that run tests are shared. */
const WAITING = { timeout: 60_000, interval: 50 };
/** Each test starts several processes. */
const SEVERAL = { timeout: 120_000 };
const TOKEN = 'token-that-nobody-may-see';

interface Received {
  readonly uid: string;
  readonly kind: string;
  readonly message: string;
}

let made: Scratch;
let scratch: Scratch;
let server: Server;
let url: string;
let received: Received[] = [];
let authorizations: (string | undefined)[] = [];
/** What the receiver answers. */
let status = 200;

beforeAll(async () => {
  made = new Scratch();
  made.mustInit('--trust');
  server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      authorizations.push(request.headers.authorization);
      if (status === 200)
        for (const line of Buffer.concat(chunks).toString().trim().split('\n')) {
          const { metadata, message } = JSON.parse(line) as {
            metadata: { uid: string; event_code: string };
            message: string;
          };
          received.push({ uid: metadata.uid, kind: metadata.event_code, message });
        }
      response.writeHead(status).end();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/events`;
});

afterAll(async () => {
  server.closeAllConnections();
  server.close();
  await made.remove();
});

beforeEach(() => {
  scratch = made.copy();
  vi.stubEnv('SIEM_TOKEN', TOKEN);
  received = [];
  authorizations = [];
  status = 200;
});

afterEach(async () => {
  vi.unstubAllEnvs();
  await scratch.remove();
});

/** Adds a destination `siem` to the configuration of the scratch folder. */
function configure(more = ''): void {
  scratch.write(
    'writ.yaml',
    `${scratch.read('writ.yaml')}
export:
  siem:
    type: webhook
    url: ${url}
    body: lines
    headers: {Authorization: {scheme: Bearer, valueEnv: SIEM_TOKEN}}
    from: start
    flushInterval: 10ms
${more}`,
  );
}

function start(...args: readonly string[]): ChildProcess {
  const child = spawn(Scratch.launcher, args, {
    cwd: scratch.folder,
    env: scratch.environment,
  });
  onTestFinished(async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGKILL');
    await once(child, 'exit');
  });
  return child;
}

/** Runs to the end beside the receiver in this process. */
async function finish(...args: readonly string[]): Promise<Finished> {
  const child = start(...args);
  const [stdout, stderr] = [child.stdout, child.stderr].map((stream) =>
    stream === null ? Promise.resolve('') : text(stream),
  );
  const [code] = (await once(child, 'close')) as [number | null];
  return { status: code, stdout: (await stdout) ?? '', stderr: (await stderr) ?? '' };
}

test(
  'a process of its own sends what is in the log and what comes, and says how far it is',
  SEVERAL,
  async () => {
    configure();
    const running = start('export', 'run');
    const client = await scratch.gateway(
      '--config',
      scratch.write('other.yaml', scratch.read('writ.yaml').split('export:')[0] ?? ''),
    );
    await client.call('read');
    await vi.waitFor(() => expect(received.map(({ kind }) => kind)).toContain('outcome'), WAITING);
    await client.close();
    expect(authorizations.every((value) => value === `Bearer ${TOKEN}`)).toBe(true);
    await vi.waitFor(async () => {
      const { stdout, status: code } = await finish('export', 'status', '--json');
      expect(JSON.parse(stdout)).toMatchObject({
        destinations: [{ name: 'siem', type: 'webhook', lagEntries: 0, lagMs: 0, isBehind: false }],
      });
      expect(code).toBe(0);
    }, WAITING);
    running.kill('SIGTERM');
    await once(running, 'exit');
    expect(running.exitCode).toBe(0);
    const uids = received.map(({ uid }) => uid);
    expect(new Set(uids).size).toBe(uids.length);
    expect((await finish('export', 'status')).stdout).toContain('not running');
  },
);

test('a gateway with destinations sends in a thread of its own', SEVERAL, async () => {
  configure();
  const client = await scratch.gateway();
  await client.call('read');
  await client.close();
  // What the gateway had no time for is sent by the next.
  const next = await scratch.gateway();
  await vi.waitFor(
    () =>
      expect(received.map(({ kind }) => kind)).toStrictEqual(expect.arrayContaining(['decision', 'outcome'])),
    WAITING,
  );
  await next.close();
});

test('one test event is sent without a trace in log or cursor', SEVERAL, async () => {
  configure();
  const { stdout, status: code } = await finish('export', 'test', 'siem');
  expect(code, stdout).toBe(0);
  expect(received).toMatchObject([{ message: expect.stringContaining('a test of Writ') }]);
  const shown = JSON.parse((await finish('export', 'status', '--json')).stdout) as {
    destinations: readonly { next: unknown }[];
  };
  expect(shown.destinations[0]?.next).toBeNull();
});

test(
  'a destination that refuses is told without a secret, in the test and in the status',
  SEVERAL,
  async () => {
    configure();
    status = 403;
    const tested = await finish('export', 'test', 'siem');
    expect(tested.status).toBe(74);
    expect(tested.stderr).toContain('the webhook answered 403');
    const running = start('export', 'run');
    await vi.waitFor(async () => {
      const shown = await finish('export', 'status', '--json');
      expect(JSON.parse(shown.stdout)).toMatchObject({
        destinations: [{ phase: 'stopped', error: { code: 'export.refused' }, next: 0 }],
      });
      expect(shown.status).toBe(1);
      expect(shown.stdout + shown.stderr + tested.stderr).not.toContain(TOKEN);
    }, WAITING);
    running.kill('SIGTERM');
    await once(running, 'exit');
  },
);

test(
  'where a destination goes on is said by a person, and what that leaves out is recorded',
  SEVERAL,
  async () => {
    configure();
    const client = await scratch.gateway(
      '--config',
      scratch.write('other.yaml', scratch.read('writ.yaml').split('export:')[0] ?? ''),
    );
    await client.call('read');
    await client.close();
    expect((await finish('export', 'reset', 'siem', '--from', '1')).status).toBe(0);
    expect((await finish('export', 'reset', 'siem', '--from', '999999')).status).not.toBe(0);
    const moved = await finish('export', 'reset', 'siem', '--from', 'now');
    expect(moved.stdout).toMatch(/siem goes on at entry \d+; it stood at entry 1/);
    const running = start('export', 'run');
    await vi.waitFor(() => expect(received.map(({ kind }) => kind)).toContain('export'), WAITING);
    expect(received.map(({ kind }) => kind)).not.toContain('decision');
    running.kill('SIGTERM');
    await once(running, 'exit');
  },
);

test('without a destination there is nothing to send', SEVERAL, async () => {
  const { status: code, stderr } = await finish('export', 'run');
  expect(code).toBe(2);
  expect(stderr).toContain('no destination is configured');
});
