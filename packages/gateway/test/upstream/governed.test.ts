/** A whole gateway in front of servers over HTTP: whatever passes a bridge is judged as if there were none. */
import { describe, expect, test } from 'vitest';
import type { JsonObject } from '@writ/core';
import { createFakeGuard } from '../fake-guard.ts';
import { Harness } from '../harness.ts';
import { fixture } from './fixture.ts';
import { answer, json, listen, methodOf } from './listener.ts';
import { INITIALIZE, META, resultOf, Session } from './session.ts';

const call = { name: 'test_elicitation', arguments: { message: 'Who?' } };

describe('a question of a modern server to a legacy client', () => {
  test('is judged as the server’s own request, and then asked', async () => {
    const guard = createFakeGuard();
    const server = { ...(await fixture('http', 'modern')), isTrusted: true };
    const harness = new Harness({ guard, servers: [server] });
    await harness.initialize();
    const called = harness.ask('tools/call', call);
    const asked = await harness.toldOf('elicitation/create');
    const content = { username: 'ada', email: 'ada@example.com' };
    harness.write({ jsonrpc: '2.0', id: asked['id'] ?? null, result: { action: 'accept', content } });
    expect(JSON.stringify(await called)).toContain('ada@example.com');
    const judged = guard.actions.map(({ initiator, method }) => `${initiator} ${method}`);
    expect(judged).toContain('server elicitation/create');
    expect(judged.filter((one) => one === 'agent tools/call')).toHaveLength(1);
  });

  test('that is refused never reaches the client, and the call ends with the refusal', async () => {
    const guard = createFakeGuard(({ method }) => (method === 'elicitation/create' ? 'deny' : 'allow'));
    const server = { ...(await fixture('http', 'modern')), isTrusted: true };
    const harness = new Harness({ guard, servers: [server] });
    await harness.initialize();
    expect(await harness.ask('tools/call', call)).toMatchObject({ error: { code: -32010 } });
    expect(harness.told.filter(({ method }) => method === 'elicitation/create')).toStrictEqual([]);
  });
});

test('a call that is refused never reaches a server over HTTP', async () => {
  const upstream = await listen((came, response) => {
    if (came.body['id'] === undefined) return response.writeHead(202).end();
    if (came.method !== 'POST') return response.writeHead(405).end();
    const results: Record<string, unknown> = {
      initialize: {
        protocolVersion: '2025-06-18',
        capabilities: { tools: {} },
        serverInfo: { name: 's', version: '1' },
      },
      'tools/list': { tools: [{ name: 'echo', inputSchema: { type: 'object' } }] },
    };
    return json(response, answer(came, results[methodOf(came)] ?? { content: [] }));
  });
  const guard = createFakeGuard(({ method }) => (method === 'tools/call' ? 'deny' : 'allow'));
  const harness = new Harness({ guard, servers: [{ name: 's', url: upstream.url, isTrusted: true }] });
  await harness.initialize();
  expect(await harness.ask('tools/call', { name: 'echo', arguments: {} })).toMatchObject({
    result: { isError: true },
  });
  expect(upstream.came.map(({ body }) => body['method'])).not.toContain('tools/call');
});

test('what goes to a modern server after a redaction mirrors the redacted arguments', async () => {
  const tool = {
    name: 'pay',
    inputSchema: { type: 'object', properties: { to: { type: 'string', 'x-mcp-header': 'To' } } },
  };
  const upstream = await listen((came, response) => {
    const results: Record<string, JsonObject> = {
      'server/discover': {
        resultType: 'complete',
        supportedVersions: ['2026-07-28'],
        capabilities: { tools: {} },
      },
      'tools/list': { resultType: 'complete', tools: [tool], ttlMs: 0, cacheScope: 'private' },
    };
    json(response, answer(came, results[methodOf(came)] ?? { resultType: 'complete', content: [] }));
  });
  const guard = createFakeGuard(({ method }) =>
    method === 'tools/call' ? { modify: { to: '[redacted]' } } : 'allow',
  );
  const server = { name: 's', url: upstream.url, era: 'modern', isTrusted: true } as const;
  const harness = new Harness({ guard, servers: [server] });
  await harness.ask('tools/call', { name: 'pay', arguments: { to: 'DE89 3704' }, _meta: META });
  const sent = upstream.came.find(({ body }) => body['method'] === 'tools/call');
  expect(sent?.headers['mcp-param-to']).toBe('[redacted]');
  expect(JSON.stringify([sent?.headers, sent?.body])).not.toContain('DE89');
});

