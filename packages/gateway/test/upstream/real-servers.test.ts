/** Clients of both eras in front of a real server of each, over both transports: natively and through the bridge. */
import { describe, expect, test } from 'vitest';
import { isJsonObject, type JsonObject } from '@writ/core';
import { fixture, type Transport } from './fixture.ts';
import { INITIALIZE, resultOf, Session } from './session.ts';

type Era = 'modern' | 'legacy';

const TABLE: readonly (readonly [client: Era, server: Era, transport: Transport])[] = (
  ['modern', 'legacy'] as const
).flatMap((client) =>
  (['modern', 'legacy'] as const).flatMap((server) =>
    (['http', 'stdio'] as const).map((transport) => [client, server, transport] as const),
  ),
);

async function open(client: Era, server: Era, transport: Transport, options: object = {}): Promise<Session> {
  const session = new Session(await fixture(transport, server), { era: client, ...options });
  if (client === 'legacy') await session.initialize();
  return session;
}

const ask = (
  session: Session,
  client: Era,
  method: string,
  params: JsonObject,
): ReturnType<Session['ask']> =>
  client === 'modern' ? session.modern(method, params) : session.ask(method, params);

const call = (session: Session, client: Era, name: string, args: JsonObject = {}, meta: JsonObject = {}) =>
  ask(session, client, 'tools/call', { name, arguments: args, _meta: meta });

describe.each(TABLE)('a %s client with a %s server over %s', (client, server, transport) => {
  const isBridged = client !== server;

  test('hears what the server is and can do', async () => {
    const session = new Session(await fixture(transport, server), { era: client });
    if (client === 'legacy') {
      const answer = resultOf(await session.initialize());
      expect(answer).toMatchObject({
        protocolVersion: '2025-06-18',
        serverInfo: { name: 'writ-conformance-fixture' },
        instructions: 'For tests of conformance.',
        capabilities: { tools: {}, prompts: {}, resources: { subscribe: true } },
      });
      if (isBridged) expect(answer).not.toHaveProperty('capabilities.extensions');
    } else {
      expect(resultOf(await session.modern('server/discover'))).toMatchObject({
        resultType: 'complete',
        supportedVersions: ['2026-07-28'],
        instructions: 'For tests of conformance.',
        capabilities: { tools: {}, prompts: {}, resources: { subscribe: true } },
        _meta: { 'io.modelcontextprotocol/serverInfo': { name: 'writ-conformance-fixture' } },
      });
    }
  });

  test('lists tools and calls one, in the form of its own era', async () => {
    const session = await open(client, server, transport);
    const listed = resultOf(await ask(session, client, 'tools/list', {}));
    expect(JSON.stringify(listed)).toContain('test_simple_text');
    const called = resultOf(await call(session, client, 'test_simple_text'));
    expect(called).toMatchObject({ content: [{ type: 'text' }] });
    if (client === 'modern') {
      expect(listed).toMatchObject({
        resultType: 'complete',
        ttlMs: expect.any(Number),
        cacheScope: 'private',
      });
      expect(called).toMatchObject({ resultType: 'complete' });
    } else {
      for (const field of ['resultType', 'ttlMs', 'cacheScope']) {
        expect(listed).not.toHaveProperty(field);
        expect(called).not.toHaveProperty(field);
      }
    }
  });

  test('is told of progress on the request that it belongs to, before its answer', async () => {
    const session = await open(client, server, transport);
    await call(session, client, 'test_tool_with_progress', {}, { progressToken: 'mine' });
    const progress = session.told.filter(({ method }) => method === 'notifications/progress');
    expect(progress.map(({ params }) => params?.['progress'])).toStrictEqual([0, 50, 100]);
    const isAttributed = transport === 'http' || client === 'modern';
    const isModernPipe = transport === 'stdio' && !isBridged;
    if (isAttributed && !isModernPipe) expect(new Set(progress.map(({ of }) => of)).size).toBe(1);
    if (isAttributed && !isModernPipe) expect(progress[0]?.of).toMatch(/^client-/);
  });

  test('gets the log of the level that it asked for, and none that it did not', async () => {
    const session = await open(client, server, transport);
    const level = { 'io.modelcontextprotocol/logLevel': 'info' };
    if (client === 'legacy') resultOf(await session.ask('logging/setLevel', { level: 'info' }));
    await call(session, client, 'test_logging_tool', {}, client === 'modern' ? level : {});
    const logged = (): number =>
      session.told.filter(({ method }) => method === 'notifications/message').length;
    expect(logged()).toBe(1);
    if (client === 'legacy') return;
    await call(session, client, 'test_logging_tool');
    expect(logged()).toBe(1);
  });

  test('reads a resource, and hears of one that is not there in the code of its era', async () => {
    const session = await open(client, server, transport);
    const read = await ask(session, client, 'resources/read', { uri: 'test://static-text' });
    expect(JSON.stringify(resultOf(read))).toContain('static text resource');
    const missing = await ask(session, client, 'resources/read', { uri: 'test://nowhere' });
    expect(missing).toMatchObject({ error: { code: expect.any(Number) } });
    if (client === 'modern') expect(missing).toMatchObject({ error: { code: -32602 } });
  });

  test('gives up a call, and the next one is served', async () => {
    const session = await open(client, server, transport);
    const ending = new AbortController();
    const params = { name: 'test_tool_with_progress', arguments: {}, _meta: { progressToken: 1 } };
    const given =
      client === 'modern'
        ? session.modern('tools/call', params, { signal: ending.signal })
        : session.ask('tools/call', params, { signal: ending.signal });
    await session.until(() => session.told.some(({ method }) => method === 'notifications/progress'));
    ending.abort();
    await expect(given).rejects.toMatchObject({ code: 'guard.aborted' });
    resultOf(await call(session, client, 'test_simple_text'));
  });
});

