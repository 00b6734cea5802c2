/** A server that was never there when the gateway starts: the start goes on, and nothing of that server is called before the policies were checked against its tools. */
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Workspace } from '../workspace.ts';
import { fixture, Operated, turn } from './operated.ts';

const POLICIES = `@id("handshakes")
permit (principal, action in [Action::"initialize", Action::"tools/list", Action::"results/deliver"], resource);
@id("echo")
permit (principal, action == Action::"files/echo", resource);
@id("small-payments")
permit (principal, action == Action::"bank/pay", resource) when { context.args.amount < 10 };
`;

/** A program that lists one tool; what stands for `TOOL` is its definition. */
const SERVER = `import { createInterface } from 'node:readline';
createInterface({ input: process.stdin }).on('line', (line) => {
  const { id, method, params } = JSON.parse(line);
  if (id === undefined) return;
  const results = {
    initialize: { protocolVersion: params?.protocolVersion, capabilities: { tools: {} }, serverInfo: { name: 'bank', version: '1' } },
    'tools/list': { tools: [TOOL] },
  };
  const result = results[method] ?? { content: [{ type: 'text', text: 'paid' }] };
  process.stdout.write(JSON.stringify({ jsonrpc: '2.0', id, result }) + '\\n');
});
`;
const tool = (argument: string): string =>
  JSON.stringify({
    name: 'pay',
    inputSchema: { type: 'object', properties: { [argument]: { type: 'integer' } }, required: [argument] },
  });

async function open(
  policies = POLICIES,
): Promise<{ operated: Operated; appears: (definition: string) => void }> {
  const workspace = new Workspace();
  const bank = { command: [process.execPath, join(workspace.folder, 'bank.mjs')] };
  const operated = await Operated.open({ servers: { files: fixture(), bank }, policies }, workspace);
  return {
    operated,
    appears: (definition) => void workspace.write('bank.mjs', SERVER.replace('TOOL', definition)),
  };
}

async function call(
  operated: Operated,
  name: string,
  args: Record<string, number | string>,
): Promise<string> {
  const session = await operated.session();
  return (await session.call(name, args)).text;
}

test('the start goes on without it, says what it could not check and where, and the other servers serve', async () => {
  const { operated } = await open();
  expect(await operated.event('start.server-gone')).toMatchObject({ level: 'warn' });
  const told = operated.events
    .map(({ text }) => JSON.stringify(text))
    .filter((text) => text.includes('not checked'));
  expect(told).toEqual([expect.stringMatching(/all\.cedar:6:\d+: policy `small-payments`.*server `bank`/)]);
  expect(await call(operated, 'files__echo', { text: 'here' })).toContain('here');
  expect(await call(operated, 'bank__pay', { amount: 1 })).toContain('"isError":true');
  expect(await operated.metric('writ_server_up{server="bank"}')).toBe(0);
});

test('once it is there the policies are checked against its tools, and it is called as they say', async () => {
  const { operated, appears } = await open();
  appears(tool('amount'));
  expect(await call(operated, 'bank__pay', { amount: 1 })).toContain('paid');
  expect(await call(operated, 'bank__pay', { amount: 11 })).toContain('"isError":true');
});

test('where the policies do not fit its tools nothing of it is called or listed until they do', async () => {
  const { operated, appears } = await open();
  appears(tool('sum'));
  expect(await call(operated, 'bank__pay', { amount: 1 })).toContain('do not fit the tools of server `bank`');
  expect((await (await operated.session()).ask('tools/list')).text).not.toContain('bank__pay');
  expect(await call(operated, 'files__echo', { text: 'here' })).toContain('here');
  operated.workspace.write('writ/all.cedar', POLICIES.replace('args.amount', 'args.sum'));
  expect(await operated.gateway.reload()).toBe(true);
  expect(await call(operated, 'bank__pay', { sum: 1 })).toContain('paid');
});

test('policies that do not fit what is known are a fault of the start, with or without it', async () => {
  const misspelt = POLICIES.replace('files/echo', 'files/ehco');
  await expect(open(misspelt)).rejects.toMatchObject({ code: 'policy.schema' });
});

test('a gateway whose only server was never there starts, is not ready, and serves once it is there', async () => {
  const workspace = new Workspace();
  const bank = { command: [process.execPath, join(workspace.folder, 'bank.mjs')] };
  const policies = POLICIES.replace(/@id\("echo"\)[^;]*;/, '');
  const operated = await Operated.open({ servers: { bank }, policies }, workspace);
  expect((await operated.ready()).failed).toHaveProperty('servers');
  workspace.write('bank.mjs', SERVER.replace('TOOL', tool('amount')));
  expect(await call(operated, 'pay', { amount: 1 })).toContain('paid');
  while ((await operated.ready()).status !== 200) await turn();
});
