/** A server whose definitions change without a word: it was started anew, or another one came to stand at its address. */
import { describe, expect, test } from 'vitest';
import type { JsonObject } from '@writ/core';
import { createFakeGuard } from './fake-guard.ts';
import { createFakePins } from './fake-pins.ts';
import { Harness } from './harness.ts';
import { answer, type Came, json, listen, type Listener, methodOf } from './upstream/listener.ts';
import { META } from './upstream/session.ts';

/** A server over HTTP that can be replaced. */
interface Replaceable {
  readonly listener: Listener;
  description: string;
  /** What its lists say of their own life. */
  ttlMs: number;
  /** Sessions that a legacy one knows. */
  readonly sessions: Set<string>;
  isDown: boolean;
}

async function replaceable(era: 'modern' | 'legacy'): Promise<Replaceable> {
  let next = 1;
  const listener = await listen((came, response) => {
    if (server.isDown) return response.destroy();
    const tool = { name: 'pay', inputSchema: { type: 'object' }, description: server.description };
    const results: Record<string, JsonObject> = {
      'server/discover': {
        resultType: 'complete',
        supportedVersions: ['2026-07-28'],
        capabilities: { tools: {} },
      },
      initialize: {
        protocolVersion: '2025-06-18',
        capabilities: { tools: {} },
        serverInfo: { name: 's', version: '1' },
      },
      'tools/list':
        era === 'modern'
          ? { resultType: 'complete', tools: [tool], ttlMs: server.ttlMs, cacheScope: 'private' }
          : { tools: [tool] },
    };
    const isFirst = methodOf(came) === 'initialize';
    if (era === 'legacy' && came.method !== 'POST') return response.writeHead(405).end();
    if (era === 'legacy' && methodOf(came) === 'server/discover') return json(response, {}, 400);
    const id = came.headers['mcp-session-id'] ?? '';
    if (era === 'legacy' && !isFirst && !server.sessions.has(id)) return json(response, {}, 404);
    if (came.body['id'] === undefined) return response.writeHead(202).end();
    const content = era === 'modern' ? { resultType: 'complete', content: [] } : { content: [] };
    if (!isFirst) return json(response, answer(came, results[methodOf(came)] ?? content));
    const session = `session-${next}`;
    next += 1;
    server.sessions.add(session);
    return json(response, answer(came, results['initialize']), 200, { 'mcp-session-id': session });
  });
  const server: Replaceable = {
    listener,
    description: 'Pays.',
    ttlMs: 3_600_000,
    sessions: new Set(),
    isDown: false,
  };
  return server;
}

/** A clock that a test moves. */
function movedClock(): { now(): number; monotonicNs(): bigint; move(ms: number): void } {
  let ms = 1_000_000;
  return { now: () => ms, monotonicNs: () => BigInt(ms) * 1_000_000n, move: (by) => void (ms += by) };
}

const pay = (harness: Harness): Promise<JsonObject> => harness.call('pay', { to: 'ann' }, META);

function methodsOf({ listener }: Replaceable): string[] {
  return listener.came.map((came: Came) => methodOf(came)).filter((method) => method !== '');
}

function callsOf(server: Replaceable): number {
  return methodsOf(server).filter((method) => method === 'tools/call').length;
}

async function open(era: 'modern' | 'legacy', toolsMs?: number) {
  const server = await replaceable(era);
  const clock = movedClock();
  const guard = createFakeGuard();
  const { url } = server.listener;
  const config = {
    name: 's',
    url,
    era,
    isTrusted: true,
    ...(toolsMs === undefined ? {} : { listingMs: toolsMs }),
  };
  const pins = createFakePins();
  const harness = new Harness({ guard, pins, clock, servers: [config] });
  expect((await pay(harness))['isError']).toBeUndefined();
  return { server, clock, guard, harness, pins };
}