describe.each(['http', 'stdio'] as const)('a legacy client with a modern server over %s', (transport) => {
  const elicited = { action: 'accept', content: { username: 'ada', email: 'ada@example.com' } };

  test('is asked, as the server’s own request on the stream of its call, what the result wanted to know', async () => {
    const session = await open('legacy', 'modern', transport, { reply: () => ({ result: elicited }) });
    const answer = resultOf(await call(session, 'legacy', 'test_elicitation', { message: 'Who?' }));
    expect(JSON.stringify(answer)).toContain('ada@example.com');
    expect(session.asked).toMatchObject([{ method: 'elicitation/create', of: 'client-2' }]);
    expect(answer).not.toHaveProperty('resultType');
  });

  test('passes the state of several rounds back byte for byte', async () => {
    const session = await open('legacy', 'modern', transport, {
      reply: () => ({ result: { action: 'accept', content: { name: 'ada', color: 'blue', answer: 'x' } } }),
    });
    const listed = resultOf(await session.ask('tools/list', {}));
    expect(JSON.stringify(listed)).toContain('test_input_required_result_multi_round');
    const answer = resultOf(await call(session, 'legacy', 'test_input_required_result_multi_round'));
    expect(answer).not.toMatchObject({ isError: true });
    expect(session.asked.length).toBeGreaterThan(1);
  });

  test('answers with an error, and the call ends with it', async () => {
    const refusal = { code: -32010, message: 'the request was refused' };
    const session = await open('legacy', 'modern', transport, { reply: () => ({ error: refusal }) });
    expect(await call(session, 'legacy', 'test_elicitation', { message: 'Who?' })).toStrictEqual({
      error: refusal,
    });
  });

  test('gives up while it is asked, and hears that the question is withdrawn', async () => {
    const session = await open('legacy', 'modern', transport, { reply: () => 'silence' as const });
    const ending = new AbortController();
    const given = session.ask(
      'tools/call',
      { name: 'test_elicitation', arguments: { message: 'Who?' } },
      { signal: ending.signal },
    );
    await session.until(() => session.asked.length > 0);
    ending.abort();
    await expect(given).rejects.toMatchObject({ code: 'guard.aborted' });
    expect(session.told).toMatchObject([
      { method: 'notifications/cancelled', params: { requestId: 'writ-1' } },
    ]);
  });

  test('is never asked for what it did not declare', async () => {
    const session = new Session(await fixture(transport, 'modern'), { era: 'legacy' });
    await session.initialize({ ...INITIALIZE, capabilities: {} });
    const answer = await call(session, 'legacy', 'test_elicitation', { message: 'Who?' });
    expect(session.asked).toStrictEqual([]);
    expect('error' in answer || isJsonObject(answer.result)).toBe(true);
  });

  test('is told that a list changed, which it did not ask for', async () => {
    const session = await open('legacy', 'modern', transport);
    await call(session, 'legacy', 'test_simple_text');
    const changed = (): boolean =>
      session.told.some(({ method }) => method === 'notifications/tools/list_changed');
    // The stream may still be opening: whoever announces says it again.
    while (!changed()) {
      resultOf(await call(session, 'legacy', 'test_trigger_tool_change'));
      await new Promise((resolve) => setImmediate(resolve));
    }
    const [told] = session.told.filter(({ method }) => method === 'notifications/tools/list_changed');
    expect(told?.params ?? {}).not.toHaveProperty('_meta');
  });

  test('subscribes to a resource that the server watches', async () => {
    const session = await open('legacy', 'modern', transport);
    const uri = 'test://watched-resource';
    expect(await session.ask('resources/subscribe', { uri })).toStrictEqual({ result: {} });
    expect(await session.ask('resources/unsubscribe', { uri })).toStrictEqual({ result: {} });
    expect(await session.ask('resources/subscribe', {})).toMatchObject({ error: { code: -32602 } });
  });
});

