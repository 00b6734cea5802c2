/** Streamable HTTP of the modern era, as a server sees the gateway. */
import { describe, expect, test } from 'vitest';
import type { JsonObject } from '@writ/core';
import { answer, type Came, event, json, listen, stream } from './listener.ts';
import { META, resultOf, Session, type SessionOptions } from './session.ts';

const open = (url: string, options: SessionOptions = {}): Session =>
  new Session({ name: 's', url, era: 'modern' }, { era: 'modern', ...options });

const mirrored = (came: Came | undefined): Record<string, string> =>
  Object.fromEntries(
    Object.entries(came?.headers ?? {}).flatMap(([name, value]) =>
      name.startsWith('mcp-') && value !== undefined ? [[name, value]] : [],
    ),
  );

const TOOL: JsonObject = {
  name: 'pay',
  inputSchema: {
    type: 'object',
    properties: {
      region: { type: 'string', 'x-mcp-header': 'Region' },
      count: { type: 'integer', 'x-mcp-header': 'Count' },
      dry: { type: 'boolean', 'x-mcp-header': 'Dry' },
      to: { type: 'object', properties: { bank: { type: 'string', 'x-mcp-header': 'Bank' } } },
      note: { type: 'string' },
    },
  },
};

describe('headers', () => {
  test('name the version, the method and what it is about, as the body does', async () => {
    const upstream = await listen((came, response) => json(response, answer(came, {})));
    const session = open(upstream.url);
    await session.modern('tools/call', { name: 'pay' });
    await session.modern('prompts/get', { name: 'greet' });
    await session.modern('resources/read', { uri: 'file:///ä' });
    await session.modern('tasks/get', { taskId: 't1' });
    await session.modern('tools/list');
    expect(upstream.came.map(mirrored)).toStrictEqual([
      { 'mcp-protocol-version': '2026-07-28', 'mcp-method': 'tools/call', 'mcp-name': 'pay' },
      { 'mcp-protocol-version': '2026-07-28', 'mcp-method': 'prompts/get', 'mcp-name': 'greet' },
      {
        'mcp-protocol-version': '2026-07-28',
        'mcp-method': 'resources/read',
        'mcp-name': `=?base64?${Buffer.from('file:///ä').toString('base64')}?=`,
      },
      { 'mcp-protocol-version': '2026-07-28', 'mcp-method': 'tasks/get', 'mcp-name': 't1' },
      { 'mcp-protocol-version': '2026-07-28', 'mcp-method': 'tools/list' },
    ]);
    expect(upstream.came[0]?.body['params']).toStrictEqual({ name: 'pay', _meta: META });
  });

  test('mirror the annotated arguments as they are sent, and no other', async () => {
    const upstream = await listen((came, response) =>
      json(response, answer(came, came.body['method'] === 'tools/list' ? { tools: [TOOL] } : {})),
    );
    const session = open(upstream.url);
    const call = (args: JsonObject): Promise<unknown> =>
      session.modern('tools/call', { name: 'pay', arguments: args });
    await session.modern('tools/list');
    await call({ region: 'eu', count: 3, dry: false, to: { bank: 'b' }, note: 'secret' });
    // The same call as policy changed it: nothing of what it was remains.
    await call({ region: '[redacted]', count: null, to: {} });
    expect(mirrored(upstream.came[1])).toMatchObject({
      'mcp-param-region': 'eu',
      'mcp-param-count': '3',
      'mcp-param-dry': 'false',
      'mcp-param-bank': 'b',
    });
    expect(JSON.stringify(upstream.came[1]?.headers)).not.toContain('secret');
    const names = Object.keys(mirrored(upstream.came[2])).filter((name) => name.startsWith('mcp-param-'));
    expect(names).toStrictEqual(['mcp-param-region']);
    expect(upstream.came[2]?.headers['mcp-param-region']).toBe('[redacted]');
  });

  test('come from the accepted definitions where these are handed over', async () => {
    const upstream = await listen((came, response) => json(response, answer(came, {})));
    const parameterHeaders = (server: string, tool: string) =>
      server === 's' && tool === 'pay' ? [{ path: ['a'], header: 'A', type: 'string' as const }] : [];
    const session = open(upstream.url, { servers: { parameterHeaders } });
    await session.modern('tools/call', { name: 'pay', arguments: { a: 'x' } });
    expect(upstream.came[0]?.headers['mcp-param-a']).toBe('x');
  });

  test.each([
    ['a line break and another header', 'x\r\nauthorization: stolen'],
    ['NUL', 'a\u0000b'],
    ['space at its ends', ' a '],
    ['what looks encoded', '=?base64?YQ==?='],
    ['nothing', ''],
    ['letters beyond ASCII', '日本'],
  ])('a value with %s arrives whole and as one', async (_what, value) => {
    const upstream = await listen((came, response) => json(response, answer(came, {})));
    const session = open(upstream.url);
    await session.modern('tools/call', { name: value });
    const { headers } = upstream.came[0] ?? {};
    const encoded = /^=\?base64\?(.*)\?=$/.exec(headers?.['mcp-name'] ?? '')?.[1];
    expect(Buffer.from(encoded ?? '', 'base64').toString()).toBe(value);
    expect(headers).not.toHaveProperty('authorization');
  });

  test('a value too long to be mirrored is refused, and nothing is sent', async () => {
    const upstream = await listen((came, response) => json(response, answer(came, {})));
    const session = open(upstream.url);
    const answered = await session.modern('tools/call', { name: 'x'.repeat(10_000) });
    expect(answered).toMatchObject({ error: { code: -32602 } });
    expect(upstream.came).toHaveLength(0);
  });

  test.each([7, '2026-07-28\r\nx: y', ''])(
    'a version of %j is refused, and nothing is sent',
    async (version) => {
      const upstream = await listen((came, response) => json(response, answer(came, {})));
      const session = open(upstream.url);
      const _meta = { 'io.modelcontextprotocol/protocolVersion': version };
      expect(await session.modern('tools/list', { _meta })).toMatchObject({ error: { code: -32602 } });
      expect(upstream.came).toHaveLength(0);
    },
  );
});

