// `writ up` as a process: a gateway with a real MCP server beside its control plane, seen there, stopped from there, ended with it, and killed.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  canonicalJson,
  createSigningKey,
  publicKeyText,
  signApproval,
  systemRandom,
  toBase64,
  utf8,
} from '@writ/core';
import { afterAll, afterEach, beforeEach, expect, test, vi } from 'vitest';
import { WRIT } from '../../../scripts/testing/writ.ts';
import { firstToken, killAll, mustRun, runServer, type ServerProcess } from './process.ts';

vi.setConfig({ testTimeout: 180_000 });

const NOTES = join(import.meta.dirname, '../../cli/test/fixtures/notes-server.mjs');
const EVENTUALLY = { timeout: 60_000, interval: 100 };
const POLICIES = `@id("all") permit (principal, action, resource);
@id("ask") @verdict("step_up") @reason("writing is agreed to")
forbid (principal, action == Action::"notes/write", resource);
`;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'writ-up-'));
  mkdirSync(join(folder, 'policies'));
  writeFileSync(join(folder, 'policies/all.cedar'), POLICIES);
  configure();
});
afterEach(() => {
  killAll();
  rmSync(folder, { recursive: true, force: true, maxRetries: 10 });
});
afterAll(killAll);

/** The approver that writ.yaml names. */
const { key: approver } = createSigningKey('ann', systemRandom);

const NAMED = `{hold: 60s, approvers: [{id: ann, key: "${publicKeyText(approver)}"}]}`;

function configure(approvals = NAMED): void {
  const server = JSON.stringify([
    process.execPath,
    NOTES,
    join(folder, 'notes.txt'),
    join(folder, 'about.txt'),
  ]);
  writeFileSync(
    join(folder, 'writ.yaml'),
    `agent: {id: claude}
policies: [policies]
servers:
  notes: {command: ${server}, trusted: true}
gateway: {listen: "127.0.0.1:0", auth: none}
approvals: ${approvals}
`,
  );
}

const UP = { command: ['up'], args: ['--listen', '127.0.0.1:0'] };
const up = (): Promise<ServerProcess> => mustRun({ folder, ...UP });

/** By gateway: a stopped agent begins no session, and its calls in one that it has are refused. */
const sessions = new Map<string, string>();
/** Calls a tool through the gateway; what came back as text. */
async function call({ gateway = '' }: ServerProcess, tool: string, args: object): Promise<string> {
  const post = (method: string, params: object, headers: Record<string, string> = {}): Promise<Response> =>
    fetch(gateway, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        accept: 'application/json, text/event-stream',
        ...headers,
      },
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
    });
  const client = { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 't', version: '1' } };
  const session =
    sessions.get(gateway) ?? (await post('initialize', client)).headers.get('mcp-session-id') ?? '';
  sessions.set(gateway, session);
  const answer = await post('tools/call', { name: tool, arguments: args }, { 'mcp-session-id': session });
  return answer.text();
}

