/** Lists show what may be seen, and tools serve under the definition that somebody accepted. */
import { expect, test } from 'vitest';
import { isJsonObject, type JsonObject } from '@writ/core';
import { DECISION_META } from '../src/mcp/index.ts';
import { createFakeGuard } from './fake-guard.ts';
import { createFakePins } from './fake-pins.ts';
import { fixtureServer, Harness } from './harness.ts';

/** All pages of a list, followed as a client does. */
async function all(harness: Harness, method: string, key: string): Promise<JsonObject[]> {
  const items: JsonObject[] = [];
  let cursor: JsonObject | undefined = {};
  while (cursor !== undefined) {
    const { result } = await harness.ask(method, cursor);
    if (!isJsonObject(result)) throw new Error('no result');
    const page = result[key];
    items.push(...(Array.isArray(page) ? page : []).filter(isJsonObject));
    cursor = typeof result['nextCursor'] === 'string' ? { cursor: result['nextCursor'] } : undefined;
  }
  return items;
}

const names = (items: readonly JsonObject[]): readonly unknown[] => items.map(({ name }) => name);

function machine(result: JsonObject): JsonObject {
  const meta = result['_meta'];
  const part = isJsonObject(meta) ? meta[DECISION_META] : undefined;
  return isJsonObject(part) ? part : {};
}

test('a page keeps its cursor, its unknown fields, and every field of its items', async () => {
  const harness = new Harness();
  await harness.initialize();
  const { result } = await harness.ask('tools/list', {});
  expect(result).toMatchObject({ nextCursor: 'after-5', 'x-page': { from: 0 } });
  expect(JSON.stringify(result)).toContain('"x-unknown":{"kept":["echo"]}');
  expect(await all(harness, 'tools/list', 'tools')).toHaveLength(16);
});

test.each([
  ['tools/list', 'tools', 'tool', 'files/sample', 'sample'],
  ['resources/list', 'resources', 'data', 'memo://two', 'two'],
  ['resources/templates/list', 'resourceTemplates', 'data', 'note:///{id}', 'note'],
  ['prompts/list', 'prompts', 'prompt', 'files/greet', 'greet'],
])('%s hides what policy refuses, item by item', async (method, key, type, id, name) => {
  const guard = createFakeGuard(
    () => 'allow',
    ({ parts }, index) => parts[index]?.resource.id !== id,
  );
  const harness = new Harness({ guard });
  await harness.initialize();
  const seen = names(await all(harness, method, key));
  expect(seen).not.toContain(name);
  const parts = guard.actions.filter((action) => action.method === method).flatMap((action) => action.parts);
  // Cursors leave, so each page but the first is judged on the server as well.
  const judged = parts.filter(({ resource }) => resource.type !== 'server');
  expect(judged).toHaveLength(seen.length + 1);
  expect(judged.every(({ action, resource }) => action.name === method && resource.type === type)).toBe(true);
});

test('where every tool of a page is killed, the page is empty and no error', async () => {
  const guard = createFakeGuard(
    () => 'allow',
    () => true,
    () => 'kill.server',
  );
  const harness = new Harness({ guard });
  await harness.initialize();
  expect(names(await all(harness, 'tools/list', 'tools'))).toEqual([]);
});

test('a killed agent is told that its list was refused, not shown an empty one', async () => {
  const guard = createFakeGuard(
    () => 'allow',
    () => true,
    () => 'kill.agent',
  );
  const harness = new Harness({ guard });
  await harness.initialize();
  expect(await harness.ask('tools/list', {})).toMatchObject({
    error: { code: -32010, message: 'the list was refused: killed' },
  });
});

test('tools of a server that nobody trusts are hidden and refused until a person accepts them, without a restart', async () => {
  const pins = createFakePins();
  const servers = [{ ...fixtureServer('files'), isTrusted: false }];
  const harness = new Harness({ pins, servers });
  await harness.initialize();
  expect(await all(harness, 'tools/list', 'tools')).toEqual([]);
  const refused = await harness.call('echo', {});
  expect(machine(refused)).toMatchObject({ verdict: 'deny', code: 'tool.quarantined' });
  expect(JSON.stringify(refused)).toContain('writ tools accept files/echo');
  pins.accept('files', 'echo');
  expect(names(await all(harness, 'tools/list', 'tools'))).toEqual(['echo']);
  expect((await harness.call('echo', {}))['structuredContent']).toBeDefined();
});

test('a definition that changes is quarantined at once, and only that one', async () => {
  const harness = new Harness();
  await harness.initialize();
  await harness.call('change');
  expect(await harness.toldOf('notifications/tools/list_changed')).toStrictEqual({
    jsonrpc: '2.0',
    method: 'notifications/tools/list_changed',
  });
  const seen = names(await all(harness, 'tools/list', 'tools'));
  expect(seen).not.toContain('echo');
  expect(seen).toHaveLength(15);
  expect(machine(await harness.call('echo', {}))).toMatchObject({ code: 'tool.quarantined' });
  expect((await harness.call('log'))['isError']).toBeUndefined();
  expect(harness.stderr).toContain('writ tools accept files/echo');
});

test('of a changed tool, policy keeps the definition that was accepted', async () => {
  const harness = new Harness();
  await harness.initialize();
  await harness.call('change');
  await all(harness, 'tools/list', 'tools');
  const echo = harness.pins.served.at(-1)?.find(({ name }) => name === 'echo');
  expect(echo?.definition['description']).toBe('Repeats what it was given.');
});

test('a tool that is listed twice is quarantined alone', async () => {
  const harness = new Harness({ servers: [fixtureServer('files', '--twice')] });
  await harness.initialize();
  const seen = names(await all(harness, 'tools/list', 'tools'));
  expect(seen).not.toContain('echo');
  expect(seen).toContain('log');
  expect(machine(await harness.call('echo', {}))).toMatchObject({ code: 'tool.quarantined' });
});

test('a second start uses what was pinned and starts the server once', async () => {
  const pins = createFakePins();
  const first = new Harness({ pins });
  await first.initialize();
  await first.stop();
  const second = new Harness({ pins });
  await second.initialize();
  // One handshake of the client, none of a probe.
  expect(await second.received('initialize')).toHaveLength(1);
  expect(pins.served.length).toBeGreaterThan(0);
});
