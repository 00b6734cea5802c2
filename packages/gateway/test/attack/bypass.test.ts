/** No way around the guard: every word of a client that reaches a server stands in an entry, and what is stopped is stopped on every path. */
import { describe, expect, test } from 'vitest';
import type { JsonObject } from '@writ/core';
import { METHOD_TABLE, OWN_ACTIONS } from '../../src/mcp/methods/index.ts';
import { HttpHarness, MODERN_META, modernRequest } from '../http-harness.ts';
import { methodOf } from '../upstream/listener.ts';
import { ALLOW_ALL } from '../workspace.ts';
import { streamOf } from './events.ts';
import { Governed } from './governed.ts';
import { recordedServer } from './recorded-server.ts';

const CLIENT_METHODS = [
  ...new Set(METHOD_TABLE.filter(({ sender }) => sender === 'client').map(({ method }) => method)),
  'x/unknown',
  'notifications/x',
  'results/deliver',
  'inputs/respond',
  'sampling/createMessage',
  'elicitation/create',
  'roots/list',
  'rpc.discover',
  'TOOLS/CALL',
  'tools/call ',
  '__proto__',
];
const WORD = 'smuggled-word';

/** Parameters of any method, each of its texts the word. */
const params = (mark: string): JsonObject => ({
  name: 'echo',
  uri: `file:///${mark}`,
  cursor: mark,
  level: 'debug',
  taskId: mark,
  message: mark,
  requestId: mark,
  reason: mark,
  progressToken: mark,
  progress: 1,
  ref: { type: 'ref/prompt', name: mark },
  argument: { name: mark, value: mark },
  arguments: { text: mark },
  notifications: { toolsListChanged: true },
  inputResponses: { [mark]: { action: mark } },
});

/** The members that a call may have. */
function callParams(mark: string): JsonObject {
  const { name = null, arguments: args = {}, inputResponses = {} } = params(mark);
  return { name, arguments: args, inputResponses, requestState: mark };
}

/** Sends every method in either era, as a request and as a notification. */
async function sendAll(
  governed: Governed,
  token: Record<string, string>,
  session: Record<string, string>,
  mark: string,
): Promise<void> {
  for (const method of CLIENT_METHODS) {
    // The handshakes are permitted in these tests.
    if (method === 'initialize' || method === 'server/discover') continue;
    const leaving = AbortSignal.timeout(2_000);
    for (const id of [{ id: 1 }, {}]) {
      // A call with a member that no version has is refused before anything is judged.
      const own = method === 'tools/call' ? callParams(mark) : params(mark);
      const legacy = { jsonrpc: '2.0', ...id, method, params: own };
      const [, headers] = modernRequest(method, own, token);
      const modern = { jsonrpc: '2.0', ...id, method, params: { ...own, _meta: MODERN_META } };
      const named = {
        ...headers,
        'mcp-name':
          method === 'resources/read' ? `file:///${mark}` : method.startsWith('tasks/') ? mark : 'echo',
      };
      if (method !== 'subscriptions/listen') await governed.post(modern, named, leaving).catch(() => {});
      await governed.post(legacy, session, leaving).catch(() => {});
    }
  }
  await governed.post([{ jsonrpc: '2.0', id: 1, method: 'tools/call', params: params(mark) }], session);
}

test('where nothing is permitted, no word of a client reaches a server by any method, form or era', async () => {
  const policies =
    '@id("begin") permit (principal, action in [Action::"initialize", Action::"server/discover"], resource); @id("deliver") permit (principal, action == Action::"results/deliver", resource);';
  const governed = await Governed.open({
    policies: `${policies} @id("no") forbid (principal, action, resource) unless { action in [Action::"initialize", Action::"server/discover", Action::"results/deliver"] };`,
  });
  await sendAll(governed, {}, await governed.session(), WORD);
  expect(governed.server.came.length).toBeGreaterThan(2);
  expect(governed.server.text).not.toContain(WORD);
  expect(governed.server.of('tools/call')).toEqual([]);
});