describe.each(['http', 'stdio'] as const)('a modern client with a legacy server over %s', (transport) => {
  test('listens, is acknowledged, and is told of what it listens to until it ends it', async () => {
    const session = await open('modern', 'legacy', transport);
    const ending = new AbortController();
    const listening = session.modern(
      'subscriptions/listen',
      { notifications: { toolsListChanged: true, resourceSubscriptions: ['test://watched-resource'] } },
      { signal: ending.signal },
    );
    await session.until(() => session.told.length > 0);
    const subscriptionId = 'client-1';
    const _meta = { 'io.modelcontextprotocol/subscriptionId': subscriptionId };
    expect(session.told[0]).toStrictEqual({
      method: 'notifications/subscriptions/acknowledged',
      params: {
        notifications: { toolsListChanged: true, resourceSubscriptions: ['test://watched-resource'] },
        _meta,
      },
      of: subscriptionId,
    });
    const changed = (): boolean =>
      session.told.some(({ method }) => method === 'notifications/tools/list_changed');
    while (!changed()) {
      resultOf(await call(session, 'modern', 'test_trigger_tool_change'));
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(session.told.find(({ method }) => method.endsWith('list_changed'))).toMatchObject({
      params: { _meta },
      of: subscriptionId,
    });
    ending.abort();
    await expect(listening).rejects.toMatchObject({ code: 'guard.aborted' });
  });

  test('is not asked: the server was told that nobody can be', async () => {
    const session = await open('modern', 'legacy', transport);
    const answer = await call(session, 'modern', 'test_elicitation', { message: 'Who?' });
    expect(session.asked).toStrictEqual([]);
    expect(JSON.stringify(answer)).toMatch(/isError|error/);
  });

  test.each(['initialize', 'ping', 'logging/setLevel', 'resources/subscribe', 'tasks/get'])(
    'has no %s',
    async (method) => {
      const session = await open('modern', 'legacy', transport);
      expect(await session.modern(method)).toMatchObject({ error: { code: -32601 } });
    },
  );

  test('of a version that is not bridged hears which one is', async () => {
    const session = await open('modern', 'legacy', transport);
    const _meta = { 'io.modelcontextprotocol/protocolVersion': '2099-01-01' };
    expect(await session.modern('tools/list', { _meta })).toMatchObject({
      error: { code: -32022, data: { supported: ['2026-07-28'], requested: '2099-01-01' } },
    });
  });
});
