/** Every method that the gateway knows goes the way its row says: each row is walked, by allowing and by refusing. */
import { describe, expect, test } from 'vitest';
import { isJsonObject, type JsonObject, KNOWN_METHODS } from '@writ/core';
import { METHOD_TABLE, type MethodRow } from '../src/mcp/index.ts';
import { createFakeGuard } from './fake-guard.ts';
import { Harness } from './harness.ts';

/** Methods that need a control, by who sends them; the decision on results is the guard's own. */
const CONTROLLED: readonly [sender: 'client' | 'server', method: string][] = [
  ['client', 'server/discover'],
  ['client', 'initialize'],
  ['client', 'tools/list'],
  ['client', 'tools/call'],
  ['client', 'resources/list'],
  ['client', 'resources/templates/list'],
  ['client', 'resources/read'],
  ['client', 'prompts/list'],
  ['client', 'prompts/get'],
  ['client', 'completion/complete'],
  ['client', 'subscriptions/listen'],
  ['client', 'resources/subscribe'],
  ['server', 'sampling/createMessage'],
  ['server', 'elicitation/create'],
  ['server', 'roots/list'],
  ['client', 'tasks/get'],
  ['client', 'tasks/update'],
  ['client', 'tasks/cancel'],
  ['server', 'notifications/progress'],
  ['server', 'notifications/message'],
];

test.each(CONTROLLED)('what a %s sends as %s has a row that is judged', (sender, method) => {
  const row = METHOD_TABLE.find((one) => one.sender === sender && one.method === method);
  expect(row?.control).toMatch(/^(call|list|event)$/);
});

test('every method of MCP has a row, but for what Writ itself decides', () => {
  const rows = new Set(METHOD_TABLE.map(({ method }) => method));
  expect([...KNOWN_METHODS].filter((method) => !rows.has(method))).toEqual(['results/deliver']);
});

test('no method has two rows for one sender, and each says why', () => {
  const keys = METHOD_TABLE.map(({ sender, isRequest, method }) => `${sender} ${isRequest} ${method}`);
  expect(new Set(keys).size).toBe(keys.length);
  expect(METHOD_TABLE.filter(({ why }) => why.length < 5)).toEqual([]);
});

/** Parameters under which each method means something to the fixture server. */
const PARAMS: Readonly<Record<string, JsonObject>> = {
  initialize: { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 'test', version: '1' } },
  'tools/call': { name: 'echo', arguments: {} },
  'resources/read': { uri: 'memo://one' },
  'resources/subscribe': { uri: 'memo://one' },
  'resources/unsubscribe': { uri: 'memo://one' },
  'subscriptions/listen': { notifications: { toolsListChanged: true } },
  'prompts/get': { name: 'greet' },
  'completion/complete': { ref: { type: 'ref/prompt', name: 'greet' }, argument: { name: 'a', value: '' } },
};

const UNKNOWN: MethodRow = {
  method: 'x/custom',
  sender: 'client',
  isRequest: true,
  control: 'call',
  target: 'server',
  why: 'stands for whatever comes next',
};
const requests = [...METHOD_TABLE, UNKNOWN].filter(
  ({ sender, isRequest }) => sender === 'client' && isRequest,
);

