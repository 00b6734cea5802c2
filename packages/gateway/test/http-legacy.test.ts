/** Legacy sessions over HTTP: whose they are, what they hear, how they resume and end. */
import { expect, test } from 'vitest';
import { isJsonObject, type JsonObject, parseStrictJson } from '@writ/core';
import { manualTimers } from './harness.ts';
import { echo, HttpHarness, readAnswer } from './http-harness.ts';
import type { Behaviour, MemoryUpstream } from './memory-upstream.ts';

const CALL = { jsonrpc: '2.0', id: 5, method: 'tools/call', params: { name: 'echo', arguments: { a: 1 } } };

/** Reads events of a stream one by one; event ids and messages. */
function eventsOf(response: Response): {
  next(): Promise<{ id?: string; message?: JsonObject }>;
  stop(): void;
} {
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  let held = '';
  return {
    async next() {
      for (;;) {
        const at = held.indexOf('\n\n');
        if (at >= 0) {
          const lines = held.slice(0, at).split('\n');
          held = held.slice(at + 2);
          const field = (name: string): string | undefined =>
            lines.find((line) => line.startsWith(`${name}: `))?.slice(name.length + 2);
          const id = field('id');
          const data = field('data');
          const message = data === undefined || data === '' ? undefined : parseStrictJson(data);
          return { ...(id === undefined ? {} : { id }), ...(isJsonObject(message) ? { message } : {}) };
        }
        const read = await reader?.read();
        if (read?.value === undefined) throw new Error('the stream ended');
        held += read.value;
      }
    },
    stop: () => void reader?.cancel(),
  };
}

test('a session is opened, used and ended, and then it is gone', async () => {
  const harness = await HttpHarness.start();
  const headers = await harness.session();
  const { messages } = await harness.post(CALL, headers);
  expect(messages).toEqual([{ jsonrpc: '2.0', id: 5, result: { content: [], structuredContent: { a: 1 } } }]);
  expect((await fetch(harness.url, { method: 'DELETE', headers })).status).toBe(204);
  await expect.poll(() => harness.servers[0]?.isClosed).toBe(true);
  expect((await harness.post(CALL, headers)).status).toBe(404);
});

test.each([
  ['no session', {}, 400],
  ['a session that never was', { 'mcp-session-id': 'x' }, 404],
])('with %s nothing is done', async (_why, headers, status) => {
  const harness = await HttpHarness.start();
  expect((await harness.post(CALL, headers)).status).toBe(status);
  expect(harness.servers).toHaveLength(0);
});

test('to another principal a session does not exist', async () => {
  const harness = await HttpHarness.start({
    authenticate: ({ headers }) => ({
      caller: {
        agent: { id: String(headers['x-agent']) },
        authentication: { method: 'api_token', assurance: 1, credentialId: 't', at: 0 },
      },
    }),
  });
  const headers = await harness.session('2025-06-18', { 'x-agent': 'a' });
  for (const method of ['POST', 'GET', 'DELETE']) {
    const { status } = await fetch(harness.url, {
      method,
      headers: {
        ...headers,
        'x-agent': 'b',
        'content-type': 'application/json',
        accept: 'application/json, text/event-stream',
      },
      ...(method === 'POST' ? { body: JSON.stringify(CALL) } : {}),
    });
    expect(status).toBe(404);
  }
  expect((await harness.post(CALL, headers)).status).toBe(200);
});

test('a session that no server would open is none', async () => {
  const behave: Behaviour = () => ({ error: { code: -32000, message: 'no' } });
  const harness = await HttpHarness.start({ behave });
  const { headers } = await harness.post({
    jsonrpc: '2.0',
    id: 0,
    method: 'initialize',
    params: { protocolVersion: '2025-06-18', capabilities: {} },
  });
  const id = headers.get('mcp-session-id') ?? '';
  expect((await harness.post(CALL, { 'mcp-session-id': id })).status).toBe(404);
});