test('where everything is permitted, each message to a server has an entry of its method before it', async () => {
  const governed = await Governed.open();
  await sendAll(governed, {}, await governed.session(), WORD);
  const methods = governed.server.came.flatMap((came) => (came.text.includes(WORD) ? [methodOf(came)] : []));
  expect(new Set(methods)).toContain('tools/call');
  const entries = await governed.entries();
  const recorded = new Map<string, number>();
  for (const entry of entries) {
    if (entry.kind !== 'decision') continue;
    const { method } = entry.decision;
    recorded.set(method, (recorded.get(method) ?? 0) + 1);
  }
  const sent = new Map<string, number>();
  for (const method of methods) {
    const known = recorded.has(method) ? method : 'other';
    sent.set(known, (sent.get(known) ?? 0) + 1);
  }
  for (const [method, count] of sent)
    expect({ method, isRecorded: (recorded.get(method) ?? 0) >= count }).toStrictEqual({
      method,
      isRecorded: true,
    });
});

test('a quarantined tool is neither listed nor called, by any name, in either era', async () => {
  const governed = await Governed.open({ trusted: false });
  const session = await governed.session();
  for (const name of ['echo', 'far__echo', 'far/echo', ' echo']) {
    const header = { 'mcp-name': `=?base64?${Buffer.from(name).toString('base64')}?=` };
    const modern = await governed.modern(
      'tools/call',
      { name, arguments: {} },
      { ...header, 'mcp-param-region': 'eu' },
    );
    const legacy = await governed.post(
      { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name, task: { ttl: 1 } } },
      session,
    );
    for (const { messages } of [modern, legacy])
      expect(messages).toMatchObject([{ result: { isError: true } }]);
  }
  for (const { messages } of [
    await governed.modern('tools/list'),
    await governed.post({ jsonrpc: '2.0', id: 1, method: 'tools/list' }, session),
  ])
    expect(messages).toMatchObject([{ result: { tools: [] } }]);
  expect(governed.server.of('tools/call')).toEqual([]);
});

test('arguments in other places than their own are no arguments: what policy reads is what the tool gets', async () => {
  const policies = `${ALLOW_ALL} @id("no") forbid (principal, action == Action::"far/echo", resource) when { context.args has text && context.args.text like "*forbidden*" };`;
  const governed = await Governed.open({ policies });
  const session = await governed.session();
  const direct = { name: 'echo', arguments: { text: 'forbidden' } };
  const { messages } = await governed.modern('tools/call', direct);
  expect(messages).toMatchObject([{ result: { isError: true } }]);
  for (const arguments_ of [
    { text: 'forbidden', region: 'eu' },
    JSON.parse('{"__proto__":{"text":"forbidden"},"text":"forbidden"}') as JsonObject,
  ]) {
    const answer = await governed.post(
      { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'echo', arguments: arguments_ } },
      session,
    );
    expect(answer.messages).toMatchObject([{ result: { isError: true } }]);
  }
  // Twice in one message: refused whole, whichever is read.
  const twice =
    '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"echo","arguments":{"text":"fine"},"arguments":{"text":"forbidden"}}}';
  expect((await governed.post(twice, session)).status).toBe(400);
  expect(governed.server.of('tools/call')).toEqual([]);
  // Elsewhere they are refused, or pass as what they are there, and the tool's arguments stay those that were judged.
  const fine = { name: 'echo', arguments: { text: 'fine' } };
  const send = (more: JsonObject) =>
    governed.post({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { ...fine, ...more } }, session);
  expect((await send({ args: { text: 'other' } })).messages).toMatchObject([{ error: { code: -32602 } }]);
  await send({ task: { arguments: {} } });
  expect(
    governed.server.of('tools/call').map(({ body }) => (body['params'] as JsonObject)['arguments']),
  ).toStrictEqual([{ text: 'fine' }]);
});

test('what a client says with a list is judged before a server hears it', async () => {
  const policies = `${ALLOW_ALL} @id("no-secrets") forbid (principal, action, resource) when { context.findings.contains("secret") };`;
  const governed = await Governed.open({ policies });
  const session = await governed.session();
  const secret = ['ghp', 'a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8'].join('_');
  for (const method of ['tools/list', 'resources/list', 'resources/templates/list', 'prompts/list']) {
    for (const own of [{ cursor: secret }, { 'x-own': secret }]) {
      const modern = await governed.modern(method, own);
      const legacy = await governed.post({ jsonrpc: '2.0', id: 1, method, params: own }, session);
      for (const { messages } of [modern, legacy])
        expect(messages).toMatchObject([{ error: { code: -32010 } }]);
    }
  }
  expect(governed.server.text).not.toContain(secret);
});

