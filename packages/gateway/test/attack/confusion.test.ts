/** Whose session, stream, question, request or task it is: nobody else's, and not for longer than its owner may call. */
import { describe, expect, test } from 'vitest';
import { isJsonObject, type JsonObject } from '@writ/core';
import { createFakeGuard } from '../fake-guard.ts';
import { manualTimers } from '../harness.ts';
import { echo, HttpHarness, MODERN_META, modernRequest } from '../http-harness.ts';
import type { Behaviour, MemoryUpstream } from '../memory-upstream.ts';
import type { ClientCall } from '../../src/mcp/upstream/index.ts';
import { as, Callers } from './callers.ts';
import { streamOf } from './events.ts';

const KEEP_ALIVE_MS = 15_000;
const CALL = { jsonrpc: '2.0', id: 5, method: 'tools/call', params: { name: 'echo', arguments: { a: 1 } } };
const JSON_TYPE = { 'content-type': 'application/json', accept: 'application/json, text/event-stream' };

/** A server whose calls and subscriptions stay open until the test lets them end. */
function waiting(): { behave: Behaviour; calls: ClientCall[]; server: () => MemoryUpstream | undefined } {
  const calls: ClientCall[] = [];
  let own: MemoryUpstream | undefined;
  const behave: Behaviour = async (asked, server, call) => {
    own = server;
    if (asked.method !== 'tools/call' && asked.method !== 'subscriptions/listen')
      return echo(asked, server, call);
    if (call !== undefined) calls.push(call);
    const { params } = asked;
    const notifications = params?.['notifications'] ?? {};
    if (asked.method === 'subscriptions/listen')
      await server.tell('notifications/subscriptions/acknowledged', { notifications }, call);
    else await server.tell('notifications/message', { level: 'info', data: 'begun' }, call);
    return new Promise(() => {});
  };
  return { behave, calls, server: () => own };
}

async function start(behave: Behaviour = echo) {
  const callers = new Callers();
  const timers = manualTimers();
  const { authenticate } = callers;
  const harness = await HttpHarness.start({ behave, timers, authenticate });
  return { callers, timers, harness };
}

