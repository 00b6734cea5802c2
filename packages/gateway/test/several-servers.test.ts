/** Several servers behind one gateway look like one, and stay apart. */
import { expect, test } from 'vitest';
import { Fault, isJsonObject, type JsonObject } from '@writ/core';
import { createFakeGuard } from './fake-guard.ts';
import { createFakePins } from './fake-pins.ts';
import { fixtureServer, Harness, manualTimers } from './harness.ts';

const both = (): ReturnType<typeof fixtureServer>[] => [fixtureServer('one'), fixtureServer('two', '--old')];

async function result(harness: Harness, method: string, params: JsonObject): Promise<JsonObject> {
  const answer = await harness.ask(method, params);
  if (!isJsonObject(answer['result'])) throw new Error(JSON.stringify(answer));
  return answer['result'];
}

test('initialize answers for all: lowest version, all capabilities, all instructions', async () => {
  const harness = new Harness({ servers: both() });
  const { result: answer } = await harness.initialize();
  expect(answer).toStrictEqual({
    protocolVersion: '2024-11-05',
    capabilities: {
      tools: { listChanged: true },
      resources: { subscribe: true },
      prompts: {},
      logging: {},
      completions: {},
      'x-own': { deep: 1 },
    },
    serverInfo: { name: 'writ', title: 'Writ', version: '0.1.0' },
    instructions: 'one: Be careful.\n\ntwo: Be careful.',
  });
});

test('a server that may not be initialised is not used, and the other is', async () => {
  const guard = createFakeGuard(({ method, parts }) =>
    method === 'initialize' && parts[0]?.resource.id === 'two' ? 'deny' : 'allow',
  );
  const harness = new Harness({ guard, servers: both() });
  expect(await harness.initialize()).toMatchObject({ result: { protocolVersion: '2025-06-18' } });
  const { tools } = await result(harness, 'tools/list', {});
  expect(JSON.stringify(tools)).not.toContain('two__');
});

test('tools are named server__tool for clients and server/tool for policy, and reach their own server', async () => {
  const harness = new Harness({ servers: both() });
  await harness.initialize();
  const called = await harness.call('two__echo', { a: 1 });
  expect(called['structuredContent']).toStrictEqual({ params: { name: 'echo', arguments: { a: 1 } } });
  expect(harness.guard.actions.at(-1)?.parts[0]?.resource.id).toBe('two/echo');
  expect(await harness.received('tools/call', 'one__received')).toHaveLength(1);
});

test('names that clients do not accept are written so that they do', async () => {
  const harness = new Harness({ servers: [fixtureServer('one', '--odd'), fixtureServer('two')] });
  await harness.initialize();
  await harness.ask('tools/call', { name: 'one__odd_name_with_everything' });
  expect(harness.guard.actions.at(-1)?.parts[0]?.resource.id).toBe('one/odd.name/with everything');
});

test('pages of all servers come together under one cursor', async () => {
  const harness = new Harness({ servers: both() });
  await harness.initialize();
  const names: unknown[] = [];
  let params: JsonObject = {};
  for (let page = 0; ; page += 1) {
    const { tools, nextCursor } = await result(harness, 'tools/list', params);
    names.push(...(Array.isArray(tools) ? tools : []).filter(isJsonObject).map(({ name }) => name));
    if (typeof nextCursor !== 'string') break;
    params = { cursor: nextCursor };
    expect(page).toBeLessThan(4);
  }
  expect(names).toHaveLength(32);
  expect(new Set(names).size).toBe(32);
});

test('a cursor of the client’s own making is refused', async () => {
  const harness = new Harness({ servers: both() });
  await harness.initialize();
  expect(await harness.ask('tools/list', { cursor: 'after-5' })).toMatchObject({ error: { code: -32602 } });
});

test('a prompt reaches its server under its own name', async () => {
  const harness = new Harness({ servers: both() });
  await harness.initialize();
  const got = await result(harness, 'prompts/get', { name: 'two__greet' });
  expect(JSON.stringify(got)).toContain('{\\"name\\":\\"greet\\"}');
  expect(harness.guard.actions.at(-1)).toMatchObject({
    parts: [{ resource: { type: 'prompt', id: 'two/greet' } }],
    args: { name: 'greet' },
  });
});

