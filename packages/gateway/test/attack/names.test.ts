/** Names that look like others: a tool is what policy was asked about, to the last code point, and what the server is called for. */

import { describe, expect, test } from 'vitest';
import { isJsonObject, type JsonObject } from '@writ/core';
import { ALLOW_ALL } from '../workspace.ts';
import type { Came } from '../upstream/listener.ts';
import { Governed } from './governed.ts';
import { type RecordedServer, recordedServer } from './recorded-server.ts';

/** The tool that policy forbids, by any of its looks another tool. */
const FORBIDDEN = 'echo';
const LOOKALIKES = [
  'Echo',
  'ECHO',
  'ech\u043e',
  '\uff45cho',
  'e\u0301cho',
  '\u00e9cho',
  'echo\u200b',
  'echo ',
  'a/echo',
  'a__echo',
  'echo__a',
  '__proto__',
  'constructor',
  'toString',
  'hasOwnProperty',
];
const POLICIES = `${ALLOW_ALL}@id("no") forbid (principal, action == Action::"a/${FORBIDDEN}", resource);`;

const serverOf = (names: readonly string[]): Promise<RecordedServer> =>
  recordedServer((came) =>
    came.body['method'] === 'tools/list'
      ? {
          resultType: 'complete',
          tools: names.map((name) => ({ name, inputSchema: { type: 'object' } })),
          ttlMs: 0,
          cacheScope: 'private',
        }
      : undefined,
  );

/** Names of the tools that `server` was called for. */
const calledOf = (server: RecordedServer): readonly unknown[] =>
  server
    .of('tools/call')
    .map(({ body }) => (isJsonObject(body['params']) ? body['params']['name'] : undefined));

/** Calls `name` in a legacy session; whether it was let through. */
async function call(governed: Governed, session: Record<string, string>, name: string): Promise<boolean> {
  const message = { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name, arguments: {} } };
  const { messages } = await governed.post(message, session);
  return !JSON.stringify(messages).match(/"isError":true|"error":/);
}

test('of one server: none is taken for another, whatever it looks like', async () => {
  const server = await serverOf([FORBIDDEN, ...LOOKALIKES]);
  const governed = await Governed.open({ servers: { a: server }, policies: POLICIES });
  const session = await governed.session();
  const through: string[] = [];
  for (const name of [FORBIDDEN, ...LOOKALIKES]) if (await call(governed, session, name)) through.push(name);
  expect(calledOf(server)).toEqual(through);
  expect(through).not.toContain(FORBIDDEN);
  expect(through).toEqual(expect.arrayContaining(['a__echo', '__proto__', 'constructor']));
  // What nobody lists is nobody’s, although JavaScript’s objects have it.
  for (const name of ['valueOf', 'isPrototypeOf', '__defineGetter__', 'echo\0', 'ec\u00adho', 'length'])
    expect(await call(governed, session, name)).toBe(false);
  expect(calledOf(server)).toEqual(through);
});

