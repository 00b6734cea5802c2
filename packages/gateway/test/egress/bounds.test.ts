// What slow, many and endless clients can take, and what ends a flow that was permitted.
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { echoHost, EgressWorld, host, LOOPBACK, type RawClient } from './world.ts';

/** The account of the first outcome, as it was recorded. */
async function account(world: EgressWorld): Promise<Record<string, unknown>> {
  return vi.waitFor(() => {
    const index = world.details().findIndex(({ kind }) => kind === 'outcome');
    if (index < 0) throw new Error('there is no outcome yet');
    const body = world.body(`#${index}`);
    const text = JSON.stringify(body);
    const [, found = '{}'] = /"result":(\{[^{}]*\})/.exec(text) ?? [];
    return JSON.parse(found) as Record<string, unknown>;
  });
}

async function tunnelTo(world: EgressWorld, port: number): Promise<RawClient> {
  const { status, client } = await world.connect(`127.0.0.1:${port}`);
  expect(status).toBe(200);
  return client;
}

/** Stops the world's agent, as `writ kill` does. */
async function stop({ egress: { node } }: EgressWorld): Promise<void> {
  await node.log.append({
    detail: {
      kind: 'kill',
      kill: {
        action: 'kill',
        scope: 'agent',
        reason: 'manual',
        killEpoch: node.state.epochs('').killEpoch + 1,
      },
    },
    tenant: node.tenant,
    time: node.clock.now(),
    monotonicNs: node.clock.monotonicNs(),
    retentionClass: 'log',
    committed: {},
    concerns: [],
    effects: [{ type: 'kill', scope: 'agent', id: 'bot', reason: 'manual' }],
  });
}

const limits = (text: string): string => `${LOOPBACK}, limits: {${text}}`;

describe('a flow ends', () => {
  test('when more came back than it may bring', async () => {
    const big = await host('127.0.0.1', (_request, response) => void response.end('x'.repeat(2_000_000)));
    const world = await EgressWorld.open({ egress: limits('bytesDown: 1MiB') });
    const { text } = await world.get(`http://127.0.0.1:${big.port}/`);
    expect(text.length).toBeLessThan(1_500_000);
    expect(await account(world)).toMatchObject({ end: 'bytes-down' });
  });

  test('when more was sent than it may send', async () => {
    const echo = await echoHost();
    const world = await EgressWorld.open({ egress: limits('bytesUp: 1KiB') });
    const client = await tunnelTo(world, echo.port);
    client.socket.write('x'.repeat(4_096));
    await client.ended();
    expect(await account(world)).toMatchObject({ end: 'bytes-up' });
  });

  test('when nothing moves in it', async () => {
    const echo = await echoHost();
    const world = await EgressWorld.open({ egress: limits('idle: 200ms') });
    await (await tunnelTo(world, echo.port)).ended();
    expect(await account(world)).toMatchObject({ end: 'idle' });
  });

  test('after its lifetime, whatever moves', async () => {
    const echo = await echoHost();
    const world = await EgressWorld.open({ egress: limits('lifetime: 1s, idle: 1h') });
    await (await tunnelTo(world, echo.port)).ended();
    expect(await account(world)).toMatchObject({ end: 'lifetime' });
  });

  test('when its agent is stopped', async () => {
    const echo = await echoHost();
    const world = await EgressWorld.open();
    const client = await tunnelTo(world, echo.port);
    await stop(world);
    await client.ended();
    await vi.waitFor(() => expect(world.entries().at(-1)).toMatch(/^outcome unknown/));
    expect((await world.get(`http://127.0.0.1:${echo.port}/`)).status).toBe(403);
  });

  test('when its agent is stopped, also that of an answer that is not over', async () => {
    const endless = await host('127.0.0.1', (_request, response) => void response.write('beginning'));
    const world = await EgressWorld.open();
    const client = world.client();
    const at = `127.0.0.1:${endless.port}`;
    client.socket.write(`GET http://${at}/ HTTP/1.1\r\nHost: ${at}\r\n\r\n`);
    await client.until(() => client.text.includes('beginning'));
    await stop(world);
    await client.ended();
    await vi.waitFor(() => expect(world.entries().at(-1)).toMatch(/^outcome unknown/));
  });

  test('when its agent is stopped, also that of a WebSocket', async () => {
    const behind = createServer();
    behind.on('upgrade', (_request, socket) => {
      socket.on('error', () => {});
      socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n');
    });
    behind.listen(0, '127.0.0.1');
    await once(behind, 'listening');
    onTestFinished(() => void behind.close());
    const world = await EgressWorld.open();
    const client = world.client();
    const at = `127.0.0.1:${(behind.address() as AddressInfo).port}`;
    client.socket.write(
      `GET http://${at}/ HTTP/1.1\r\nHost: ${at}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n`,
    );
    await client.until(() => client.text.includes(' 101 '));
    await stop(world);
    await client.ended();
    await vi.waitFor(() => expect(world.entries().at(-1)).toMatch(/^outcome unknown/));
  });

  test('when the proxy closes, and says so in the record', async () => {
    const echo = await echoHost();
    const world = await EgressWorld.open();
    const client = await tunnelTo(world, echo.port);
    await world.egress.node.guard.close();
    await client.ended();
    expect(world.entries()).toEqual(['decision allow', 'outcome unknown guard.closed']);
  });
});

