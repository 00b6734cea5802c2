/** Modern requests over HTTP: each stands alone, and what its headers say is what its body says. */
import { expect, test } from 'vitest';
import { createFakeGuard } from './fake-guard.ts';
import { manualTimers } from './harness.ts';
import { echo, HttpHarness, MODERN_META, modernRequest } from './http-harness.ts';
import type { Behaviour } from './memory-upstream.ts';

test('a call is judged and answered whole', async () => {
  const harness = await HttpHarness.start();
  const { status, headers, messages } = await harness.modern('tools/call', {
    name: 'echo',
    arguments: { a: 1 },
  });
  expect(status).toBe(200);
  expect(headers.get('content-type')).toBe('application/json');
  expect(headers.get('mcp-session-id')).toBeNull();
  expect(messages).toEqual([
    { jsonrpc: '2.0', id: 1, result: { resultType: 'complete', content: [], structuredContent: { a: 1 } } },
  ]);
  expect(harness.guard.actions.at(-1)).toMatchObject({
    face: 'mcp_http',
    method: 'tools/call',
    args: { a: 1 },
  });
});

test('a refusal says of which type it is, as every result of this era must', async () => {
  const harness = await HttpHarness.start({ guard: createFakeGuard(() => 'deny') });
  const { messages } = await harness.modern('tools/call', { name: 'echo', arguments: {} });
  expect(messages).toMatchObject([{ result: { resultType: 'complete', isError: true } }]);
});

test('what a server tells during a call comes before its answer, on the same stream, with the client’s own token', async () => {
  const behave: Behaviour = async (asked, server, call) => {
    if (asked.method === 'tools/call') {
      const meta = asked.params?.['_meta'];
      const progressToken =
        typeof meta === 'object' && meta !== null && 'progressToken' in meta ? meta['progressToken'] : 0;
      await server.tell('notifications/progress', { progressToken, progress: 1 }, call);
    }
    return echo(asked, server, call);
  };
  const harness = await HttpHarness.start({ behave });
  const params = { name: 'echo', _meta: { ...MODERN_META, progressToken: 'mine' } };
  const answers = await Promise.all([
    harness.modern('tools/call', params),
    harness.modern('tools/call', params),
  ]);
  for (const { headers, messages } of answers) {
    expect(headers.get('content-type')).toBe('text/event-stream');
    expect(messages.map(({ method, id }) => method ?? id)).toEqual(['notifications/progress', 1]);
    expect(messages[0]).toMatchObject({ params: { progressToken: 'mine', progress: 1 } });
  }
  const sent = harness.servers[0]?.asked.filter(({ method }) => method === 'tools/call') ?? [];
  const tokens = sent.map(({ params: own }) => JSON.stringify(own?.['_meta']));
  // Two clients chose one token; the server was given two.
  expect(new Set(tokens).size).toBe(2);
});

test.each([
  ['another method in the header', { 'mcp-method': 'tools/list' }],
  ['another name in the header', { 'mcp-name': 'other' }],
  ['another case of the method', { 'mcp-method': 'TOOLS/CALL' }],
  ['another version in the header', { 'mcp-protocol-version': '2025-06-18' }],
  ['no Base64 in the name', { 'mcp-name': '=?base64?!?=' }],
  ['Base64 with bits that belong to nothing', { 'mcp-name': '=?base64?ZWNob0==?=' }],
])('%s is refused before policy', async (_why, headers) => {
  const harness = await HttpHarness.start();
  const [message, good] = modernRequest('tools/call', { name: 'echo' });
  const { status, messages } = await harness.post(message, { ...good, ...headers });
  expect(status).toBe(400);
  expect(messages).toMatchObject([{ id: 1, error: { code: -32020 } }]);
  expect(harness.guard.actions).toHaveLength(0);
  expect(harness.servers).toHaveLength(0);
  expect(harness.guard.refusals).toEqual(['rpc.malformed']);
});