test('a version that no session can be in is refused by name', async () => {
  const harness = await HttpHarness.start();
  const headers = await harness.session();
  const { status, messages } = await harness.post(CALL, { ...headers, 'mcp-protocol-version': '1999-01-01' });
  expect(status).toBe(400);
  expect(JSON.stringify(messages)).toContain('2025-11-25');
});

test('what a server asks during a call is asked on the stream of the call, and the posted answer reaches it', async () => {
  let asked: Promise<unknown> | undefined;
  const behave: Behaviour = async (what, server, call) => {
    if (what.method !== 'tools/call') return echo(what, server, call);
    asked = server.ask('elicitation/create', { message: 'who?' }, call);
    await asked;
    return echo(what, server, call);
  };
  const harness = await HttpHarness.start({ behave });
  const headers = await harness.session();
  const response = await harness.open(CALL, headers);
  const events = eventsOf(response);
  const { message } = await events.next();
  expect(message).toMatchObject({ method: 'elicitation/create', params: { message: 'who?' } });
  const answer = { jsonrpc: '2.0', id: message?.['id'], result: { action: 'decline' } };
  expect((await harness.post(answer, headers)).status).toBe(202);
  expect((await events.next()).message).toMatchObject({ id: 5 });
  expect(await asked).toEqual({ result: { action: 'decline' } });
  expect(harness.guard.actions.map(({ initiator }) => initiator)).toContain('server');
});

test('what belongs to no request goes to the stream for it, of which there is one', async () => {
  const harness = await HttpHarness.start();
  const headers = { ...(await harness.session()), accept: 'text/event-stream' };
  const response = await fetch(harness.url, { headers });
  expect(response.headers.get('content-type')).toBe('text/event-stream');
  expect((await fetch(harness.url, { headers })).status).toBe(409);
  await harness.servers[0]?.tell('notifications/resources/updated', { uri: 'file:///a' });
  const events = eventsOf(response);
  expect((await events.next()).message).toMatchObject({ method: 'notifications/resources/updated' });
  events.stop();
});

test('a stream that broke goes on where the client had come to, and the answer waits for it', async () => {
  const release = Promise.withResolvers<void>();
  let server: MemoryUpstream | undefined;
  const behave: Behaviour = async (what, memory, call) => {
    if (what.method !== 'tools/call') return echo(what, memory, call);
    server = memory;
    await memory.tell('notifications/message', { level: 'info', data: 'one' }, call);
    await release.promise;
    await memory.tell('notifications/message', { level: 'info', data: 'two' }, call);
    return echo(what, memory, call);
  };
  const harness = await HttpHarness.start({ behave });
  const headers = await harness.session('2025-11-25');
  const leaving = new AbortController();
  const events = eventsOf(await harness.open(CALL, headers, leaving.signal));
  const priming = await events.next();
  expect(priming.message).toBeUndefined();
  const one = await events.next();
  expect(one.message).toMatchObject({ params: { data: 'one' } });
  leaving.abort();
  release.resolve();
  expect(server?.aborted).toEqual([]);
  const resume = { ...headers, accept: 'text/event-stream', 'last-event-id': one.id ?? '' };
  await expect
    .poll(async () => {
      const response = await fetch(harness.url, { headers: resume });
      return response.status === 200 ? (await readAnswer(response)).messages : response.status;
    })
    .toMatchObject([{ params: { data: 'two' } }, { id: 5 }]);
});

test('a client that never comes back for its stream is gone, and its call is cancelled', async () => {
  const timers = manualTimers();
  const behave: Behaviour = async (what, memory, call) => {
    if (what.method !== 'tools/call') return echo(what, memory, call);
    await memory.tell('notifications/message', { level: 'info', data: 'one' }, call);
    return new Promise(() => {});
  };
  const harness = await HttpHarness.start({ behave, timers });
  const headers = await harness.session('2025-11-25');
  const leaving = new AbortController();
  const events = eventsOf(await harness.open(CALL, headers, leaving.signal));
  await events.next();
  leaving.abort();
  await expect.poll(() => harness.face.stats().streams).toBe(0);
  expect(harness.servers[0]?.aborted).toEqual([]);
  timers.fire(30_000);
  await expect.poll(() => harness.servers[0]?.aborted).toEqual(['tools/call']);
});