describe('a session of the legacy era', () => {
  test('is never opened under an id that a client brings (fixation)', async () => {
    const { harness } = await start();
    const params = {
      protocolVersion: '2025-06-18',
      capabilities: {},
      clientInfo: { name: 't', version: '1' },
    };
    const initialize = { jsonrpc: '2.0', id: 0, method: 'initialize', params };
    const chosen = { ...as('a'), 'mcp-session-id': 'a'.repeat(32) };
    const refused = await harness.post(initialize, chosen);
    expect(refused.status).toBe(400);
    expect(refused.headers.get('mcp-session-id')).toBeNull();
    expect((await harness.post(CALL, chosen)).status).toBe(404);
    expect(harness.face.stats().sessions.legacy).toBe(0);
  });

  test('has ids that cannot be counted through, and one of another’s is answered exactly as one that never was', async () => {
    const { harness } = await start();
    const own = await harness.session('2025-06-18', as('a'));
    const ids = await Promise.all(
      Array.from(
        { length: 20 },
        async () => (await harness.session('2025-06-18', as('a')))['mcp-session-id'],
      ),
    );
    expect(new Set(ids).size).toBe(20);
    for (const id of ids) expect(Buffer.from(id, 'base64url')).toHaveLength(24);
    const [first = ''] = ids;
    const changed = `${first.startsWith('A') ? 'B' : 'A'}${first.slice(1)}`;
    const guesses = [
      own['mcp-session-id'],
      changed,
      '',
      '../',
      '__proto__',
      'constructor',
      first.slice(0, -1),
      `${first},${first}`,
    ];
    const answers = await Promise.all(
      guesses.map(async (id) => {
        const { status, messages, headers } = await harness.post(CALL, { ...as('b'), 'mcp-session-id': id });
        return { status, messages, names: [...headers.keys()].filter((name) => name !== 'date') };
      }),
    );
    for (const answer of answers) expect(answer).toStrictEqual(answers[0]);
    expect(answers[0]).toMatchObject({ status: 404, messages: [{ error: { code: -32001 } }] });
  });

  test.each(['POST', 'GET', 'DELETE'])(
    'is not there for another token by %s, before and after it changed',
    async (method) => {
      const { harness } = await start();
      const session = await harness.session('2025-11-25', as('a'));
      const send = (token: string): Promise<Response> =>
        fetch(harness.url, {
          method,
          headers: { ...JSON_TYPE, ...session, ...as(token) },
          ...(method === 'POST' ? { body: JSON.stringify(CALL) } : {}),
        });
      expect((await send('b')).status).toBe(404);
      expect((await harness.post(CALL, session)).status).toBe(200);
      expect(harness.guard.actions.every(({ caller }) => caller?.agent.id === 'a')).toBe(true);
    },
  );

  test('is not answered for by another: a posted answer to a server’s question is taken from its own client alone', async () => {
    let answered: Promise<unknown> | undefined;
    const behave: Behaviour = async (asked, server, call) => {
      if (asked.method !== 'tools/call') return echo(asked, server, call);
      answered = server.ask('elicitation/create', { message: 'who?' }, call);
      await answered;
      return echo(asked, server, call);
    };
    const { harness } = await start(behave);
    const mine = await harness.session('2025-06-18', as('a'));
    const others = await harness.session('2025-06-18', as('b'));
    const stream = streamOf(await harness.open(CALL, mine));
    const { id } = await stream.next();
    const forged = { jsonrpc: '2.0', id, result: { action: 'accept', content: { forged: true } } };
    expect((await harness.post(forged, { ...mine, ...as('b') })).status).toBe(404);
    expect((await harness.post(forged, others)).status).toBe(202);
    expect((await harness.post(forged, as('b'))).status).toBe(400);
    const own = { jsonrpc: '2.0', id, result: { action: 'decline' } };
    expect((await harness.post(own, mine)).status).toBe(202);
    expect(await answered).toStrictEqual({ result: { action: 'decline' } });
    // The same once more changes nothing.
    expect((await harness.post(forged, mine)).status).toBe(202);
    expect(await stream.next()).toMatchObject({ id: 5, result: { structuredContent: { a: 1 } } });
  });

  test('does not hand its stream to another by `Last-Event-ID`, nor one stream’s events to another', async () => {
    const { behave, server } = waiting();
    const { harness } = await start(behave);
    const mine = await harness.session('2025-11-25', as('a'));
    const others = await harness.session('2025-11-25', as('b'));
    const leaving = new AbortController();
    const stream = streamOf(await harness.open(CALL, mine, leaving.signal));
    expect(await stream.next()).toMatchObject({ params: { data: 'begun' } });
    leaving.abort();
    await expect.poll(() => harness.face.stats().streams).toBe(0);
    const resume = (headers: Record<string, string>, id: string): Promise<Response> =>
      fetch(harness.url, { headers: { ...headers, accept: 'text/event-stream', 'last-event-id': id } });
    // The session of another with my event's id, and mine with another's token.
    expect((await resume(others, 'p1-0')).status).toBe(404);
    expect((await resume({ ...mine, ...as('b') }, 'p1-0')).status).toBe(404);
    for (const id of ['p2-0', 'p1', 'P1-0', 'p1--1', '__proto__-0', 'get-99999999999999999', '%70%31-0'])
      expect((await resume(mine, id)).status).toBe(404);
    expect(server()?.aborted).toEqual([]);
    const resumed = streamOf(await resume(mine, 'p1-0'));
    expect(await resumed.next()).toMatchObject({ params: { data: 'begun' } });
  });

  test('has one stream for what belongs to no request, which nobody takes over while it is read', async () => {
    const { behave } = waiting();
    const { harness, callers, timers } = await start(behave);
    const mine = await harness.session('2025-11-25', as('a'));
    const others = await harness.session('2025-11-25', as('b'));
    const listen = (headers: Record<string, string>): Promise<Response> =>
      fetch(harness.url, { headers: { ...headers, accept: 'text/event-stream' } });
    const open = streamOf(await listen(mine));
    // A second client of the same session, by its place or without one, and another principal by the id of the session.
    expect((await listen(mine)).status).toBe(409);
    expect((await listen({ ...mine, 'last-event-id': 'get-0' })).status).not.toBe(200);
    expect((await listen({ ...mine, ...as('b') })).status).toBe(404);
    // The same place in another session is a place in that session.
    const other = streamOf(await listen({ ...others, 'last-event-id': 'get-0' }));
    expect((await fetch(harness.url, { method: 'DELETE', headers: { ...mine, ...as('b') } })).status).toBe(
      404,
    );
    const [first, second] = harness.servers;
    await second?.tell('notifications/message', { level: 'info', data: 'for b' });
    await first?.tell('notifications/message', { level: 'info', data: 'for a' });
    expect(await open.next()).toMatchObject({ params: { data: 'for a' } });
    expect(await other.next()).toMatchObject({ params: { data: 'for b' } });
    // Nor is it resumed by whoever may not call any more.
    callers.end('a');
    timers.fire(KEEP_ALIVE_MS);
    await open.ended();
    for (const id of ['get-0', 'get-1']) {
      const late = await listen({ ...mine, 'last-event-id': id });
      expect(late.status).toBe(401);
      expect(await late.text()).not.toContain('for a');
    }
  });

  test('that is ended during a call cancels the call, and its id is nobody’s from then on', async () => {
    const { behave } = waiting();
    const { harness } = await start(behave);
    const mine = await harness.session('2025-11-25', as('a'));
    const again = await harness.session('2025-11-25', as('a'));
    const kept = streamOf(await harness.open(CALL, again));
    expect(await kept.next()).toMatchObject({ params: { data: 'begun' } });
    const stream = streamOf(await harness.open(CALL, mine));
    expect(await stream.next()).toMatchObject({ params: { data: 'begun' } });
    expect((await fetch(harness.url, { method: 'DELETE', headers: mine })).status).toBe(204);
    await stream.ended();
    await expect.poll(() => harness.servers.flatMap(({ aborted }) => aborted)).toEqual(['tools/call']);
    const resume = { ...mine, accept: 'text/event-stream', 'last-event-id': 'p1-0' };
    expect((await fetch(harness.url, { headers: resume })).status).toBe(404);
    expect((await harness.post(CALL, mine)).status).toBe(404);
    // The other session of the same principal goes on.
    expect(harness.servers.filter(({ isClosed }) => isClosed)).toHaveLength(1);
    expect(harness.face.stats().sessions.legacy).toBe(1);
  });

  test('is not cancelled by another: a `notifications/cancelled` reaches its own requests alone', async () => {
    const { behave, server } = waiting();
    const { harness } = await start(behave);
    const mine = await harness.session('2025-06-18', as('a'));
    const others = await harness.session('2025-06-18', as('b'));
    const stream = streamOf(await harness.open(CALL, mine));
    await stream.next();
    const cancel = { jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 5 } };
    expect((await harness.post(cancel, others)).status).toBe(202);
    expect((await harness.post(cancel, { ...mine, ...as('b') })).status).toBe(404);
    expect(harness.servers.flatMap(({ aborted }) => aborted)).toEqual([]);
    expect((await harness.post(cancel, mine)).status).toBe(202);
    await expect.poll(() => harness.servers.flatMap(({ aborted }) => aborted)).toEqual(['tools/call']);
    expect(server()).toBeDefined();
  });
});