test.each(['mcp-method', 'mcp-name', 'mcp-protocol-version'])('a missing %s is refused', async (missing) => {
  const harness = await HttpHarness.start();
  const [message, headers] = modernRequest('tools/call', { name: 'echo' });
  const { [missing]: _left, ...rest } = headers;
  const { status, messages } = await harness.post(message, rest);
  expect(status).toBe(400);
  expect(messages).toMatchObject([{ error: { code: -32020 } }]);
});

test('a name in Base64 is the name, and white space around it is not part of it', async () => {
  const harness = await HttpHarness.start();
  const [message, headers] = modernRequest('tools/call', { name: 'echo' });
  const encoded = `  =?base64?${Buffer.from('echo').toString('base64')}?=  `;
  expect((await harness.post(message, { ...headers, 'mcp-name': encoded })).status).toBe(200);
});

test.each([
  ['no `_meta`', {}],
  ['no version', { _meta: { 'io.modelcontextprotocol/clientCapabilities': {} } }],
  ['no capabilities', { _meta: { 'io.modelcontextprotocol/protocolVersion': '2026-07-28' } }],
])('with %s a request with modern headers is refused', async (_why, params) => {
  const harness = await HttpHarness.start();
  const message = { jsonrpc: '2.0', id: 7, method: 'server/discover', params };
  const headers = { 'mcp-protocol-version': '2026-07-28', 'mcp-method': 'server/discover' };
  const { status, messages } = await harness.post(message, headers);
  expect(status).toBe(400);
  expect(messages).toMatchObject([{ id: 7, error: { code: -32602 } }]);
});

test('a version that is not spoken is named, and so are those that are', async () => {
  const harness = await HttpHarness.start();
  const version = { 'io.modelcontextprotocol/protocolVersion': 'v9' };
  const [message, headers] = modernRequest('server/discover', { _meta: { ...MODERN_META, ...version } });
  const { status, messages } = await harness.post(message, { ...headers, 'mcp-protocol-version': 'v9' });
  expect(status).toBe(400);
  expect(messages).toMatchObject([
    { id: 1, error: { code: -32022, data: { supported: ['2026-07-28'], requested: 'v9' } } },
  ]);
});

test.each(['initialize', 'ping', 'logging/setLevel', 'resources/subscribe'])(
  '%s does not exist in the modern era',
  async (method) => {
    const harness = await HttpHarness.start();
    const { status, messages } = await harness.modern(method);
    expect(status).toBe(404);
    expect(messages).toMatchObject([{ id: 1, error: { code: -32601 } }]);
    expect(harness.guard.actions).toHaveLength(0);
  },
);

test('a method that the server does not know is not found', async () => {
  const harness = await HttpHarness.start();
  expect((await harness.modern('no/such')).status).toBe(404);
});

test('a client that closes its stream cancels the call at the server, and nothing is delivered', async () => {
  const started = Promise.withResolvers<void>();
  const behave: Behaviour = (asked, server, call) => {
    if (asked.method !== 'tools/call') return echo(asked, server, call);
    started.resolve();
    return new Promise(() => {});
  };
  const harness = await HttpHarness.start({ behave });
  const leaving = new AbortController();
  const asked = harness.modern('tools/call', { name: 'echo' }, {}, leaving.signal);
  await started.promise;
  leaving.abort();
  await expect(asked).rejects.toThrow('abort');
  await expect.poll(() => harness.servers[0]?.aborted).toEqual(['tools/call']);
  await expect.poll(() => harness.face.stats().underWay).toBe(0);
});

