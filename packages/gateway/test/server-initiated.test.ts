/** What servers start by themselves: judged with the server as initiator, and routed back. */
import { expect, test } from 'vitest';
import { isJsonObject, type JsonObject } from '@writ/core';
import { createFakeGuard } from './fake-guard.ts';
import { fixtureServer, Harness } from './harness.ts';

/** What the server got as the answer to its own request. */
function serverGot(result: JsonObject): JsonObject {
  const [first] = Array.isArray(result['content']) ? result['content'] : [];
  const text = isJsonObject(first) ? first['text'] : undefined;
  return JSON.parse(typeof text === 'string' ? text : '{}') as JsonObject;
}

const refusing = (): ReturnType<typeof createFakeGuard> =>
  createFakeGuard(({ initiator }) => (initiator === 'server' ? 'deny' : 'allow'));

test.each(['sample', 'elicit', 'roots', 'unknown-request'])(
  'a refused request of a server (%s) never reaches the client, and the server learns no policy',
  async (tool) => {
    const harness = new Harness({ guard: refusing() });
    await harness.initialize();
    const got = serverGot(await harness.call(tool));
    expect(got['error']).toMatchObject({ code: -32010, message: 'the request was refused' });
    expect(JSON.stringify(got)).not.toContain('a-policy');
    expect(harness.told).toEqual([]);
  },
);

test.each([
  ['sample', 'sampling/createMessage'],
  ['elicit', 'elicitation/create'],
  ['roots', 'roots/list'],
  ['unknown-request', 'x/unknown'],
])(
  'a permitted request of a server (%s) reaches the client, and its answer the server',
  async (tool, method) => {
    const harness = new Harness();
    await harness.initialize();
    const result = harness.call(tool);
    const asked = await harness.toldOf(method);
    harness.write({
      jsonrpc: '2.0',
      id: asked['id'] ?? null,
      result: { answered: [method], 'x-unknown': 1 },
    });
    expect(serverGot(await result)['result']).toStrictEqual({ answered: [method], 'x-unknown': 1 });
    const action = harness.guard.actions.find((one) => one.method === method);
    expect(action).toMatchObject({
      initiator: 'server',
      initiatingServer: 'files',
      parts: [{ action: { name: method }, resource: { type: 'server', id: 'files' } }],
    });
  },
);

test('an error of the client reaches the server that asked', async () => {
  const harness = new Harness();
  await harness.initialize();
  const result = harness.call('elicit');
  const asked = await harness.toldOf('elicitation/create');
  harness.write({ jsonrpc: '2.0', id: asked['id'] ?? null, error: { code: -1, message: 'no' } });
  expect(serverGot(await result)['error']).toStrictEqual({ code: -1, message: 'no' });
});

test('two servers that use one id and one progress token are told apart', async () => {
  const harness = new Harness({ servers: [fixtureServer('one'), fixtureServer('two')] });
  await harness.initialize();
  const results = [harness.call('one__sample'), harness.call('two__sample')];
  await harness.until(() => harness.told.length === 2);
  const tokens = harness.told.map(({ params }) => {
    const meta = isJsonObject(params) ? params['_meta'] : undefined;
    return isJsonObject(meta) ? meta['progressToken'] : undefined;
  });
  expect(new Set(tokens).size).toBe(2);
  expect(new Set(harness.told.map(({ id }) => id)).size).toBe(2);
  harness.write({
    jsonrpc: '2.0',
    method: 'notifications/progress',
    params: { progressToken: tokens[1] ?? 0, progress: 1 },
  });
  const servers = harness.guard.actions
    .filter(({ method }) => method === 'sampling/createMessage')
    .map(({ initiatingServer }) => initiatingServer);
  harness.told.forEach(({ id }, index) =>
    harness.write({ jsonrpc: '2.0', id: id ?? null, result: { for: servers[index] ?? '' } }),
  );
  const [one, two] = (await Promise.all(results)).map(serverGot);
  expect([one?.['result'], two?.['result']]).toEqual([{ for: 'one' }, { for: 'two' }]);
  const second = String(servers[1]);
  expect(await harness.received('notifications/progress', `${second}__received`)).toMatchObject([
    { params: { progressToken: 'own', progress: 1 } },
  ]);
});

test('a permitted notification arrives before the answer that came after it, as it was', async () => {
  const harness = new Harness();
  await harness.initialize();
  await harness.call('log');
  expect(harness.told).toStrictEqual([
    {
      jsonrpc: '2.0',
      method: 'notifications/message',
      params: { level: 'info', data: { said: 'hello' }, 'x-unknown': 1 },
    },
  ]);
});

test.each(['log', 'progress', 'update'])('a refused notification (%s) is dropped', async (tool) => {
  const harness = new Harness({ guard: refusing() });
  await harness.initialize();
  await harness.call(tool, {}, { progressToken: 5 });
  expect(harness.told).toEqual([]);
});

test('progress arrives in order and under the token of the client', async () => {
  const harness = new Harness();
  await harness.initialize();
  await harness.call('progress', {}, { progressToken: 'mine' });
  expect(harness.told.map(({ params }) => params)).toEqual(
    [1, 2, 3].map((progress) => ({ progressToken: 'mine', progress, total: 3, message: `step ${progress}` })),
  );
});

test('a server cannot report progress on the work of another', async () => {
  const harness = new Harness({ servers: [fixtureServer('one'), fixtureServer('two')] });
  await harness.initialize();
  // `two` was given the token; `one` reports under a token that it was not given.
  await harness.call('two__progress', {}, { progressToken: 'for-two' });
  await harness.call('one__progress', {});
  expect(harness.told).toHaveLength(3);
});

test('a ping of a server is answered by the gateway', async () => {
  const harness = new Harness();
  await harness.initialize();
  expect(await harness.ask('ping', { smuggled: 'data' })).toMatchObject({ result: {} });
  expect(await harness.received('ping')).toEqual([]);
});