test('what the gateway asks for itself says that it is the gateway', async () => {
  const upstream = await listen((came, response) => json(response, answer(came, {})));
  const session = open(upstream.url);
  await session.upstream.request('tools/list', { cursor: 'c' });
  expect(upstream.came[0]?.body['params']).toStrictEqual({
    cursor: 'c',
    _meta: {
      'io.modelcontextprotocol/protocolVersion': '2026-07-28',
      'io.modelcontextprotocol/clientInfo': { name: 'writ', version: '0.1.0' },
      'io.modelcontextprotocol/clientCapabilities': {},
    },
  });
});

test.each([
  [
    'input_required',
    { resultType: 'input_required', inputRequests: { a: { method: 'roots/list' } }, requestState: 'x==' },
  ],
  ['task', { resultType: 'task', taskId: 't', ttlMs: 1 }],
  ['unknown', { resultType: 'another', 'x-own': [1] }],
])('a result of type %s is passed on as it is', async (_type, result) => {
  const upstream = await listen((came, response) => json(response, answer(came, result)));
  expect(await open(upstream.url).modern('tools/call', { name: 'a' })).toStrictEqual({ result });
});

test('errors of the transport are answers, with their data', async () => {
  const error = { code: -32020, message: 'HeaderMismatch', data: { header: 'Mcp-Name' } };
  const upstream = await listen((came, response) =>
    json(response, { jsonrpc: '2.0', id: came.body['id'], error }, 400),
  );
  expect(await open(upstream.url).modern('tools/call', { name: 'a' })).toStrictEqual({ error });
});

test('giving up a request closes its stream, and nothing else is sent', async () => {
  const closed = Promise.withResolvers<void>();
  const upstream = await listen((_came, response) => {
    stream(response);
    response.on('close', closed.resolve);
  });
  const session = open(upstream.url);
  const ending = new AbortController();
  const called = session.modern('tools/call', { name: 'a' }, { signal: ending.signal });
  await upstream.until((came) => came.length === 1);
  ending.abort();
  await expect(called).rejects.toMatchObject({ code: 'guard.aborted' });
  await closed.promise;
  expect(upstream.came).toHaveLength(1);
});

test('a subscription has the id of the client’s request, on what is told and on its end', async () => {
  const key = 'io.modelcontextprotocol/subscriptionId';
  const upstream = await listen((came, response) => {
    const id = came.body['id'];
    stream(response);
    event(response, {
      jsonrpc: '2.0',
      method: 'notifications/subscriptions/acknowledged',
      params: { notifications: {}, _meta: { [key]: id } },
    });
    event(response, { jsonrpc: '2.0', method: 'notifications/x', params: { _meta: { [key]: 'another' } } });
    event(response, answer(came, { resultType: 'complete', _meta: { [key]: id } }));
    response.end();
  });
  const session = open(upstream.url);
  const ended = resultOf(await session.modern('subscriptions/listen', { notifications: {} }));
  expect(ended).toStrictEqual({ resultType: 'complete', _meta: { [key]: 'client-1' } });
  expect(session.told.map(({ params, of }) => [params?.['_meta'], of])).toStrictEqual([
    [{ [key]: 'client-1' }, 'client-1'],
    [{ [key]: 'another' }, 'client-1'],
  ]);
});

test('a stream that ends without an answer is a fault, and the request is not sent again', async () => {
  const upstream = await listen((_came, response) => {
    stream(response);
    response.write('id: 1\ndata:\n\n');
    response.end();
  });
  const session = open(upstream.url);
  await expect(session.modern('tools/call', { name: 'a' })).rejects.toMatchObject({
    code: 'upstream.protocol',
  });
  expect(upstream.came).toHaveLength(1);
});

test('a request of the server’s own is no part of the era, and reaches nobody', async () => {
  const upstream = await listen((came, response) => {
    stream(response);
    event(response, { jsonrpc: '2.0', id: 1, method: 'sampling/createMessage', params: {} });
    event(response, answer(came, {}));
    response.end();
  });
  const session = open(upstream.url);
  resultOf(await session.modern('tools/call', { name: 'a' }));
  expect(session.asked).toStrictEqual([]);
  expect(session.malformed).toHaveLength(1);
});

test('closing ends every stream', async () => {
  const closed = Promise.withResolvers<void>();
  const upstream = await listen((_came, response) => {
    stream(response);
    response.on('close', closed.resolve);
  });
  const session = open(upstream.url);
  const listening = session.modern('subscriptions/listen', { notifications: {} });
  await upstream.until((came) => came.length === 1);
  await session.upstream.close();
  await expect(listening).rejects.toMatchObject({ code: 'upstream.closed' });
  await closed.promise;
});