test.each(['resources/list', 'prompts/list', 'tools/list'])(
  '%s is recorded, also where it is empty or fails',
  async (method) => {
    const failing = await recordedServer(({ body }) =>
      body['method'] === 'prompts/list' ? { prompts: 'none' } : undefined,
    );
    const governed = await Governed.open({ servers: { far: failing } });
    const session = await governed.session();
    const count = async (): Promise<number> =>
      (await governed.entries()).filter(
        (entry) => entry.kind === 'decision' && entry.decision.method === method,
      ).length;
    const before = await count();
    await governed.modern(method);
    await governed.post({ jsonrpc: '2.0', id: 1, method }, session);
    expect(await count()).toBe(before + 2);
  },
);

describe.each([
  ['agent', 'bot'],
  ['server', 'far'],
  ['tool', 'far/echo'],
] as const)('a killed %s', (scope, id) => {
  const CALL = { name: 'echo', arguments: { text: WORD } };

  test('is called no more in either era, by open sessions or new ones', async () => {
    const governed = await Governed.open({ gateway: { auth: { tokens: true } } });
    const bot = governed.token('bot');
    const session = await governed.session({ ...bot });
    expect((await governed.modern('tools/call', CALL, bot)).messages).toMatchObject([
      { result: { content: [{}] } },
    ]);
    const before = governed.server.of('tools/call').length;
    await governed.kill(scope, id);
    const modern = await governed.modern('tools/call', CALL, bot);
    const legacy = await governed.post(
      { jsonrpc: '2.0', id: 1, method: 'tools/call', params: CALL },
      session,
    );
    for (const { messages } of [modern, legacy])
      expect(messages).toMatchObject([
        { result: { isError: true, _meta: { 'io.github.writ/decision': { code: `kill.${scope}` } } } },
      ]);
    expect(governed.server.of('tools/call')).toHaveLength(before);
    const lists = [
      await governed.modern('tools/list', {}, bot),
      await governed.post({ jsonrpc: '2.0', id: 1, method: 'tools/list' }, session),
    ];
    for (const { messages } of lists) expect(JSON.stringify(messages)).not.toContain('"echo"');
    if (scope !== 'agent') return;
    // Another agent goes on.
    expect((await governed.modern('tools/call', CALL, governed.token('other'))).messages).toMatchObject([
      { result: { content: [{}] } },
    ]);
    for (const method of [
      'resources/read',
      'prompts/get',
      'completion/complete',
      'x/unknown',
      'logging/setLevel',
      'resources/list',
      'prompts/list',
    ]) {
      const asked = { jsonrpc: '2.0', id: 1, method, params: params(WORD) };
      expect((await governed.post(asked, session)).messages).toMatchObject([{ error: { code: -32010 } }]);
    }
    expect(
      (await governed.modern('subscriptions/listen', { notifications: { toolsListChanged: true } }, bot))
        .messages,
    ).toMatchObject([{ error: { code: -32010 } }]);
  });

  test('loses the call that is under way, and its subscription tells nothing of content any more', async () => {
    const governed = await Governed.open({ gateway: { auth: { tokens: true } } });
    const bot = governed.token('bot');
    const stream = streamOf(
      await governed.open(
        ...modernRequest(
          'subscriptions/listen',
          { notifications: { resourceSubscriptions: ['file:///a'] } },
          bot,
        ),
      ),
    );
    expect(await stream.next()).toMatchObject({ method: 'notifications/subscriptions/acknowledged' });
    governed.server.tell('notifications/resources/updated', { uri: 'file:///a' });
    expect(await stream.next()).toMatchObject({ method: 'notifications/resources/updated' });
    const call = governed.modern('tools/call', { name: 'hang' }, bot);
    await expect.poll(() => governed.server.hanging).toBe(1);
    if (scope === 'tool') await governed.kill('tool', 'far/hang');
    else await governed.kill(scope, id);
    expect((await call).messages).toMatchObject([{ result: { isError: true } }]);
    await expect.poll(() => governed.server.hanging).toBe(0);
    const count = async (): Promise<number> =>
      (await governed.entries()).filter(
        (entry) =>
          entry.kind === 'decision' &&
          entry.decision.method === 'notifications/resources/updated' &&
          entry.decision.verdict === 'deny',
      ).length;
    if (scope === 'agent') {
      // Nobody is left who listens.
      await expect.poll(() => governed.gateway.stats().streams).toBe(0);
      await expect.poll(() => governed.server.listening).toBe(0);
    }
    governed.server.tell('notifications/resources/updated', { uri: 'file:///a' });
    if (scope === 'server') await expect.poll(count).toBe(1);
  });
});

