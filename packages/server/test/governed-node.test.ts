// A real node under a real control plane over loopback: enrolled, governed by signed bundles, and by nothing else that the server serves.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  createSigningKey,
  OUT_OF_REACH_MS,
  type OfflineMode,
  publicKeyText,
  systemRandom,
  type ToolDefinition,
  writeKeyFile,
} from '@writ/core';
import { openNode, parseConfig, type WritNode } from '@writ/gateway';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { type Api, listen, type Listening } from '../src/index.ts';
import { codeOf, enrol, newKeys } from './enrolled.ts';
import { FORBID, RollOutWorld, setOf, SIGNER } from './roll-out.ts';
import { openWorld } from './world.ts';

const PAY: ToolDefinition = {
  server: 'bank',
  name: 'pay',
  definition: { name: 'pay', inputSchema: { type: 'object', properties: { amount: { type: 'integer' } } } },
};
/** A result is judged like a call. */
const PERMIT =
  '@id("pay") permit (principal, action in [Action::"bank/pay", Action::"results/deliver"], resource);';
const EVENTUALLY = { timeout: 30_000, interval: 50 };

let folder: string;
let here: RollOutWorld;
let listening: Listening;
let node: WritNode;
let api: Pick<Api, 'fetch'> | undefined;
let yaml: string;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'writ-governed-'));
  listening = await listen({
    port: 0,
    fetch: (request) => api?.fetch(request) ?? new Response(null, { status: 503 }),
  });
  const world = await openWorld('sqlite', { url: listening.url });
  if (world === undefined) throw new Error('no world');
  here = new RollOutWorld(world);
  api = world.api;
  await here.nameAnchor();
  const { key, text } = createSigningKey('node', systemRandom);
  const { code } = await codeOf(world);
  const { body } = await enrol(world, code, { ...newKeys(), key });
  writeKeyFile(join(folder, 'keys/plane-node.key'), text);
  yaml = `agent: {id: bot}
plane:
  url: ${listening.url}
  organisation: ${body.organisation}
  node: ${body.node}
  environment: production
  key: keys/plane-node.key
  anchors: ['${publicKeyText(SIGNER)}']
`;
  writeFileSync(join(folder, 'writ.yaml'), yaml);
  node = await start();
});
afterEach(async () => {
  api = undefined;
  await node.close();
  await listening.close(0);
  await here.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Starts a process of the node. */
async function start(): Promise<WritNode> {
  const started = await openNode({
    config: parseConfig(yaml, join(folder, 'writ.yaml')),
    createKeys: true,
    clock: here.world.clock,
    report: () => undefined,
  });
  await started.policy.load([PAY]);
  return started;
}

/** Puts a policy that permits payments in force at the node, in a bundle of that mode. */
async function permitPayments(offline: OfflineMode): Promise<void> {
  await node.pins.pinTools(true, [PAY]);
  const { id } = await here.approved(setOf(PERMIT, 'allow'));
  const came = await here.upload(here.sign(setOf(PERMIT, 'allow'), { offline }), id);
  await here.step({ step: 'start', bundle: came.body.id, stage: 'full' });
  await vi.waitFor(async () => expect(await pay()).toBe('allow'), EVENTUALLY);
}

const stopAll = () =>
  here.world.send('POST', '/v1/stops', {
    as: here.world.people.writer,
    body: { scope: 'all', target: '*', words: 'everything' },
  });

async function pay(): Promise<string> {
  const { verdict } = await node.guard.enforce(
    {
      face: 'mcp_stdio',
      initiator: 'agent',
      phase: 'call',
      method: 'tools/call',
      parts: [{ action: { name: 'tools/call' }, resource: { type: 'tool', id: 'bank/pay' } }],
      args: { amount: 1 },
    },
    () => Promise.resolve({ content: [] }),
  );
  return verdict;
}

test('what is activated at the control plane decides at the node, and nothing does before', async () => {
  expect(await pay()).toBe('deny');
  await node.pins.pinTools(true, [PAY]);
  const first = await here.bundle(setOf(PERMIT, 'allow'));
  expect(await pay()).toBe('deny');
  await here.step({ step: 'start', bundle: first, stage: 'full' });
  await vi.waitFor(async () => expect(await pay()).toBe('allow'), EVENTUALLY);
  const second = await here.bundle(setOf(FORBID, 'deny'));
  await here.step({ step: 'start', bundle: second, stage: 'full' });
  await vi.waitFor(async () => expect(await pay()).toBe('deny'), EVENTUALLY);
  // Receipts name the set that the control plane computed for the bundle.
  const { body } = await here.world.send('GET', `/v1/bundles/${second}`, { as: here.world.people.reader });
  expect(node.policy.current().policyHash).toBe(body.policyHash);
});

test('whoever edits the database of the control plane permits nothing', async () => {
  await node.pins.pinTools(true, [PAY]);
  const first = await here.bundle(setOf(FORBID, 'deny'));
  const stored = await here.plane.tables.selectFrom('blobs').selectAll().execute();
  for (const { hash, bytes } of stored) {
    const text = Buffer.from(bytes).toString('utf8');
    if (!text.includes('payloadType')) continue;
    const envelope = JSON.parse(text);
    const document = Buffer.from(envelope.payload, 'base64').toString('utf8').replace('forbid', 'permit');
    const forged = JSON.stringify({ ...envelope, payload: Buffer.from(document).toString('base64') });
    await here.plane.tables
      .updateTable('blobs')
      .set({ bytes: Buffer.from(forged) })
      .where('hash', '=', hash)
      .execute();
  }
  await here.step({ step: 'start', bundle: first, stage: 'full' });
  const asked = vi.spyOn(here.world.api, 'fetch');
  await vi.waitFor(() => expect(asked.mock.calls.length).toBeGreaterThan(2), EVENTUALLY);
  expect(await pay()).toBe('deny');
});

test('an agent that is suspended at the control plane is refused at its next call, until it is let in again', async () => {
  const { people, send } = here.world;
  const registered = await send('POST', '/v1/agents', {
    as: people.writer,
    body: {
      name: 'bot',
      owner: people.writer.id,
      purpose: 'pays',
      tools: ['bank/pay'],
      dataClasses: [],
      credentials: [],
      reviewDue: here.world.clock.now() + 86_400_000,
    },
  });
  await node.pins.pinTools(true, [PAY]);
  const bundle = await here.bundle(setOf(PERMIT, 'allow'));
  await here.step({ step: 'start', bundle, stage: 'full' });
  await vi.waitFor(async () => expect(await pay()).toBe('allow'), EVENTUALLY);
  const path = `/v1/agents/${registered.body.id}`;
  const step = async (method: string, body?: { reason: string }) => {
    const match = (await send('GET', path, { as: people.admin })).headers.get('etag') ?? '';
    return send(method, `${path}/suspension`, { as: people.admin, match, body });
  };
  await step('POST', { reason: 'odd payments' });
  await vi.waitFor(async () => expect(await pay()).toBe('deny'), EVENTUALLY);
  await step('DELETE');
  await vi.waitFor(async () => expect(await pay()).toBe('allow'), EVENTUALLY);
});

test('what policies read of an agent is what it is registered for, once that is in a signed bundle', async () => {
  const { people, send } = here.world;
  const team = await send('POST', '/v1/teams', { as: people.admin, body: { name: 'Payments' } });
  const registration = {
    owner: people.writer.id,
    team: team.body.id,
    purpose: 'pays',
    tools: ['bank/pay'],
    dataClasses: ['accounts'],
    credentials: [],
    reviewDue: here.world.clock.now() + 86_400_000,
  };
  const { body: bot } = await send('POST', '/v1/agents', {
    as: people.writer,
    body: { ...registration, name: 'bot' },
  });
  await node.pins.pinTools(true, [PAY]);
  const policy = `@id("pay") permit (
    principal in Group::"data-class/accounts",
    action in [Action::"bank/pay", Action::"results/deliver"],
    resource
  ) when { principal in Team::"${team.body.id}" };`;
  const governed = async (verdict: string): Promise<void> => {
    const { body } = await send('GET', '/v1/agent-entities', { as: people.reader });
    const [manifest, main, cases] = setOf(policy, verdict);
    const asBot = { path: cases!.path, text: cases!.text.replace('  tool:', '  agent: bot\n  tool:') };
    const entities = { path: 'entities.json', text: JSON.stringify(body.entities) };
    const bundle = await here.bundle([manifest!, main!, asBot, entities]);
    await here.step({ step: 'start', bundle, stage: 'full' });
  };
  await governed('allow');
  await vi.waitFor(async () => expect(await pay()).toBe('allow'), EVENTUALLY);
  const path = `/v1/agents/${bot.id}`;
  const match = (await send('GET', path, { as: people.writer })).headers.get('etag') ?? '';
  await send('PUT', path, { as: people.writer, match, body: { ...registration, dataClasses: [] } });
  // The server alone changes nothing that a node permits.
  expect(await pay()).toBe('allow');
  await governed('deny');
  await vi.waitFor(async () => expect(await pay()).toBe('deny'), EVENTUALLY);
});

test('the fleet shows a node that runs, as soon as it runs', async () => {
  const { people, send } = here.world;
  await vi.waitFor(async () => {
    const { body } = await send('GET', '/v1/nodes', { as: people.reader });
    expect(body.items[0].live).toMatchObject({
      isStale: false,
      softwareVersion: expect.any(String),
      policyHash: node.policy.current().policyHash,
      mode: 'strict',
    });
  }, EVENTUALLY);
});

test('what was stopped while no process of the node ran is stopped before its first call', async () => {
  await permitPayments('cached_with_expiry');
  await node.close();
  await stopAll();
  node = await start();
  expect(await pay()).toBe('deny');
  // And stays so where the next process reaches nobody.
  await node.close();
  api = undefined;
  node = await start();
  expect(await pay()).toBe('deny');
});

test.each<[string, (request: Request) => Promise<Response>]>([
  ['hangs', () => new Promise(() => {})],
  ['fails', () => Promise.resolve(new Response('no', { status: 500 }))],
  ['sends elsewhere', () => Promise.resolve(Response.redirect('https://elsewhere.example/', 307))],
  ['talks nonsense', () => Promise.resolve(new Response('<html>', { headers: { etag: '"1"' } }))],
  ['talks without end', () => Promise.resolve(new Response(Buffer.alloc(40_000_000, 32)))],
])(
  'a node starts with what it has under a control plane that %s, and lets go of no stop',
  async (_how, fetch) => {
    await permitPayments('cached_indefinite');
    await node.close();
    const { api: own } = here.world;
    api = { fetch };
    node = await start();
    expect(await pay()).toBe('allow');
    await node.close();
    api = own;
    await stopAll();
    node = await start();
    expect(await pay()).toBe('deny');
    await node.close();
    api = { fetch };
    node = await start();
    expect(await pay()).toBe('deny');
  },
);

test.each<[OfflineMode, string]>([
  ['fail_closed', 'deny'],
  ['cached_with_expiry', 'allow'],
  ['cached_indefinite', 'allow'],
  ['default_policy', 'allow'],
])(
  'a stop that a node under %s cannot hear of: it goes on as its mode says, and heeds it once it is back',
  async (offline, verdict) => {
    await permitPayments(offline);
    const { api: own } = here.world;
    api = undefined;
    // What was held when the node was cut off is answered by nobody.
    await node.close();
    node = await start();
    await stopAll();
    here.world.clock.set(here.world.clock.now() + OUT_OF_REACH_MS + 1);
    expect(await pay()).toBe(verdict);
    api = own;
    await vi.waitFor(() => expect(node.state.kills()).toMatchObject([{ scope: 'all' }]), EVENTUALLY);
    expect(await pay()).toBe('deny');
  },
);