describe('a modern server that asks what it may not', () => {
  /** A server whose every call is answered with `result`; `undefined` lets it through. */
  async function open(
    result: (round: number) => JsonObject,
  ): Promise<{ session: Session; rounds: () => number }> {
    let round = 0;
    const { url } = await listen((came, response) => {
      const discovered = { resultType: 'complete', supportedVersions: ['2026-07-28'], capabilities: {} };
      if (came.body['method'] === 'server/discover') return json(response, answer(came, discovered));
      round += 1;
      return json(response, answer(came, result(round)));
    });
    const timers = { after: (_ms: number, run: () => void) => (setImmediate(run), () => {}) };
    const session = new Session({ name: 's', url, era: 'modern' }, { era: 'legacy', timers });
    resultOf(await session.ask('initialize', { ...INITIALIZE, capabilities: { roots: {} } }));
    return { session, rounds: () => round };
  }

  const ask = (inputRequests: JsonObject): JsonObject => ({ resultType: 'input_required', inputRequests });

  test.each([
    ['another method', ask({ a: { method: 'tools/call', params: {} } })],
    ['a method that every object has', ask({ a: { method: 'constructor' } })],
    ['no method', ask({ a: {} })],
    ['parameters that are none', ask({ a: { method: 'roots/list', params: [] } })],
    ['what the client does not have', ask({ a: { method: 'sampling/createMessage', params: {} } })],
    ['one thing that is right and one that is not', ask({ a: { method: 'roots/list' }, b: { method: 'x' } })],
    [
      'too much at once',
      ask(Object.fromEntries(Array.from({ length: 65 }, (_, at) => [`k${at}`, { method: 'roots/list' }]))),
    ],
    ['nothing', { resultType: 'input_required' }],
  ])('%s: the call ends, and the client is not asked', async (_what, result) => {
    const { session, rounds } = await open(() => result);
    expect(await session.ask('tools/call', {})).toMatchObject({ error: { code: -32011 } });
    expect([session.asked.length, rounds()]).toStrictEqual([0, 1]);
  });

  test.each([
    ['for ever', ask({ a: { method: 'roots/list' } })],
    ['for time, for ever', { resultType: 'input_required', requestState: 's' }],
  ])('%s is given up', async (_what, result) => {
    const { session, rounds } = await open(() => result);
    expect(await session.ask('tools/call', {})).toMatchObject({ error: { code: -32011 } });
    expect(rounds()).toBe(11);
  });

  test.each(['task', 'stream'])(
    'a result of type %s is none that a legacy client can read',
    async (resultType) => {
      const { session } = await open(() => ({ resultType, taskId: 't' }));
      expect(await session.ask('tools/call', {})).toMatchObject({ error: { code: -32011 } });
    },
  );

  test('gets its state back as it was, beside the answers and the parameters', async () => {
    const requestState = 'ey=="\u2028\\u0000 ';
    const sent: JsonObject[] = [];
    const { url } = await listen((came, response) => {
      const discovered = { resultType: 'complete', supportedVersions: ['2026-07-28'], capabilities: {} };
      if (came.body['method'] === 'server/discover') return json(response, answer(came, discovered));
      sent.push(came.body['params'] as JsonObject);
      const question = { ...ask({ q: { method: 'roots/list' } }), requestState };
      return json(
        response,
        answer(came, sent.length === 1 ? question : { resultType: 'complete', done: true }),
      );
    });
    const roots = [{ uri: 'file:///a' }];
    const session = new Session(
      { name: 's', url, era: 'modern' },
      { era: 'legacy', reply: () => ({ result: { roots } }) },
    );
    await session.initialize();
    expect(await session.ask('tools/call', { name: 'a', arguments: { x: 1 } })).toStrictEqual({
      result: { done: true },
    });
    expect(sent[1]).toMatchObject({
      name: 'a',
      arguments: { x: 1 },
      inputResponses: { q: { roots } },
      requestState,
    });
  });
});