describe('of several servers', () => {
  test('each reaches its own server alone, by the name under which it is listed alone', async () => {
    const servers = {
      a: await serverOf([FORBIDDEN, 'b__echo', 'constructor']),
      constructor: await serverOf(['other', 'a__echo']),
      'a-': await serverOf(['third', '_mine']),
    };
    const governed = await Governed.open({ servers, policies: POLICIES });
    const session = await governed.session();
    const { messages } = await governed.post({ jsonrpc: '2.0', id: 1, method: 'tools/list' }, session);
    const listed = [...JSON.stringify(messages).matchAll(/"name":"([^"]*)"/g)].map(([, name = '']) => name);
    const owners: Record<string, readonly [server: keyof typeof servers, tool: string]> = {
      a__echo: ['a', FORBIDDEN],
      a__b__echo: ['a', 'b__echo'],
      a__constructor: ['a', 'constructor'],
      constructor__other: ['constructor', 'other'],
      constructor__a__echo: ['constructor', 'a__echo'],
      'a-__third': ['a-', 'third'],
      'a-___mine': ['a-', '_mine'],
    };
    expect(new Set(listed)).toEqual(new Set(Object.keys(owners)));
    for (const [name, [server, tool]] of Object.entries(owners)) {
      const before = calledOf(servers[server]).length;
      expect(await call(governed, session, name)).toBe(name !== 'a__echo');
      expect(calledOf(servers[server]).slice(before)).toEqual(name === 'a__echo' ? [] : [tool]);
    }
    const reached = Object.values(servers).map((server) => server.of('tools/call').length);
    for (const name of [
      'echo',
      'b__echo',
      '__echo',
      'a__',
      'a',
      'A__echo',
      'a__Echo',
      'a_echo',
      'a___echo',
      'a/echo',
      '\u0430__echo',
      'a\uff3f\uff3fecho',
      'constructor',
      '__proto__',
      '__proto____echo',
      'constructor__constructor',
    ])
      expect(await call(governed, session, name)).toBe(false);
    expect(Object.values(servers).map((server) => server.of('tools/call').length)).toEqual(reached);
  });

  test('two names that would be one for clients never stand for one another', async () => {
    const servers = { a: await serverOf(['x.y', 'x/y', 'plain']), b: await serverOf(['other']) };
    const opened = await Governed.open({ servers }).catch((thrown: unknown) => thrown);
    expect(opened).toMatchObject({ code: 'config.invalid' });
    expect(calledOf(servers.a)).toEqual([]);
  });
});

test('arguments and annotated arguments with names of JavaScript’s own are what was sent, and nothing that was not', async () => {
  const own = { type: 'string' };
  const schema = `{"type":"object","properties":{"__proto__":${JSON.stringify({ ...own, 'x-mcp-header': 'Proto' })},"constructor":${JSON.stringify({ ...own, 'x-mcp-header': 'Ctor' })},"toString":${JSON.stringify({ ...own, 'x-mcp-header': 'Text' })}}}`;
  const list = `{"resultType":"complete","tools":[{"name":"echo","inputSchema":${schema}}],"ttlMs":0,"cacheScope":"private"}`;
  const server = await recordedServer((came: Came) =>
    came.body['method'] === 'tools/list' ? (JSON.parse(list) as JsonObject) : undefined,
  );
  const governed = await Governed.open({ servers: { a: server }, policies: ALLOW_ALL });
  const headers = { 'mcp-protocol-version': '2026-07-28', 'mcp-method': 'tools/call', 'mcp-name': 'echo' };
  const body = (args: string): string => {
    const meta = `{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientInfo":{"name":"t","version":"1"},"io.modelcontextprotocol/clientCapabilities":{}}`;
    return `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"echo","arguments":${args},"_meta":${meta}}}`;
  };
  const none = await governed.post(body('{}'), headers);
  expect(none.messages).toMatchObject([{ result: { content: [{ text: '{}' }] } }]);
  const sent = '{"__proto__":"p","constructor":"c"}';
  expect((await governed.post(body(sent), headers)).status).toBe(400);
  const both = await governed.post(body(sent), { ...headers, 'mcp-param-proto': 'p', 'mcp-param-ctor': 'c' });
  expect(both.messages).toMatchObject([{ result: { content: [{ text: sent }] } }]);
  const [first, second, ...more] = server.of('tools/call');
  expect(more).toEqual([]);
  const params = (came: Came | undefined): readonly string[] =>
    Object.entries(came?.raw.headers ?? {}).flatMap(([name, value]) =>
      name.startsWith('mcp-param-') ? [`${name}: ${String(value)}`] : [],
    );
  expect(params(first)).toEqual([]);
  expect(params(second).toSorted()).toEqual(['mcp-param-ctor: c', 'mcp-param-proto: p']);
  expect(second?.text).toContain(`"arguments":${sent}`);
});