describe('principals of the modern era', () => {
  test('share nothing: servers, requests of one id, progress of one token', async () => {
    const { behave, calls } = waiting();
    const { harness } = await start(behave);
    const params = { name: 'echo', _meta: { ...MODERN_META, progressToken: 'same' } };
    const open = async (token: string) =>
      streamOf(await harness.open(...modernRequest('tools/call', params, as(token))));
    const [mine, others] = [await open('a'), await open('b')];
    await Promise.all([mine.next(), others.next()]);
    expect(harness.servers).toHaveLength(2);
    const [first] = harness.servers;
    const given = first?.asked.find(({ method }) => method === 'tools/call')?.params?.['_meta'];
    const token = isJsonObject(given) ? (given['progressToken'] ?? '') : '';
    expect(token).not.toBe('same');
    await first?.tell('notifications/progress', { progressToken: token, progress: 1 }, calls[0]);
    expect(await mine.next()).toMatchObject({ params: { progressToken: 'same', progress: 1 } });
    // A server that reports under a token that it was not given is heard by nobody.
    for (const guess of ['same', 0, 2, 3, 1.5, '1'])
      await first?.tell('notifications/progress', { progressToken: guess, progress: 2 });
    const last: JsonObject = { level: 'info', data: 'last' };
    await first?.tell('notifications/message', last, calls[0]);
    expect(await mine.next()).toMatchObject({ params: { data: 'last' } });
  });

  test('do not cancel one another’s requests, nor their own by a notification that could name another client’s', async () => {
    const { behave } = waiting();
    const { harness } = await start(behave);
    const stream = streamOf(await harness.open(...modernRequest('tools/call', { name: 'echo' }, as('a'))));
    await stream.next();
    for (const token of ['a', 'b']) {
      for (const requestId of [1, '#1', 'n1']) {
        const cancel = { jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId } };
        const headers = {
          ...as(token),
          'mcp-protocol-version': '2026-07-28',
          'mcp-method': 'notifications/cancelled',
        };
        expect((await harness.post(cancel, headers)).status).toBe(202);
      }
    }
    expect(harness.servers.flatMap(({ aborted }) => aborted)).toEqual([]);
  });

  test('do not see one another’s tasks', async () => {
    const extension = 'io.modelcontextprotocol/tasks';
    const capabilities = { extensions: { [extension]: {} } };
    const _meta = { ...MODERN_META, 'io.modelcontextprotocol/clientCapabilities': capabilities };
    const behave: Behaviour = (asked, server, call) => {
      if (asked.method === 'tools/call')
        return {
          result: {
            resultType: 'task',
            taskId: 't-1',
            status: 'working',
            ttlMs: 60_000,
            createdAt: '',
            lastUpdatedAt: '',
          },
        };
      if (asked.method.startsWith('tasks/'))
        return { result: { resultType: 'complete', taskId: 't-1', status: 'working' } };
      return echo(asked, server, call);
    };
    const { harness } = await start(behave);
    const begun = await harness.modern('tools/call', { name: 'echo', _meta }, as('a'));
    expect(begun.messages).toMatchObject([{ result: { taskId: 't-1' } }]);
    const before = harness.servers.flatMap(({ asked }) => asked).length;
    const unknown = await harness.modern('tasks/get', { taskId: 'never', _meta }, as('b'));
    for (const method of ['tasks/get', 'tasks/update', 'tasks/cancel'] as const) {
      const answer = await harness.modern(method, { taskId: 't-1', _meta }, as('b'));
      expect(answer).toMatchObject({ status: unknown.status, messages: unknown.messages });
    }
    const asked = harness.servers.flatMap((server) => server.asked).slice(before);
    expect(asked.filter(({ method }) => method.startsWith('tasks/'))).toEqual([]);
    expect((await harness.modern('tasks/get', { taskId: 't-1', _meta }, as('a'))).messages).toMatchObject([
      { result: { taskId: 't-1' } },
    ]);
  });

  test('replay no state of a question: each retry is judged as the call it is, in the name of whoever sends it', async () => {
    const behave: Behaviour = (asked, server, call) => {
      if (asked.method !== 'tools/call') return echo(asked, server, call);
      const { params } = asked;
      if (params?.['requestState'] !== undefined) return echo(asked, server, call);
      return { result: { resultType: 'input_required', requestState: 'opaque', inputRequests: {} } };
    };
    const guard = createFakeGuard(({ caller, method }) =>
      caller?.agent.id === 'b' && method === 'tools/call' ? 'deny' : 'allow',
    );
    const { authenticate } = new Callers();
    const harness = await HttpHarness.start({ guard, behave, authenticate });
    await harness.modern('tools/call', { name: 'echo' }, as('a'));
    const retry = { name: 'echo', requestState: 'opaque', inputResponses: { x: { action: 'accept' } } };
    const before = harness.servers.flatMap(({ asked }) => asked).length;
    const stolen = await harness.modern('tools/call', retry, as('b'));
    expect(stolen.messages).toMatchObject([{ result: { isError: true } }]);
    const sent = harness.servers.flatMap(({ asked }) => asked).slice(before);
    expect(sent.filter(({ method }) => method === 'tools/call')).toEqual([]);
    await harness.modern('tools/call', retry, as('a'));
    await harness.modern('tools/call', retry, as('a'));
    const judged = guard.actions.filter(
      ({ caller, method }) => caller?.agent.id === 'a' && method === 'tools/call',
    );
    expect(judged).toHaveLength(3);
  });
});

