/** The SDK's client through a gateway process over a real node: policy, records and refusals together. */
import { fileURLToPath } from 'node:url';
import { existsSync } from 'node:fs';
import { expect, test } from 'vitest';
import { isJsonObject, type JsonObject } from '@writ/core';
import { loadConfig, openNode } from '../src/index.ts';
import { DECISION_META } from '../src/mcp/index.ts';
import { Workspace } from './workspace.ts';

const FILESYSTEM = fileURLToPath(
  import.meta.resolve('@modelcontextprotocol/server-filesystem/dist/index.js'),
);
const FIXTURE = fileURLToPath(new URL('./fixtures/upstream.ts', import.meta.url));

const USE = `
@id("use-servers") permit (principal is Agent, action in [Action::"initialize", Action::"tools/list", Action::"tools/call"], resource);
@id("deliver") permit (principal is Agent, action == Action::"results/deliver", resource);
`;

const POLICIES = `${USE}
@id("no-secrets") @reason("files named secret stay here")
forbid (principal, action == Action::"files/read_text_file", resource) when { context.args.path like "*secret*" };
@id("hide-moves") forbid (principal, action == Action::"tools/list", resource == Tool::"files/move_file");
`;

function machine(result: unknown): JsonObject {
  const meta = isJsonObject(result) ? result['_meta'] : undefined;
  const part = isJsonObject(meta) ? meta[DECISION_META] : undefined;
  return isJsonObject(part) ? part : {};
}

test('what policy permits runs, what it forbids does not, and both are on record', async () => {
  const workspace = new Workspace();
  const open = workspace.write('files/open.txt', 'hello');
  const secret = workspace.write('files/secret.txt', 'do not tell');
  const command = [process.execPath, FILESYSTEM, `${workspace.folder}/files`];
  const config = workspace.configure('gateway', { files: { command } }, POLICIES);
  const client = await workspace.connectThrough(config);
  const { tools } = await client.listTools();
  expect(tools.map(({ name }) => name)).toContain('read_text_file');
  expect(tools.map(({ name }) => name)).not.toContain('move_file');
  expect(await client.callTool({ name: 'read_text_file', arguments: { path: open } })).toMatchObject({
    content: [{ text: 'hello' }],
  });
  const refused = await client.callTool({ name: 'read_text_file', arguments: { path: secret } });
  expect(JSON.stringify(refused)).not.toContain('do not tell');
  expect(machine(refused)).toMatchObject({ verdict: 'deny', policies: ['no-secrets'] });
  const { receipt: given } = machine(refused);
  const receipt = typeof given === 'string' ? given : '';
  const unknown = await client.callTool({ name: 'no_such_tool', arguments: {} });
  expect(machine(unknown)).toMatchObject({ verdict: 'deny', code: 'tool.unknown' });
  const mistyped = await client.callTool({ name: 'read_text_file', arguments: { path: 1 } });
  expect(machine(mistyped)).toMatchObject({ verdict: 'deny', code: 'policy.arguments' });
  await client.close();

  const node = await openNode({ config: loadConfig(config) });
  const { entry } = node.reader.entry(Number(receipt.split('#')[1]));
  expect(entry).toMatchObject({ kind: 'decision' });
  expect(receipt.split('#')[0]).toBe(node.log.origin);
  await node.close();
});

test('a policy that names an argument that the tool does not have keeps the gateway from starting', async () => {
  const workspace = new Workspace();
  const command = [process.execPath, FILESYSTEM, workspace.folder];
  const bad =
    '@id("bad") permit (principal, action == Action::"files/read_text_file", resource) when { context.args.paht == "x" };';
  const config = workspace.configure('gateway', { files: { command } }, bad);
  await expect(workspace.connectThrough(config)).rejects.toThrow('Connection closed');
});

test('what a server starts by itself is denied where no policy permits it', async () => {
  const workspace = new Workspace();
  const config = workspace.configure('gateway', { files: { command: [process.execPath, FIXTURE] } }, USE);
  const client = await workspace.connectThrough(config);
  const result = await client.callTool({ name: 'elicit', arguments: {} });
  expect(JSON.stringify(result)).toContain('the request was refused');
});

test('tools of a server that nobody trusts serve once they are accepted in another process', async () => {
  const workspace = new Workspace();
  const servers = { files: { command: [process.execPath, FIXTURE], trusted: false } };
  const config = workspace.configure('gateway', servers, USE);
  const client = await workspace.connectThrough(config);
  expect((await client.listTools()).tools).toEqual([]);
  expect(machine(await client.callTool({ name: 'log', arguments: {} }))).toMatchObject({
    code: 'tool.quarantined',
  });
  const operator = await openNode({ config: loadConfig(config) });
  await operator.pins.acceptTool('files', 'log');
  await operator.close();
  expect(await client.callTool({ name: 'log', arguments: {} })).toMatchObject({
    content: [{ text: '"logged"' }],
  });
});

test('two gateways work on one data folder at once', async () => {
  const workspace = new Workspace();
  const path = workspace.write('files/a.txt', 'hello');
  const command = [process.execPath, FILESYSTEM, `${workspace.folder}/files`];
  const config = workspace.configure('gateway', { files: { command } }, POLICIES);
  const clients = await Promise.all([workspace.connectThrough(config), workspace.connectThrough(config)]);
  const calls = clients.flatMap((client) =>
    Array.from({ length: 10 }, () => client.callTool({ name: 'read_text_file', arguments: { path } })),
  );
  for (const result of await Promise.all(calls))
    expect(result).toMatchObject({ content: [{ text: 'hello' }] });
  expect(existsSync(`${workspace.folder}/gateway/data/writ.db`)).toBe(true);
});