test('an approval that comes after the client left performs nothing', async () => {
  const release = Promise.withResolvers<'allow' | 'step_up'>();
  const held = Promise.withResolvers<void>();
  const guard = createFakeGuard((action) => {
    if (action.method !== 'tools/call') return 'allow';
    held.resolve();
    return { hold: release.promise };
  });
  const harness = await HttpHarness.start({ guard });
  const leaving = new AbortController();
  const asked = harness.modern('tools/call', { name: 'echo' }, {}, leaving.signal);
  await held.promise;
  leaving.abort();
  await expect(asked).rejects.toThrow('abort');
  await expect.poll(() => harness.face.stats().underWay).toBe(0);
  release.resolve('allow');
  await harness.face.close();
  expect(harness.servers[0]?.asked.map(({ method }) => method)).not.toContain('tools/call');
});

test('two principals share no server, one principal’s requests do', async () => {
  const caller = (id: string) => ({
    agent: { id },
    authentication: { method: 'api_token' as const, assurance: 1 as const, credentialId: 't', at: 0 },
  });
  const harness = await HttpHarness.start({
    authenticate: ({ headers }) => ({ caller: caller(String(headers['x-agent'])) }),
  });
  for (const agent of ['a', 'b', 'a']) {
    await harness.modern('tools/call', { name: 'echo' }, { 'x-agent': agent });
  }
  expect(harness.scopes.map(({ caller: own }) => own?.agent.id)).toEqual(['a', 'b']);
  const called = harness.guard.actions.filter(({ method }) => method === 'tools/call');
  expect(called.map(({ caller: own }) => own?.agent.id)).toEqual(['a', 'b', 'a']);
});

test('who is not let in is told how, and reaches nothing', async () => {
  const challenge = {
    status: 401,
    headers: { 'www-authenticate': 'Bearer' },
    message: 'a token is needed',
    code: 'no-token',
  };
  const harness = await HttpHarness.start({ authenticate: () => challenge });
  const { status, headers } = await harness.modern('tools/call', { name: 'echo' });
  expect(status).toBe(401);
  expect(headers.get('www-authenticate')).toBe('Bearer');
  expect(harness.servers).toHaveLength(0);
  expect(harness.guard.refusals).toEqual(['identity.unauthenticated']);
});

test('a server that ended is opened anew for the next request, though not at once', async () => {
  const timers = manualTimers();
  const harness = await HttpHarness.start({ timers });
  await harness.modern('tools/call', { name: 'echo' });
  harness.servers[0]?.die();
  await harness.modern('tools/call', { name: 'echo' });
  expect(harness.servers).toHaveLength(1);
  timers.fire(1_000);
  await harness.modern('tools/call', { name: 'echo' });
  expect(harness.servers).toHaveLength(2);
  expect(harness.servers[0]?.isClosed).toBe(true);
});

test('a gateway that goes down finishes what is under way and takes nothing new', async () => {
  const release = Promise.withResolvers<void>();
  const started = Promise.withResolvers<void>();
  const behave: Behaviour = async (asked, server, call) => {
    if (asked.method === 'tools/call') {
      started.resolve();
      await release.promise;
    }
    return echo(asked, server, call);
  };
  const harness = await HttpHarness.start({ behave });
  const asked = harness.modern('tools/call', { name: 'echo' });
  await started.promise;
  const drained = harness.face.drain(60_000);
  expect((await harness.modern('tools/call', { name: 'echo' })).status).toBe(503);
  release.resolve();
  expect((await asked).status).toBe(200);
  await drained;
});

test('what one caller was given is cached for no other', async () => {
  const behave: Behaviour = (asked, server, call) =>
    asked.method === 'resources/read'
      ? { result: { resultType: 'complete', contents: [], ttlMs: 5, cacheScope: 'public' } }
      : echo(asked, server, call);
  const harness = await HttpHarness.start({ behave });
  const { messages } = await harness.modern('resources/read', { uri: 'file:///a' });
  expect(messages).toMatchObject([{ result: { ttlMs: 5, cacheScope: 'private' } }]);
});