describe('a token that ends', () => {
  const listenRequest = (token: string) =>
    modernRequest('subscriptions/listen', { notifications: { toolsListChanged: true } }, as(token));

  test.each([
    ['was revoked', 'auth.revoked', 401],
    ['expired', 'auth.expired', 401],
    ['lost its scope', 'auth.scope', 403],
  ])('ends what listens by it, in either era, when it %s', async (_why, code, status) => {
    const { behave } = waiting();
    const { harness, callers, timers } = await start(behave);
    const session = await harness.session('2025-11-25', as('a'));
    const legacy = await fetch(harness.url, { headers: { ...session, accept: 'text/event-stream' } });
    const modern = await harness.open(...listenRequest('a'));
    const others = await harness.open(...listenRequest('b'));
    await Promise.all([modern, others].map((response) => streamOf(response.clone()).next()));
    timers.fire(KEEP_ALIVE_MS);
    expect(harness.face.stats().streams).toBe(3);
    callers.end('a', code, status);
    timers.fire(KEEP_ALIVE_MS);
    await Promise.all([legacy, modern].map((response) => streamOf(response).ended()));
    await expect.poll(() => harness.face.stats().streams).toBe(1);
    await expect
      .poll(() => harness.servers.flatMap(({ aborted }) => aborted))
      .toEqual(['subscriptions/listen']);
    expect((await harness.post(CALL, session)).status).toBe(status);
    expect((await harness.modern('tools/list', {}, as('a'))).status).toBe(status);
  });

  test('leaves streams alone while nobody can be asked about it', async () => {
    const { behave } = waiting();
    const { harness, callers, timers } = await start(behave);
    const open = streamOf(await harness.open(...listenRequest('a')));
    await open.next();
    callers.end('a', 'auth.unavailable', 503);
    timers.fire(KEEP_ALIVE_MS);
    await expect.poll(() => harness.face.stats().streams).toBe(1);
    expect(harness.servers[0]?.aborted).toEqual([]);
  });

  test('and is another’s from then on ends what listens by it', async () => {
    const { behave } = waiting();
    const { harness, callers, timers } = await start(behave);
    const open = streamOf(await harness.open(...listenRequest('a')));
    await open.next();
    callers.become('a', 'somebody-else');
    timers.fire(KEEP_ALIVE_MS);
    await open.ended();
    await expect.poll(() => harness.servers[0]?.aborted).toEqual(['subscriptions/listen']);
  });

  test.each([
    ['is cancelled, because it was revoked', 'auth.revoked', ['tools/call']],
    ['may end, because it expired by itself', 'auth.expired', []],
  ])('and then the call under way %s', async (_what, code, aborted) => {
    const { behave } = waiting();
    const { harness, callers, timers } = await start(behave);
    const stream = streamOf(await harness.open(...modernRequest('tools/call', { name: 'echo' }, as('a'))));
    await stream.next();
    // Looked at after the call, and so over once it has ended.
    const other = streamOf(await harness.open(...listenRequest('b')));
    await other.next();
    callers.end('a', code);
    callers.end('b');
    timers.fire(KEEP_ALIVE_MS);
    await other.ended();
    if (aborted.length > 0) await stream.ended();
    await expect.poll(() => harness.servers[0]?.aborted).toEqual(aborted);
  });
});