/** Asks the control plane. */
async function ask<Answer = { readonly items: readonly Record<string, unknown>[] } & Record<string, unknown>>(
  { url }: ServerProcess,
  token: string,
  path: string,
  body?: object,
): Promise<Answer> {
  const response = await fetch(`${url}${path}`, {
    method: body === undefined ? 'GET' : 'POST',
    headers: {
      authorization: `Bearer ${token}`,
      'content-type': 'application/json',
      'idempotency-key': path,
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(text);
  return JSON.parse(text) as Answer;
}

/** Exit code of `writ log verify` over a data folder, with a key that was brought. */
async function verified(data: string, key: string): Promise<number | null> {
  const file = join(folder, 'log.pub');
  writeFileSync(file, `${key}\n`);
  const child = spawn(WRIT, ['log', 'verify', data, '--key', file], { cwd: folder, stdio: 'ignore' });
  const [code] = (await once(child, 'exit')) as [number | null];
  return code;
}

interface Held {
  readonly hold: string;
  readonly logNode: string;
  readonly digest: string;
  readonly policies: readonly { readonly contentHash: string }[];
  readonly policyHash: string;
  readonly expires: number;
}

/** Approves as the person of the token, with the key that writ.yaml names as an approver's. */
async function approve(server: ServerProcess, token: string, id: string): Promise<void> {
  const me = await ask<{ organisation: { id: string }; id: string }>(server, token, '/v1/me');
  const who = { url: server.url, organisation: me.organisation.id, person: me.id, keyId: approver.keyId };
  const possession = utf8(canonicalJson({ type: 'writ/approver-key-possession/v1', ...who }));
  const signature = toBase64(approver.sign(possession));
  await ask(server, token, '/v1/approver-keys', { key: publicKeyText(approver), signature });
  const { hold, logNode, digest, policies, policyHash, expires } = await ask<Held>(
    server,
    token,
    `/v1/approvals/${id}`,
  );
  const answer = {
    answer: 'approve',
    hold,
    node: logNode,
    performedDigest: digest,
    lifts: policies.map(({ contentHash }) => contentHash),
    policyHash,
    expires,
  } as const;
  await ask(server, token, `/v1/approvals/${id}/answers`, {
    ...signApproval({ ...answer, at: Date.now() }, approver),
  });
}

test('a gateway beside is a node: its calls are receipts there, its holds wait there, and a stop from there reaches it', async () => {
  const server = await up();
  expect(server.node).toMatch(/^[0-9A-Z]{26}$/);
  const token = await firstToken(server);
  expect(await call(server, 'read', {})).toContain('"result"');
  // Local policies govern: nobody signed a bundle.
  await vi.waitFor(async () => {
    const { items } = await ask(server, token, `/v1/receipts?kind=decision&node=${server.node}`);
    expect(items).toContainEqual(expect.objectContaining({ verdict: 'allow', node: server.node }));
  }, EVENTUALLY);
  // Beside, everything is disclosed: who called which tool is there within moments, and its arguments for a look that is recorded.
  const read = await vi.waitFor(async () => {
    const { items } = await ask(server, token, '/v1/receipts?agent=claude&tool=notes/read');
    expect(items).toContainEqual(expect.objectContaining({ verdict: 'allow', isDisclosed: true }));
    return String(items[0]?.['id']);
  }, EVENTUALLY);
  const { facts } = await ask<{ facts: { fields: object } }>(server, token, `/v1/receipts/${read}`);
  expect(facts.fields).toMatchObject({ subject: { agent: { id: 'claude' } }, method: 'tools/call' });
  expect(facts.fields).not.toHaveProperty('arguments');
  const looks = `/v1/receipts/${read}/looks`;
  const { id: look } = await ask(server, token, looks, { fields: ['arguments'] });
  await vi.waitFor(async () => {
    expect(await ask(server, token, `${looks}/${String(look)}`)).toMatchObject({
      status: 'answered',
      fields: { arguments: {} },
    });
  }, EVENTUALLY);
  const written = call(server, 'write', { text: 'x' });
  const waiting = await vi.waitFor(async () => {
    const { items } = await ask(server, token, '/v1/approvals');
    expect(items).toContainEqual(expect.objectContaining({ status: 'waiting', node: server.node }));
    return items[0]?.['id'];
  }, EVENTUALLY);
  await approve(server, token, String(waiting));
  expect(await written).toContain('written');
  const stop = { scope: 'agent', target: 'claude', words: 'drill' };
  const { id } = await ask(server, token, '/v1/stops', stop);
  await vi.waitFor(async () => expect(await call(server, 'read', {})).toContain('stopped'), EVENTUALLY);
  await vi.waitFor(async () => {
    const { reach } = await ask(server, token, `/v1/stops/${String(id)}`);
    expect(reach).toMatchObject({ nodes: 1, reached: 1 });
  }, EVENTUALLY);
  // Whose code it was is recorded: nobody's, but the server's own.
  const { items } = await ask(server, token, '/v1/enrolments');
  expect(items).toEqual([
    expect.objectContaining({ status: 'used', node: server.node, environment: 'local' }),
  ]);
  expect(items[0]).not.toHaveProperty('createdBy');
  expect(await server.end()).toBe(0);
  // What both recorded is whole, by the keys that were told at the start.
  for (const [data, key] of [
    ['.writ', server.gateway_log],
    ['.writ-server', server.log],
  ] as const)
    expect(await verified(data, key ?? '')).toBe(0);
});

/** The approval that waits for people. */
async function waitingAt(server: ServerProcess, token: string): Promise<string> {
  return vi.waitFor(async () => {
    const { items } = await ask(server, token, '/v1/approvals');
    expect(items).toContainEqual(expect.objectContaining({ status: 'waiting' }));
    return String(items[0]?.['id']);
  }, EVENTUALLY);
}

test('people of the control plane approve with the keys that they have there, where writ.yaml says so', async () => {
  configure('{hold: 60s, beside: true}');
  const server = await up();
  const token = await firstToken(server);
  const written = call(server, 'write', { text: 'x' });
  await approve(server, token, await waitingAt(server, token));
  expect(await written).toContain('written');
  expect(await server.end()).toBe(0);
});

test('and where it does not, whom it does not name approves nothing', async () => {
  const { key: other } = createSigningKey('olga', systemRandom);
  configure(`{hold: 60s, approvers: [{id: olga, key: "${publicKeyText(other)}"}]}`);
  const server = await up();
  const token = await firstToken(server);
  const written = call(server, 'write', { text: 'x' }).catch(String);
  await approve(server, token, await waitingAt(server, token));
  await vi.waitFor(() => expect(server.stderr()).toContain('is of no configured approver'), EVENTUALLY);
  await server.end();
  expect(await written).not.toContain('written');
  expect(existsSync(join(folder, 'notes.txt'))).toBe(false);
});

test('killed, both come back as who they were, and what was not sent is sent', async () => {
  const first = await up();
  const token = await firstToken(first);
  await call(first, 'read', {});
  await first.kill();
  const second = await up();
  expect([second.node, second.first_link]).toEqual([first.node, undefined]);
  await call(second, 'read', {});
  await vi.waitFor(async () => {
    const { items } = await ask(second, token, '/v1/receipts?kind=decision&verdict=allow&limit=200');
    // Each call is judged, and each result.
    expect(items.length).toBeGreaterThanOrEqual(4);
  }, EVENTUALLY);
  expect((await ask(second, token, '/v1/nodes')).items).toHaveLength(1);
  expect(await second.end()).toBe(0);
});

test('one that an administrator removed stays removed: the gateway runs by itself, and says so', async () => {
  const first = await up();
  const token = await firstToken(first);
  const path = `${first.url}/v1/nodes/${first.node}`;
  const read = await fetch(path, { headers: { authorization: `Bearer ${token}` } });
  const removed = await fetch(path, {
    method: 'DELETE',
    headers: {
      authorization: `Bearer ${token}`,
      'idempotency-key': 'remove',
      'if-match': read.headers.get('etag') ?? '',
    },
  });
  expect(removed.ok).toBe(true);
  expect(await first.end()).toBe(0);
  const second = await up();
  expect(second.node).toBeUndefined();
  expect(second.stderr()).toContain('an administrator removed it');
  expect(await call(second, 'read', {})).toContain('"result"');
});

test('a second one on the same folder is refused with words, and so is one whose port is taken', async () => {
  const first = await up();
  const same = await runServer({ folder, ...UP });
  expect(same).toMatchObject({ stdout: '' });
  expect('code' in same && same.code).not.toBe(0);
  expect('stderr' in same && String(same.stderr)).toContain('serves the data folder');
  const port = new URL(first.url).port;
  const taken = await runServer({
    folder,
    command: ['up'],
    args: ['--listen', `127.0.0.1:${port}`, '--data', 'elsewhere'],
  });
  expect(taken).toMatchObject({
    code: 74,
    stderr: expect.stringContaining('listens on `127.0.0.1` port') as string,
  });
});

test('beyond this machine no gateway becomes a node by itself', async () => {
  const server = await mustRun({
    folder,
    command: ['up'],
    args: ['--listen', '127.0.0.1:0', '--url', 'https://plane.example.org'],
  });
  expect(server.node).toBeUndefined();
  expect(server.stderr()).toContain('enrolled by an administrator');
});
