// `/readyz` and `/livez`: each reason not to be ready, made true in earnest.
import { execFileSync } from 'node:child_process';
import { closeSync, mkdirSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { systemClock } from '@writ/core';
import { loadConfig, openNode } from '../../src/index.ts';
import { answer, json, listen, type Listener, methodOf } from '../upstream/listener.ts';
import { ALLOW_ALL, Workspace } from '../workspace.ts';
import { eventually, fixture, Operated, openSession, send } from './operated.ts';

const MOUNT = 'mount';
const UNMOUNT = 'umount';

test('a gateway that serves is alive and ready, and says why to who asks more', async () => {
  const operated = await Operated.open();
  expect(await operated.admin('/livez')).toMatchObject({ status: 200, text: 'ok\n' });
  expect(await operated.admin('/readyz')).toMatchObject({
    status: 200,
    text: '{"ready":true,"failed":[]}\n',
  });
  const { checks } = JSON.parse((await operated.admin('/readyz?verbose')).text) as {
    checks: { name: string }[];
  };
  expect(checks.map(({ name }) => name)).toEqual([
    'started',
    'draining',
    'log',
    'policy',
    'clock',
    'servers',
  ]);
  expect(await operated.metric('writ_ready')).toBe(1);
});

test.each([
  ['is only read', 'POST', '/readyz', 405],
  ['has nothing else', 'GET', '/mcp', 404],
  ['answers no page of a stranger', 'GET', '/metrics', 403],
])('the listener of probes %s', async (_what, method, path, status) => {
  const operated = await Operated.open();
  const headers = status === 403 ? { origin: 'https://attacker.example' } : {};
  expect(await operated.admin(path, { method, headers })).toMatchObject({ status });
});

test('probes stand beside the endpoint where that is configured, and nowhere where that is', async () => {
  const beside = await Operated.open({ gateway: { admin: 'gateway' } });
  expect(beside.gateway.started.adminUrl).toBe(new URL(beside.url).origin);
  expect(await beside.admin('/readyz')).toMatchObject({ status: 200 });
  const none = await Operated.open({ gateway: { admin: 'off' } });
  expect(none.gateway.started.adminUrl).toBeUndefined();
  expect(await send(`${new URL(none.url).origin}/readyz`)).toMatchObject({ status: 404 });
});

test('not ready while servers are asked for their tools, and alive all the while', async () => {
  const workspace = new Workspace();
  const seen: string[] = [];
  // A server that begins only once its readiness was looked at.
  const gate = workspace.write('gate.mjs', GATE);
  const admin = await freePort();
  const opening = Operated.open(
    {
      gateway: { admin: { listen: `127.0.0.1:${admin}` } },
      servers: {
        files: { command: [process.execPath, gate, join(workspace.folder, 'go'), ...fixture().command] },
      },
    },
    workspace,
  );
  await eventually(async () => {
    const answer = await send(`http://127.0.0.1:${admin}/readyz?verbose`).catch(() => undefined);
    if (answer !== undefined) seen.push(answer.text);
    return answer !== undefined;
  });
  expect(await send(`http://127.0.0.1:${admin}/livez`)).toMatchObject({ status: 200 });
  expect(JSON.parse(seen[0] ?? '')).toMatchObject({ ready: false, failed: ['started', 'policy'] });
  workspace.write('go', '');
  const operated = await opening;
  expect(await operated.ready()).toEqual({ status: 200, failed: {} });
});

test('not ready once another process put another policy in force, until it is read here too', async () => {
  const operated = await Operated.open();
  const { workspace, config } = operated;
  // Another process that reads the same files; what it puts in force it read at another time, and is in no file any more.
  const other = await openNode({ config: loadConfig(config), report: () => {} });
  await other.policy.load([]);
  const { scope } = other.policy;
  const { schemaHash, mode } = other.policy.current();
  const policyHash = '5a'.repeat(32);
  const { policyEpoch } = other.state.epochs(scope);
  await other.log.append({
    detail: { kind: 'policy', policy: { policyHash, schemaHash, mode, policyEpoch: policyEpoch + 1 } },
    tenant: other.tenant,
    time: other.clock.now(),
    monotonicNs: other.clock.monotonicNs(),
    retentionClass: 'standard',
    committed: {},
    concerns: [],
    effects: [{ type: 'activate_policy', scope, policyHash }],
  });
  const { failed } = await operated.ready();
  expect(failed['policy']).toMatch(/another process/);
  workspace.write('writ/all.cedar', `${ALLOW_ALL}\n// again\n`);
  await other.policy.reload();
  await other.close();
  await eventually(async () => (await operated.ready()).status === 200);
});

test('not ready while the clock is behind what is recorded', async () => {
  let behind = 0;
  const operated = await Operated.open({ clock: { ...systemClock, now: () => systemClock.now() - behind } });
  expect(await operated.ready()).toMatchObject({ status: 200 });
  behind = 3_600_000;
  const { status, failed } = await operated.ready();
  expect(status).toBe(503);
  expect(failed['clock']).toMatch(/^the clock is 3[56]\d\d seconds behind/);
  behind = 0;
  expect(await operated.ready()).toMatchObject({ status: 200 });
});

test('not ready once every server is gone, and again once one is back', async () => {
  const operated = await Operated.open();
  const session = await operated.session();
  await session.call('die', {});
  await eventually(async () => (await operated.ready()).status === 503);
  expect((await operated.ready()).failed).toEqual({ servers: 'every server is gone: files' });
  expect(await operated.metric('writ_server_up{server="files"}')).toBe(0);
  // It was asked at once whether it is back.
  await eventually(async () => (await operated.ready()).status === 200);
  expect(await operated.metric('writ_server_up{server="files"}')).toBe(1);
});

test('ready while one of several servers is gone', async () => {
  const operated = await Operated.open({ servers: { files: fixture(), other: fixture() } });
  const session = await operated.session();
  await session.call('files__die', {});
  await eventually(async () => (await operated.metric('writ_server_up{server="files"}')) === 0);
  expect(await operated.ready()).toEqual({ status: 200, failed: {} });
});

test('not ready from the moment it goes down, although it still answers what was announced', async () => {
  const operated = await Operated.open({ gateway: { drain: { announce: '5m', finish: '1s' } } });
  const drained = operated.gateway.drain();
  const { status, failed } = await operated.ready();
  expect({ status, failed }).toEqual({ status: 503, failed: { draining: 'it goes down' } });
  expect(await operated.metric('writ_ready')).toBe(0);
  expect((await openSession(operated.url)).id).toHaveLength(32);
  await operated.gateway.close();
  await drained;
});

test('not ready while the folder of the log is really full, and again once there is space', async (context) => {
  const workspace = new Workspace();
  const disk = join(workspace.folder, 'writ', 'data');
  mkdirSync(disk, { recursive: true });
  try {
    execFileSync(MOUNT, ['-t', 'tmpfs', '-o', 'size=24m', 'tmpfs', disk], { stdio: 'pipe' });
  } catch {
    return context.skip('no file system can be mounted here: the full disk was not tested');
  }
  onTestFinished(() => void execFileSync(UNMOUNT, ['-l', disk]));
  let aheadNs = 0n;
  const clock = { ...systemClock, monotonicNs: () => systemClock.monotonicNs() + aheadNs };
  const operated = await Operated.open({ clock }, workspace);
  expect(await operated.ready()).toMatchObject({ status: 200 });
  const session = await operated.session();
  const filler = fill(disk);
  const words = 'x'.repeat(256 * 1024);
  let isRefused = false;
  while (!isRefused) isRefused = (await session.call('echo', { words })).text.includes('"isError":true');
  const { status, failed } = await operated.ready();
  expect(status).toBe(503);
  expect(failed['log']).toMatch(/full/);
  // Space was freed for outcomes; that is none for anything else.
  for (let at = 0; at < 3; at += 1) expect(await operated.ready()).toMatchObject({ status: 503 });
  rmSync(filler);
  await eventually(async () => (await operated.ready()).status === 200);
  expect((await session.call('echo', { words: 'short' })).text).toContain('short');
  // What was written last speaks for the log a while; then an entry is written for the check.
  aheadNs = 20_000_000_000n;
  const before = (await operated.metric('writ_log_append_seconds_count')) ?? 0;
  expect(await operated.ready()).toMatchObject({ status: 200 });
  expect(await operated.metric('writ_log_append_seconds_count')).toBe(before + 1);
});

const GATE = `import { existsSync } from 'node:fs';
import { spawn } from 'node:child_process';
const [, , go, program, ...args] = process.argv;
while (!existsSync(go)) await new Promise((resolve) => setTimeout(resolve, 10));
spawn(program, args, { stdio: 'inherit' });
`;

function fill(folder: string): string {
  const filler = join(folder, 'filler');
  const file = openSync(filler, 'w');
  try {
    for (const size of [1024 * 1024, 4096]) {
      try {
        for (;;) writeSync(file, Buffer.alloc(size, 1));
      } catch (cause) {
        expect(cause).toMatchObject({ code: 'ENOSPC' });
      }
    }
  } finally {
    closeSync(file);
  }
  return filler;
}

async function freePort(): Promise<number> {
  const { createServer } = await import('node:net');
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

test('whether a server over HTTP is there is known from the start, and from the call that does not find it', async () => {
  const upstream = await httpServer();
  const workspace = new Workspace();
  const servers = { far: { command: [], url: upstream.url } };
  const first = await Operated.open({ servers }, workspace);
  const isUp = (of: Operated): Promise<number | undefined> => of.metric('writ_server_up{server="far"}');
  expect(await isUp(first)).toBe(1);
  const session = await first.session();
  expect((await session.call('echo', {})).text).toContain('done');
  await upstream.close();
  expect((await session.call('echo', {})).text).toContain('far');
  expect(await isUp(first)).toBe(0);
  await first.gateway.close();
  // Its tools are known by now, and nobody calls.
  const second = await Operated.open({ servers }, workspace);
  await eventually(async () => (await isUp(second)) === 0);
});

/** A legacy server over HTTP without sessions. */
function httpServer(): Promise<Listener> {
  return listen((came, response) => {
    if (came.method !== 'POST') return response.writeHead(405).end();
    if (came.body['id'] === undefined) return response.writeHead(202).end();
    const results: Record<string, unknown> = {
      initialize: {
        protocolVersion: '2025-06-18',
        capabilities: { tools: {} },
        serverInfo: { name: 'far', version: '1' },
      },
      'tools/list': { tools: [{ name: 'echo', inputSchema: { type: 'object' } }] },
      'tools/call': { content: [{ type: 'text', text: 'done' }] },
    };
    const result = results[methodOf(came)];
    return result === undefined ? json(response, {}, 404) : json(response, answer(came, result));
  });
}