describe.each(requests.map((row) => [row.method, row] as const))('%s', (method, row) => {
  // All members of another method are its arguments; a call has members of its own, and any other is refused.
  const more = method === 'tools/call' ? { requestState: 'kept' } : { 'x-unknown': [1] };
  const params = { ...PARAMS[method], ...more, _meta: { kept: 1 } };

  test('is judged with its parameters, or carries nothing', async () => {
    const harness = new Harness();
    await harness.initialize();
    const before = harness.guard.actions.length;
    await harness.ask(method, params);
    const judged = harness.guard.actions.slice(before).filter((action) => action.method === method);
    // A list that says something is judged on the server before it leaves, and then item by item.
    const times = { transport: 0, list: 2, call: 1, event: 1 };
    expect(judged).toHaveLength(times[row.control]);
    expect(judged.every(({ phase }) => phase === (row.control === 'list' ? 'list' : 'call'))).toBe(true);
    if (row.control === 'call' && method !== 'tools/call') {
      const { _meta, ...governed } = params;
      expect(judged[0]?.args).toStrictEqual(governed);
    }
  });

  test('is forwarded with everything it came with, or not at all', async () => {
    const harness = new Harness();
    await harness.initialize();
    const already = (await harness.received(method)).length;
    await harness.ask(method, params);
    const received = (await harness.received(method)).slice(already);
    if (row.control === 'transport') expect(received).toEqual([]);
    else expect(received[0]?.['params']).toStrictEqual(params);
  });

  test.runIf(row.control === 'call')('is refused without reaching the server', async () => {
    const refused = { on: false };
    const guard = createFakeGuard((action) => (refused.on && action.method === method ? 'deny' : 'allow'));
    const harness = new Harness({ guard });
    await harness.initialize();
    const already = (await harness.received(method)).length;
    refused.on = true;
    const answer = await harness.ask(method, params);
    refused.on = false;
    expect((await harness.received(method)).slice(already)).toHaveLength(method === 'tools/call' ? 1 : 0);
    if (method === 'tools/call') expect(answer['result']).toMatchObject({ isError: true });
    else expect(answer['error']).toMatchObject({ code: -32010 });
  });
});

test('a URI is judged in its normal form and sent as it came', async () => {
  const harness = new Harness();
  await harness.initialize();
  const { result } = await harness.ask('resources/read', { uri: 'file:///a/./b/../%63' });
  expect(harness.guard.actions.at(-1)?.parts[0]?.resource).toStrictEqual({
    type: 'data',
    id: 'file:///a/c',
    server: 'files',
  });
  expect(JSON.stringify(isJsonObject(result) ? result['contents'] : [])).toContain('file:///a/./b/../%63');
});

test.each(['file:///a/..%2f..%2fetc', 'file:///a%5c..%5cb', 'file:///a%00b', 'https://me:secret@host/', ''])(
  'a URI that two readers could understand differently is refused: %s',
  async (uri) => {
    const harness = new Harness();
    await harness.initialize();
    expect(await harness.ask('resources/read', { uri })).toMatchObject({ error: { code: -32602 } });
  },
);

test('the hints of a client are sent on without what rode on them', async () => {
  const harness = new Harness();
  await harness.ask('initialize', PARAMS['initialize']);
  for (const method of ['notifications/initialized', 'notifications/roots/list_changed']) {
    harness.write({ jsonrpc: '2.0', method, params: { smuggled: 'data' } });
    expect(await harness.received(method)).toStrictEqual([{ jsonrpc: '2.0', method }]);
  }
});

test('an unknown notification of a client is judged and dropped where refused', async () => {
  const guard = createFakeGuard(({ method }) => (method === 'notifications/x-refused' ? 'deny' : 'allow'));
  const harness = new Harness({ guard });
  await harness.initialize();
  harness.write({ jsonrpc: '2.0', method: 'notifications/x-refused', params: { a: 1 } });
  harness.write({ jsonrpc: '2.0', method: 'notifications/x-allowed', params: { a: 1, _meta: { b: 2 } } });
  await harness.until(() => guard.actions.some(({ method }) => method === 'notifications/x-allowed'));
  expect(await harness.received('notifications/x-refused')).toEqual([]);
  expect(await harness.received('notifications/x-allowed')).toMatchObject([
    { params: { a: 1, _meta: { b: 2 } } },
  ]);
});

test('initialize is the server’s own, in every field', async () => {
  const harness = new Harness();
  expect((await harness.initialize())['result']).toStrictEqual({
    protocolVersion: '2025-06-18',
    capabilities: {
      tools: { listChanged: true },
      resources: { subscribe: true },
      prompts: {},
      logging: {},
      completions: {},
      'x-own': { deep: 1 },
    },
    serverInfo: { name: 'fixture', version: '1.2.3', 'x-unknown': true },
    instructions: 'Be careful.',
    'x-unknown': 'kept',
  });
});
