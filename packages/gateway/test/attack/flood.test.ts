/** Much, slow, long or idle: memory stays bounded, and others are served meanwhile. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { fileURLToPath } from 'node:url';
import { describe, expect, onTestFinished, test } from 'vitest';
import { openListener } from '../../src/serve/listener/index.ts';
import { DEFAULT_GATEWAY } from '../../src/config/gateway/index.ts';
import { manualTimers } from '../harness.ts';
import { echo, HttpHarness, modernRequest } from '../http-harness.ts';
import type { Behaviour } from '../memory-upstream.ts';
import { eventually, Operated, RawConnection } from '../serve/operated.ts';
import { as, Callers } from './callers.ts';
import { streamOf } from './events.ts';

const IDLE_CLIENTS = fileURLToPath(new URL('./idle-clients.ts', import.meta.url));
const STREAMS = 10_000;
/** Files that a process needs for them, with some room. */
const FILES = STREAMS + 500;
/** What one idle stream may cost at most, in bytes; measured are some 35,000, its socket and half a session included. */
const BYTES_EACH = 80_000;

/** Acknowledges subscriptions and keeps them open. */
const listening: Behaviour = async (asked, server, call) => {
  if (asked.method !== 'subscriptions/listen') return echo(asked, server, call);
  const notifications = asked.params?.['notifications'] ?? {};
  await server.tell('notifications/subscriptions/acknowledged', { notifications }, call);
  return new Promise(() => {});
};