test('a stopped agent tells nobody a name: what it asks for is not looked up', async () => {
  const world = await EgressWorld.open({ names: { 'secret.a.test': [['127.0.0.1']] } });
  await stop(world);
  expect((await world.get('http://secret.a.test/')).status).toBe(403);
  expect((await world.connect('secret.a.test:443')).status).toBe(403);
  expect(world.asked).toEqual([]);
});

test('bytes go at the rate that they may', async () => {
  const big = await host('127.0.0.1', (_request, response) => void response.end('x'.repeat(400_000)));
  const paced: number[] = [];
  const { systemTimers } = await import('@writ/core');
  const timers = {
    after(ms: number, run: () => void): () => void {
      if (ms > 0 && ms < 10_000) paced.push(ms);
      return systemTimers.after(ms, run);
    },
  };
  const world = await EgressWorld.open({
    egress: limits('bytesPerSecond: 512KiB, idle: 1h, lifetime: 1h'),
    timers,
  });
  expect((await world.get(`http://127.0.0.1:${big.port}/`)).text.length).toBeGreaterThan(400_000);
  // Some 400 KB at 512 KiB a second are waited for, but for the burst at the beginning.
  expect(Math.max(...paced)).toBeGreaterThan(50);
});

describe('clients', () => {
  test('that send their head byte by byte are not waited for', async () => {
    const world = await EgressWorld.open({ egress: limits('headTime: 500ms') });
    const client = world.client();
    client.socket.write('GET http://a.test/ HT');
    expect(await client.ended()).toMatch(/^HTTP\/1\.1 408 /);
    expect(await world.counted()).toHaveProperty('egress.http');
  });

  test('that never send their body are not waited for', async () => {
    const behind = await host();
    const world = await EgressWorld.open({ egress: limits('headTime: 500ms') });
    const at = `127.0.0.1:${behind.port}`;
    const text = await world.raw(
      `POST http://${at}/ HTTP/1.1\r\nHost: ${at}\r\nContent-Length: 100\r\n\r\nsome`,
    );
    expect(text).toMatch(/^HTTP\/1\.1 400 /);
    expect(behind.connections).toBe(0);
  });

  test('that send request after request before the first is answered are ended, with what has begun', async () => {
    const echo = await echoHost();
    const asked: string[] = [];
    const world = await EgressWorld.open({
      resolver: {
        resolve(name) {
          asked.push(name);
          return new Promise(() => {});
        },
      },
    });
    const at = `a.test:${echo.port}`;
    const client = world.client();
    client.socket.write(`GET http://${at}/ HTTP/1.1\r\nHost: ${at}\r\n\r\n`.repeat(1_000));
    expect(await client.ended()).toBe('');
    expect(asked.length).toBeLessThanOrEqual(16);
    expect(echo.sockets).toHaveLength(0);
    await vi.waitFor(() => expect(world.egress.connections).toBe(0));
  });

  test('past the configured number are told to come later', async () => {
    const echo = await echoHost();
    const world = await EgressWorld.open({ egress: limits('connections: 2') });
    await tunnelTo(world, echo.port);
    await tunnelTo(world, echo.port);
    expect(await world.client().ended()).toMatch(/^HTTP\/1\.1 503 /);
  });

  test('with a thousand idle tunnels leave room for one more, and take little memory each', async () => {
    const echo = await echoHost();
    const world = await EgressWorld.open();
    const before = process.memoryUsage.rss();
    const clients: RawClient[] = [];
    for (let batch = 0; batch < 20; batch += 1)
      clients.push(...(await Promise.all(Array.from({ length: 50 }, () => tunnelTo(world, echo.port)))));
    expect(world.egress.connections).toBe(1_000);
    const client = await tunnelTo(world, echo.port);
    client.socket.write('ping');
    await client.until(() => client.text.endsWith('ping'));
    // Client, proxy and host are all in this process: three sockets and a guarded action for each.
    expect((process.memoryUsage.rss() - before) / 1_000).toBeLessThan(400_000);
    for (const one of clients) one.socket.destroy();
  });

  test('that go away before anything was connected leave no connection', async () => {
    const echo = await echoHost();
    let release = (): void => {};
    const waiting = new Promise<void>((resolve) => (release = resolve));
    const asked = Promise.withResolvers<void>();
    const world = await EgressWorld.open({
      resolver: {
        async resolve() {
          asked.resolve();
          await waiting;
          return ['127.0.0.1'];
        },
      },
    });
    const client = world.client();
    client.socket.write(`CONNECT slow.test:${echo.port} HTTP/1.1\r\nHost: slow.test:${echo.port}\r\n\r\n`);
    await asked.promise;
    client.socket.destroy();
    await vi.waitFor(() => expect(world.egress.connections).toBe(0));
    release();
    await vi.waitFor(() => expect(world.entries().length).toBeGreaterThan(0));
    expect(echo.sockets).toHaveLength(0);
  });
});

describe('a host that is not there', () => {
  test('is told apart from one that was refused', async () => {
    const behind = await echoHost();
    const world = await EgressWorld.open();
    // Nobody listens at another loopback address on that port.
    const { status, text } = await world.get(`http://127.0.0.77:${behind.port}/`);
    expect(status).toBe(502);
    expect(text).toContain('It was permitted');
    await vi.waitFor(() => expect(world.entries()).toEqual(['decision allow', 'outcome failed']));
  });
});