test('a resource that two servers list is refused clearly', async () => {
  const harness = new Harness({ servers: both() });
  await harness.initialize();
  expect(await harness.ask('resources/read', { uri: 'memo://one' })).toMatchObject({
    error: { code: -32602, message: 'the servers one, two all have this resource' },
  });
});

test('a method that names no server is judged and then not found', async () => {
  const harness = new Harness({ servers: both() });
  await harness.initialize();
  expect(await harness.ask('x/custom', { a: 1 })).toMatchObject({ error: { code: -32601 } });
  expect(harness.guard.actions.at(-1)?.parts.map(({ resource }) => resource.id)).toEqual(['one', 'two']);
});

test('a method on every server reaches every server', async () => {
  const harness = new Harness({ servers: both() });
  await harness.initialize();
  await result(harness, 'logging/setLevel', { level: 'debug' });
  expect(await harness.received('logging/setLevel', 'one__received')).toHaveLength(1);
  expect(await harness.received('logging/setLevel', 'two__received')).toHaveLength(1);
});

test('a server that dies takes only its own calls with it', async () => {
  const harness = new Harness({ servers: both() });
  await harness.initialize();
  expect(await harness.ask('tools/call', { name: 'one__die' })).toMatchObject({ error: { code: -32011 } });
  expect(await harness.ask('tools/call', { name: 'one__echo' })).toMatchObject({ error: { code: -32011 } });
  expect((await harness.call('two__echo'))['structuredContent']).toBeDefined();
  const { tools } = await result(harness, 'tools/list', {});
  expect(JSON.stringify(tools)).not.toContain('one__');
});

test('two tools that would have one name are a load error', async () => {
  const harness = new Harness({ servers: both(), expose: 'plain' });
  await expect(harness.done).rejects.toMatchObject({ code: 'config.invalid' });
});

test('a policy that does not fit the tools is a load error, and nothing is served', async () => {
  const harness = new Harness({ pins: createFakePins(new Fault('policy.type', 'no such tool')) });
  await expect(harness.done).rejects.toMatchObject({ code: 'policy.type' });
});

test('the only server that cannot be started is a load error on the first run', async () => {
  const harness = new Harness({ servers: [{ name: 'files', command: ['./no-such-program'] }] });
  await expect(harness.done).rejects.toMatchObject({
    code: 'upstream.start',
    message: 'server `files` cannot be started: `./no-such-program` was not found',
  });
});

test('a server that cannot be started keeps nobody from the others, and is told of', async () => {
  const harness = new Harness({
    servers: [fixtureServer('one'), { name: 'two', command: ['./no-such-program'] }],
  });
  await harness.initialize();
  expect((await harness.call('one__echo', {}))['isError']).toBeUndefined();
  expect((await harness.call('two__echo', {}))['isError']).toBe(true);
  expect(harness.stderr).toContain('server `two` cannot be started: `./no-such-program` was not found');
});

test('a server whose folder is missing is not told as a program that is', async () => {
  const harness = new Harness({ servers: [{ ...fixtureServer('files'), cwd: '/no/such/folder' }] });
  await expect(harness.done).rejects.toMatchObject({
    code: 'upstream.start',
    message: 'server `files` cannot be started: its folder `/no/such/folder` is not there',
  });
});

test('a server that never lists its tools keeps the gateway from starting only until the deadline', async () => {
  const timers = manualTimers();
  const harness = new Harness({ servers: [fixtureServer('files', '--mute')], timers });
  timers.fire(60_000);
  await expect(harness.done).rejects.toMatchObject({ code: 'upstream.timeout' });
});

test('a server that stops listing its tools holds a call only until the deadline, and not the end', async () => {
  const pins = createFakePins();
  const first = new Harness({ pins });
  await first.initialize();
  await first.stop();
  const timers = manualTimers();
  const harness = new Harness({ pins, timers, servers: [fixtureServer('files', '--mute')] });
  await harness.initialize();
  const answer = harness.call('echo', {});
  await harness.ask('ping');
  timers.fire(30_000);
  expect(JSON.stringify(await answer)).toContain('tool.unknown');
  void harness.ask('tools/call', { name: 'echo' });
  await harness.ask('ping');
  expect(await harness.stop()).toBe(0);
});

test('lines of servers for people say which server wrote them', async () => {
  const harness = new Harness({ servers: both() });
  await harness.initialize();
  await harness.call('two__noise');
  await harness.until(() => harness.stderr.includes('[two] a line for people\n'));
});