/** How many files this process may open; endless where the system does not say. */
function openFiles(): number {
  try {
    const line = /^Max open files\s+(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8'));
    return line?.[1] === undefined ? Infinity : Number(line[1]);
  } catch {
    // No such file: not Linux.
    return Infinity;
  }
}

const canOpen = openFiles() >= FILES;
if (!canOpen)
  console.warn(
    `skipped: ${STREAMS} idle streams, because this machine lets a process open ${openFiles()} files alone`,
  );

test.skipIf(!canOpen)(
  'ten thousand idle streams of both eras cost a bounded amount each, and calls are answered meanwhile',
  { timeout: 120_000 },
  async ({ annotate }) => {
    const { authenticate } = new Callers();
    const harness = await HttpHarness.start({ behave: listening, authenticate });
    await harness.modern('tools/call', { name: 'echo' }, as('caller'));
    globalThis.gc?.();
    const before = process.memoryUsage().rss;
    const child = fork(IDLE_CLIENTS, [harness.url, '5000', '5000', '50'], { execArgv: [] });
    onTestFinished(() => void child.kill());
    const [said] = (await once(child, 'message')) as [{ open: number }];
    expect(said.open).toBe(STREAMS);
    expect(harness.face.stats()).toMatchObject({ streams: STREAMS, sessions: { legacy: 5_000, modern: 51 } });
    globalThis.gc?.();
    const each = Math.round((process.memoryUsage().rss - before) / STREAMS);
    await annotate(`${each} bytes of memory for each of ${STREAMS} idle streams`);
    expect(each).toBeLessThan(BYTES_EACH);
    // Others, and those whose streams idle, are answered.
    for (const token of ['caller', 'agent-0', 'agent-49']) {
      const { status, messages } = await harness.modern(
        'tools/call',
        { name: 'echo', arguments: { a: 1 } },
        as(token),
      );
      expect({ status, messages }).toMatchObject({
        status: 200,
        messages: [{ result: { structuredContent: { a: 1 } } }],
      });
    }
    const session = await harness.session('2025-06-18', as('caller'));
    expect((await harness.post({ jsonrpc: '2.0', id: 1, method: 'ping' }, session)).status).toBe(200);
    child.kill();
    await eventually(() => harness.face.stats().streams === 0);
  },
);

test('no number of one client’s subscriptions keeps its calls out', async () => {
  const harness = await HttpHarness.start({ behave: listening });
  const leaving = new AbortController();
  // More than the calls that one client may have under way.
  const open = await Promise.all(
    Array.from({ length: 1_100 }, () =>
      harness.open(
        ...modernRequest('subscriptions/listen', { notifications: { toolsListChanged: true } }),
        leaving.signal,
      ),
    ),
  );
  expect(new Set(open.map(({ status }) => status))).toStrictEqual(new Set([200]));
  expect(new Set(open.map(({ headers }) => headers.get('content-type')))).toStrictEqual(
    new Set(['text/event-stream']),
  );
  expect((await harness.modern('tools/call', { name: 'echo' })).messages).toMatchObject([{ result: {} }]);
  leaving.abort();
  await expect.poll(() => harness.face.stats().streams).toBe(0);
});

test('streams and sessions past their bounds are refused with a time to come back, and those that are open go on', async () => {
  const { authenticate } = new Callers();
  const harness = await HttpHarness.start({
    behave: listening,
    authenticate,
    limits: { streams: 2, sessions: 2 },
  });
  const listen = (token: string): Promise<Response> =>
    harness.open(
      ...modernRequest('subscriptions/listen', { notifications: { toolsListChanged: true } }, as(token)),
    );
  const open = [streamOf(await listen('a')), streamOf(await listen('b'))];
  await Promise.all(open.map((stream) => stream.next()));
  const refused = await listen('a');
  expect([refused.status, refused.headers.get('retry-after')]).toStrictEqual([503, '1']);
  // Every session is in use: no room is made at their cost.
  expect((await harness.modern('tools/call', { name: 'echo' }, as('c'))).status).toBe(503);
  expect((await harness.modern('tools/call', { name: 'echo' }, as('a'))).status).toBe(200);
});

describe('slowly', () => {
  const HEAD = 'POST /mcp HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nAccept: */*\r\n';

  test('sent heads and bodies, hundreds at once, keep nobody else waiting and end in time', async () => {
    const operated = await Operated.open({ gateway: { limits: { headTime: '1s', requestTime: '2s' } } });
    const slow = Array.from({ length: 300 }, (_one, at) =>
      new RawConnection(operated.url).write(
        at % 2 === 0 ? 'POST /mcp HTTP/1.1\r\nHost: loc' : `${HEAD}Content-Length: 100\r\n\r\n{`,
      ),
    );
    const session = await operated.session();
    expect((await session.call('echo', { text: 'x' })).status).toBe(200);
    const answers = await Promise.all(slow.map((one) => one.ended()));
    expect(answers.every((text) => text === '' || /^HTTP\/1\.1 4\d\d /.test(text))).toBe(true);
    expect((await session.call('echo', { text: 'y' })).status).toBe(200);
  });

  test('read answers end with their connection, once nothing moves on it', async () => {
    const closed = Promise.withResolvers<string>();
    const listener = await openListener({
      listen: { host: '127.0.0.1', port: 0 },
      limits: { ...DEFAULT_GATEWAY.limits, headMs: 100, requestMs: 100 },
      stallMs: 300,
      answer: (_request, response) => {
        response.on('close', () => closed.resolve(response.writableFinished ? 'finished' : 'ended'));
        response.end(Buffer.alloc(32 * 1024 * 1024));
      },
      onLimit: () => {},
    });
    onTestFinished(() => listener.destroy());
    const { port } = new URL(listener.origin);
    const socket = connect(Number(port), '127.0.0.1', () =>
      socket.pause().write('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n'),
    );
    onTestFinished(() => void socket.destroy());
    socket.on('error', () => {});
    expect(await closed.promise).toBe('ended');
  });

  test.each([
    ['2025-06-18', 'that cannot be resumed'],
    ['2025-11-25', 'that can be resumed'],
  ])('read notifications are dropped past a bound, on a stream of %s %s', async (version) => {
    const timers = manualTimers();
    const harness = await HttpHarness.start({ timers });
    const session = await harness.session(version);
    const { hostname, port } = new URL(harness.url);
    const head = `GET /mcp HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream\r\nMcp-Session-Id: ${session['mcp-session-id']}\r\n\r\n`;
    const socket = connect(Number(port), hostname, () => socket.pause().write(head));
    onTestFinished(() => void socket.destroy());
    await expect.poll(() => harness.face.stats().streams).toBe(1);
    const before = process.memoryUsage();
    const data = 'x'.repeat(256 * 1024);
    // A gigabyte in all, which nobody reads.
    for (let at = 0; at < 4_096; at += 1)
      await harness.servers[0]?.tell('notifications/message', { level: 'info', data });
    const { external, arrayBuffers, heapUsed } = process.memoryUsage();
    const grown =
      external + arrayBuffers + heapUsed - before.external - before.arrayBuffers - before.heapUsed;
    expect(grown).toBeLessThan(512 * 1024 * 1024);
    expect((await harness.post({ jsonrpc: '2.0', id: 1, method: 'ping' }, session)).status).toBe(200);
  });
});

test('a body in pieces that never ends is refused at its bound, and the rest is not read', async () => {
  const operated = await Operated.open({ gateway: { limits: { body: '64KiB' } } });
  const connection = new RawConnection(operated.url).write(
    'POST /mcp HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nAccept: */*\r\nTransfer-Encoding: chunked\r\n\r\n',
  );
  let sent = 0;
  const more = (): void => {
    while (!connection.socket.destroyed && sent < 64 * 1024 * 1024) {
      sent += 4_096;
      if (!connection.socket.write(`1000\r\n${' '.repeat(4_096)}\r\n`)) return;
    }
  };
  connection.socket.on('drain', more);
  more();
  await eventually(() => connection.socket.closed);
  // The answer may be lost to a client that goes on writing.
  expect(connection.text).toMatch(/^(?:HTTP\/1\.1 413 |$)/);
  expect(operated.gateway.stats().refused['too-large']).toBe(1);
  expect(sent).toBeLessThan(64 * 1024 * 1024);
  expect((await operated.session()).id).toHaveLength(32);
});

test('connections beyond the bound are closed at once, and open ones are served', async () => {
  const operated = await Operated.open({ gateway: { limits: { connections: 50 } } });
  const session = await operated.session();
  const idle = Array.from({ length: 49 }, () =>
    new RawConnection(operated.url).write('POST /mcp HTTP/1.1\r\n'),
  );
  await eventually(async () => ((await operated.metric('writ_connections')) ?? 0) >= 49);
  const flood = Array.from({ length: 400 }, () => new RawConnection(operated.url));
  const refused = await Promise.all(flood.slice(1).map((one) => one.ended()));
  expect(refused.every((text) => text === '')).toBe(true);
  for (const one of [...idle, ...flood]) one.socket.destroy();
  await eventually(async () => (await operated.metric('writ_connections')) === 0);
  expect((await session.call('echo', { text: 'x' })).status).toBe(200);
});