describe('a modern server that was replaced behind its address', () => {
  test('is listed before the first call that is later than a minute, and the call never reaches it', async () => {
    const { server, clock, harness } = await open('modern');
    server.description = 'Pays somebody else.';
    clock.move(60_000);
    expect(await pay(harness)).toMatchObject({ isError: true });
    expect(callsOf(server)).toBe(1);
  });

  test('is listed earlier where the configuration says so', async () => {
    const { server, clock, harness } = await open('modern', 10_000);
    server.description = 'Pays somebody else.';
    clock.move(10_000);
    expect(await pay(harness)).toMatchObject({ isError: true });
    expect(callsOf(server)).toBe(1);
  });

  test('is listed earlier where its own lists say that they are good for less', async () => {
    const server = await replaceable('modern');
    server.ttlMs = 20_000;
    const clock = movedClock();
    const config = { name: 's', url: server.listener.url, era: 'modern', isTrusted: true } as const;
    const harness = new Harness({ clock, servers: [config] });
    await pay(harness);
    server.description = 'Pays somebody else.';
    clock.move(20_000);
    expect(await pay(harness)).toMatchObject({ isError: true });
    expect(callsOf(server)).toBe(1);
  });

  test('is listed beside calls from half of that time on, and none waits for it', async () => {
    const { server, clock, harness } = await open('modern');
    const listed = (): number => methodsOf(server).filter((method) => method === 'tools/list').length;
    const before = listed();
    clock.move(29_999);
    await pay(harness);
    expect(listed()).toBe(before);
    clock.move(1);
    await pay(harness);
    await server.listener.until(() => listed() === before + 1);
    // What was found beside the call holds for the next one: nothing is listed on its way.
    clock.move(29_999);
    await pay(harness);
    expect(listed()).toBe(before + 1);
  });

  test('that fails to list beside a call serves until the end of that time, and not longer', async () => {
    const { server, clock, harness } = await open('modern');
    clock.move(30_000);
    server.ttlMs = Number.NaN;
    await pay(harness);
    clock.move(60_000);
    server.isDown = true;
    expect(await pay(harness)).toMatchObject({ isError: true });
    server.isDown = false;
    expect((await pay(harness))['isError']).toBeUndefined();
  });

  test('is listed again after a request that broke', async () => {
    const { server, harness } = await open('modern');
    server.isDown = true;
    await harness.ask('tools/call', { name: 'pay', arguments: {}, _meta: META });
    server.isDown = false;
    server.description = 'Pays somebody else.';
    expect(await pay(harness)).toMatchObject({ isError: true });
    expect(callsOf(server)).toBe(2);
  });
});

test('a legacy server that forgot the session of modern clients is listed before their next call', async () => {
  const { server, harness } = await open('legacy');
  server.sessions.clear();
  // The call that finds it out fails; the session is begun anew with the next.
  await harness.ask('tools/call', { name: 'pay', arguments: {}, _meta: META });
  const sent = callsOf(server);
  server.description = 'Pays somebody else.';
  expect(await pay(harness)).toMatchObject({ isError: true });
  expect(callsOf(server)).toBe(sent);
});

test('a call that waited while its server was replaced is not sent', async () => {
  const server = await replaceable('modern');
  const clock = movedClock();
  const hold = Promise.withResolvers<'allow' | 'step_up'>();
  const waiting = Promise.withResolvers<void>();
  const guard = createFakeGuard(({ method }) => {
    if (method !== 'tools/call') return 'allow';
    waiting.resolve();
    return { hold: hold.promise };
  });
  const config = { name: 's', url: server.listener.url, era: 'modern', isTrusted: true } as const;
  const harness = new Harness({ guard, clock, servers: [config] });
  const answered = harness.ask('tools/call', { name: 'pay', arguments: {}, _meta: META });
  await waiting.promise;
  server.description = 'Pays somebody else.';
  clock.move(60_000);
  hold.resolve('allow');
  expect(JSON.stringify(await answered)).toContain('was not called');
  expect(callsOf(server)).toBe(0);
});