test('a policy that changes under an open session holds from its next call on, in either era', async () => {
  const governed = await Governed.open();
  const session = await governed.session();
  const call = { name: 'echo', arguments: { text: WORD } };
  expect((await governed.modern('tools/call', call)).messages).toMatchObject([{ result: { content: [{}] } }]);
  governed.workspace.write(
    'policy.cedar',
    `${ALLOW_ALL} @id("no") forbid (principal, action == Action::"far/echo", resource);`,
  );
  await governed.gateway.reload();
  const before = governed.server.of('tools/call').length;
  const modern = await governed.modern('tools/call', call);
  const legacy = await governed.post({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: call }, session);
  for (const { messages } of [modern, legacy])
    expect(messages).toMatchObject([{ result: { isError: true } }]);
  expect(governed.server.of('tools/call')).toHaveLength(before);
});

test.each([...OWN_ACTIONS])('%s is an action and no method, from either side', async (method) => {
  const harness = await HttpHarness.start();
  const session = await harness.session();
  const [server] = harness.servers;
  const stream = streamOf(await fetch(harness.url, { headers: { ...session, accept: 'text/event-stream' } }));
  const own = { text: WORD };
  const before = harness.guard.actions.length;
  const answers = [
    await harness.modern(method, own),
    await harness.post({ jsonrpc: '2.0', id: 1, method, params: own }, session),
  ];
  for (const { messages } of answers) expect(messages).toMatchObject([{ error: { code: -32601 } }]);
  await harness.post({ jsonrpc: '2.0', method, params: own }, session);
  expect(await server?.ask(method, own)).toMatchObject({ error: { code: -32601 } });
  await server?.tell(method, own);
  expect(harness.guard.actions).toHaveLength(before);
  await server?.tell('notifications/message', { level: 'info', data: 'next' });
  expect(await stream.next()).toMatchObject({ params: { data: 'next' } });
  expect(JSON.stringify(harness.servers.map(({ asked }) => asked))).not.toContain(WORD);
});

test('a secret in `_meta` is found by the checks as one in the arguments, on every method that is judged', async () => {
  const policies = `${ALLOW_ALL} @id("no-secrets") forbid (principal, action, resource) when { context.findings.contains("secret") };`;
  const governed = await Governed.open({ policies });
  const secret = ['AKIA', 'IOSFODNN7EXAMPLF'].join('');
  const _meta = { ...MODERN_META, note: `aws_access_key_id = ${secret}` };
  for (const [method, rest] of [
    ['tools/call', { name: 'echo', arguments: { text: 'plain' } }],
    ['resources/read', { uri: 'memo://one' }],
    ['prompts/get', { name: 'greet' }],
    ['x/unknown', {}],
  ] as const) {
    const answer = await governed.modern(method, { ...rest, _meta });
    expect(JSON.stringify(answer.messages), method).toContain('no-secrets');
  }
  for (const method of ['tools/list', 'resources/list', 'server/discover'])
    expect((await governed.modern(method, { _meta })).messages, method).toMatchObject([{ error: {} }]);
  const session = await governed.session();
  const params = { progressToken: 1, progress: 1 };
  const told = { jsonrpc: '2.0', method: 'notifications/progress' };
  await governed.post({ ...told, params: { ...params, _meta: { note: _meta.note } } }, session);
  await governed.post({ ...told, params }, session);
  await expect.poll(() => governed.server.of(told.method)).toHaveLength(1);
  expect(governed.server.text).not.toContain(secret);
});