test('who left while it was found out who they are is not acted for', async () => {
  const asked = Promise.withResolvers<void>();
  const known = Promise.withResolvers<void>();
  const harness = await HttpHarness.start();
  const slow = await HttpHarness.start({
    authenticate: (_request, method) => {
      if (method === undefined) return {};
      asked.resolve();
      return known.promise.then(() => ({})) as never;
    },
  });
  const leaving = new AbortController();
  const sent = slow.modern('tools/call', { name: 'echo' }, {}, leaving.signal).catch(() => 'left');
  await asked.promise;
  leaving.abort();
  expect(await sent).toBe('left');
  // The other side hears of it when its own event loop does.
  await harness.modern('tools/call', { name: 'echo' });
  known.resolve();
  await expect.poll(() => slow.face.stats().refused['gone']).toBe(1);
  expect(slow.guard.actions).toEqual([]);
});

describe('bounds', () => {
  test('streams of one session are counted apart from all others’', async () => {
    const { behave } = waiting();
    const { authenticate } = new Callers();
    const harness = await HttpHarness.start({
      behave,
      authenticate,
      limits: { streamsPerSession: 2, streams: 4 },
    });
    const listen = (token: string): Promise<Response> =>
      harness.open(
        ...modernRequest('subscriptions/listen', { notifications: { toolsListChanged: true } }, as(token)),
      );
    const open = [await listen('a'), await listen('a')];
    await Promise.all(open.map((response) => streamOf(response).next()));
    expect((await listen('a')).status).toBe(503);
    const other = await listen('b');
    expect(other.status).toBe(200);
    // It can still call: an answer needs no stream.
    expect((await harness.modern('tools/list', {}, as('a'))).status).toBe(200);
  });
});