test('a client without a stream to resume is gone at once', async () => {
  const started = Promise.withResolvers<void>();
  const behave: Behaviour = (what, memory, call) => {
    if (what.method !== 'tools/call') return echo(what, memory, call);
    started.resolve();
    return new Promise(() => {});
  };
  const harness = await HttpHarness.start({ behave });
  const headers = await harness.session('2025-11-25');
  const leaving = new AbortController();
  const asked = harness.open(CALL, headers, leaving.signal);
  await started.promise;
  leaving.abort();
  await expect(asked).rejects.toThrow('abort');
  await expect.poll(() => harness.servers[0]?.aborted).toEqual(['tools/call']);
});

test('a client cancels by its own id, and no answer comes', async () => {
  const started = Promise.withResolvers<void>();
  const behave: Behaviour = (what, memory, call) => {
    if (what.method !== 'tools/call') return echo(what, memory, call);
    started.resolve();
    return new Promise(() => {});
  };
  const harness = await HttpHarness.start({ behave });
  const headers = await harness.session();
  const asked = harness.post(CALL, headers);
  await started.promise;
  await harness.post(
    { jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 5 } },
    headers,
  );
  expect((await asked).messages).toEqual([]);
  expect(harness.servers[0]?.aborted).toEqual(['tools/call']);
});

test('an idle session ends, one that listens does not', async () => {
  const timers = manualTimers();
  const harness = await HttpHarness.start({ timers });
  const idle = await harness.session();
  const listening = await harness.session();
  const response = await fetch(harness.url, { headers: { ...listening, accept: 'text/event-stream' } });
  for (let sweep = 0; sweep < 4; sweep += 1) timers.fire(30 * 60_000);
  expect((await harness.post(CALL, idle)).status).toBe(404);
  expect((await harness.post(CALL, listening)).status).toBe(200);
  await response.body?.cancel();
});

test('when there are too many sessions the one idle longest makes room', async () => {
  const harness = await HttpHarness.start({ limits: { sessions: 2 } });
  const [first, second] = [await harness.session(), await harness.session()];
  await harness.post(CALL, first);
  await harness.session();
  expect((await harness.post(CALL, first)).status).toBe(200);
  expect((await harness.post(CALL, second)).status).toBe(404);
});

test('a body is counted as it comes, whatever it says of its length', async () => {
  const harness = await HttpHarness.start({ limits: { bodyBytes: 1_000 } });
  const chunk = new TextEncoder().encode(' '.repeat(600));
  const body = new ReadableStream({
    start(controller) {
      controller.enqueue(chunk);
      controller.enqueue(chunk);
      controller.close();
    },
  });
  const headers = { 'content-type': 'application/json', accept: 'application/json, text/event-stream' };
  const init: RequestInit & { duplex: 'half' } = { method: 'POST', headers, body, duplex: 'half' };
  expect((await fetch(harness.url, init)).status).toBe(413);
  expect(harness.guard.refusals).toEqual(['rpc.too-large']);
});

test.each([
  ['text', 'hello', -32700],
  ['a batch', '[]', -32600],
  ['a key that comes twice', '{"jsonrpc":"2.0","id":1,"id":2,"method":"ping"}', -32600],
  ['nothing', '', -32700],
  ['a NUL', '\u0000', -32700],
])('%s instead of a message is refused with its place', async (_why, body, code) => {
  const harness = await HttpHarness.start();
  const { status, messages } = await harness.post(body);
  expect(status).toBe(400);
  expect(messages).toMatchObject([{ id: null, error: { code } }]);
});

test.each([
  ['another type', { 'content-type': 'text/plain' }, 415],
  ['an encoding', { 'content-encoding': 'gzip' }, 415],
  ['an answer type that cannot be given', { accept: 'text/html' }, 406],
])('%s is refused', async (_why, headers, status) => {
  const harness = await HttpHarness.start();
  expect((await harness.post(CALL, headers)).status).toBe(status);
});