test('several servers are discovered as one: versions that all speak, capabilities of any', async () => {
  let asked = 0;
  const behave: Behaviour = (what, server, call) => {
    if (what.method !== 'server/discover') return echo(what, server, call);
    asked += 1;
    const capabilities = asked === 1 ? { tools: {} } : { prompts: {}, tasks: {} };
    const supportedVersions = asked === 1 ? ['2026-07-28', '2030-01-01'] : ['2026-07-28'];
    return {
      result: { resultType: 'complete', supportedVersions, capabilities, ttlMs: asked, cacheScope: 'public' },
    };
  };
  const harness = await HttpHarness.start({ behave, servers: 2, expose: 'prefixed' });
  const { messages } = await harness.modern('server/discover');
  expect(messages).toMatchObject([
    {
      result: {
        supportedVersions: ['2026-07-28'],
        capabilities: { tools: {}, prompts: {} },
        ttlMs: 1,
        cacheScope: 'private',
      },
    },
  ]);
  expect(JSON.stringify(messages)).not.toContain('tasks');
});

test('what is sent back to a tool that asked for input is judged, and what policy makes of it is sent', async () => {
  const guard = createFakeGuard((action) => {
    if (action.method !== 'inputs/respond') return 'allow';
    return JSON.stringify(action.args).includes('password')
      ? 'deny'
      : { modify: { inputResponses: { who: { action: 'accept', content: { name: '█' } } } } };
  });
  const harness = await HttpHarness.start({ guard });
  const call = (content: { readonly [key: string]: string }) =>
    harness.modern('tools/call', {
      name: 'echo',
      requestState: 's',
      inputResponses: { who: { action: 'accept', content } },
    });
  expect((await call({ password: 'x' })).messages).toMatchObject([{ result: { isError: true } }]);
  expect(harness.servers[0]?.asked.filter(({ method }) => method === 'tools/call')).toHaveLength(0);
  await call({ name: 'Alice' });
  const sent = harness.servers[0]?.asked.find(({ method }) => method === 'tools/call');
  expect(sent?.params).toMatchObject({
    requestState: 's',
    inputResponses: { who: { content: { name: '█' } } },
  });
});

const ANNOTATED = {
  name: 'pay',
  inputSchema: {
    type: 'object',
    properties: {
      region: { type: 'string', 'x-mcp-header': 'Region' },
      amount: { type: 'integer', 'x-mcp-header': 'Amount' },
    },
  },
};

test.each([
  ['the headers of all arguments', { 'mcp-param-region': 'eu', 'mcp-param-amount': '5' }, 200],
  ['a number written another way', { 'mcp-param-region': 'eu', 'mcp-param-amount': '5.0' }, 200],
  ['a text in Base64', { 'mcp-param-region': '=?base64?ZXU=?=', 'mcp-param-amount': '5' }, 200],
  ['another text', { 'mcp-param-region': 'us', 'mcp-param-amount': '5' }, 400],
  ['another number', { 'mcp-param-region': 'eu', 'mcp-param-amount': '50' }, 400],
  ['a header missing', { 'mcp-param-region': 'eu' }, 400],
  ['a text that is no Base64', { 'mcp-param-region': '=?base64?Z?=', 'mcp-param-amount': '5' }, 400],
] as [string, Record<string, string>, number][])(
  'with %s beside the body of a call the answer is right',
  async (_why, headers, status) => {
    const behave: Behaviour = (asked, server, call) =>
      asked.method === 'tools/list' ? { result: { tools: [ANNOTATED] } } : echo(asked, server, call);
    const harness = await HttpHarness.start({ behave });
    const answer = await harness.modern(
      'tools/call',
      { name: 'pay', arguments: { region: 'eu', amount: 5 } },
      headers,
    );
    expect(answer.status).toBe(status);
    if (status === 400) {
      expect(answer.messages).toMatchObject([{ error: { code: -32020 } }]);
      expect(harness.guard.actions.filter(({ method }) => method === 'tools/call')).toHaveLength(0);
    }
  },
);
