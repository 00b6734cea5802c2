// A real gateway under a real control plane: who is stopped there makes no further call here, and what runs is ended; who may approve there may here.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSigningKey, type JsonObject, publicKeyText, systemRandom, writeKeyFile } from '@writ/core';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Governed } from '../../gateway/test/attack/governed.ts';
import { type Api, listen, type Listening } from '../src/index.ts';
import { codeOf, enrol, newKeys } from './enrolled.ts';
import { RollOutWorld, setOf, SIGNER } from './roll-out.ts';
import { openWorld } from './world.ts';

const PERMIT = '@id("all") permit (principal, action, resource);';
const EVENTUALLY = { timeout: 30_000, interval: 20 };

let folder: string;
let here: RollOutWorld;
let listening: Listening;
let governed: Governed;
/** Of the policies that are in force. */
let policyVersion: string;
let api: Api | undefined;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'writ-stopped-'));
  listening = await listen({
    port: 0,
    fetch: (request) => api?.fetch(request) ?? new Response(null, { status: 503 }),
  });
  // The gateway keeps the time of this machine.
  const world = await openWorld('sqlite', { url: listening.url, start: Date.now() });
  if (world === undefined) throw new Error('no world');
  here = new RollOutWorld(world);
  api = world.api;
  await here.nameAnchor();
  const { key, text } = createSigningKey('node', systemRandom);
  const { code } = await codeOf(world);
  const { body } = await enrol(world, code, { ...newKeys(), key });
  const keyFile = join(folder, 'plane-node.key');
  writeKeyFile(keyFile, text);
  const { id } = await here.approved(setOf(PERMIT, 'allow'));
  policyVersion = id;
  const came = await here.upload(here.sign(setOf(PERMIT, 'allow'), { created: Date.now() }), id);
  await here.step({ step: 'start', bundle: came.body.id, stage: 'full' });
  const config = {
    plane: {
      url: listening.url,
      organisation: body.organisation,
      node: body.node,
      environment: 'production',
      key: keyFile,
      anchors: [publicKeyText(SIGNER)],
    },
  };
  governed = await Governed.open({
    // Policies come with the bundle alone.
    config: { ...config, policies: undefined } as unknown as JsonObject,
    gateway: { auth: { tokens: true } },
  });
});
afterEach(async () => {
  await governed.gateway.close();
  api = undefined;
  await listening.close(0);
  await here.close();
  rmSync(folder, { recursive: true, force: true });
});

/** What a call of `name` by `agent` comes to: `ok`, or the text of its refusal. */
async function call(agent: string, name = 'echo'): Promise<string> {
  const answer = await governed.modern('tools/call', { name, arguments: {} }, governed.token(agent));
  const text = JSON.stringify(answer.messages);
  return answer.status === 200 && !/"error"|"isError":true/.test(text) ? 'ok' : text;
}

async function register(name: string, more: JsonObject = {}): Promise<string> {
  const { people, send, clock } = here.world;
  const { body } = await send('POST', '/v1/agents', {
    as: people.writer,
    body: {
      name,
      owner: people.writer.id,
      purpose: 'pays',
      tools: [],
      dataClasses: [],
      credentials: [],
      reviewDue: clock.now() + 86_400_000,
      ...more,
    },
  });
  return body.id;
}

async function suspension(agent: string, method: 'POST' | 'DELETE'): Promise<void> {
  const { people, send } = here.world;
  const path = `/v1/agents/${agent}`;
  const match = (await send('GET', path, { as: people.admin })).headers.get('etag') ?? '';
  const body = method === 'POST' ? { reason: 'odd payments' } : undefined;
  const { status } = await send(method, `${path}/suspension`, { as: people.admin, match, body });
  expect(status).toBe(200);
}

const last = async (kind: 'decision' | 'outcome') =>
  (await governed.entries()).findLast((entry) => entry.kind === kind);

test('an agent that is suspended has its running call ended and its next one refused, and nobody else’s', async () => {
  await expect.poll(() => call('bot'), EVENTUALLY).toBe('ok');
  const bot = await register('bot');
  const running = call('bot', 'hang');
  await expect.poll(() => governed.server.hanging, EVENTUALLY).toBe(1);
  await suspension(bot, 'POST');
  expect(await running).not.toBe('ok');
  await expect.poll(() => governed.server.hanging, EVENTUALLY).toBe(0);
  // What was cut off is handed over as what nobody knows the end of.
  expect(await last('outcome')).toMatchObject({ outcome: 'unknown', code: 'kill.agent' });
  const before = governed.server.of('tools/call').length;
  expect(await call('bot')).toContain('odd payments');
  expect(governed.server.of('tools/call')).toHaveLength(before);
  expect(await last('decision')).toMatchObject({ decision: { verdict: 'deny', code: 'kill.agent' } });
  expect(await call('other')).toBe('ok');
  await suspension(bot, 'DELETE');
  await expect.poll(() => call('bot'), EVENTUALLY).toBe('ok');
});

test('each scope of a stop refuses the very next call once the node said that it is in force, and no other', async () => {
  const { people, send } = here.world;
  await expect.poll(() => call('bot'), EVENTUALLY).toBe('ok');
  const team = (await send('POST', '/v1/teams', { as: people.admin, body: { name: 'payments' } })).body.id;
  await register('payer', { team });
  for (const [scope, target, who, other] of [
    ['agent', 'bot', 'bot', 'payer'],
    ['team', team, 'payer', 'bot'],
    ['tool', 'far/echo', 'bot', undefined],
    ['server', 'far', 'payer', undefined],
    ['all', '*', 'bot', undefined],
  ] as const) {
    const { body } = await send('POST', '/v1/stops', {
      as: people.writer,
      body: { scope, target, words: `of the ${scope}` },
    });
    const path = `/v1/stops/${body.id}`;
    const shown = () => send('GET', path, { as: people.admin });
    await expect.poll(async () => (await shown()).body.reach.reached, EVENTUALLY).toBe(1);
    const before = governed.server.of('tools/call').length;
    expect(await call(who)).toContain(`of the ${scope}`);
    expect(governed.server.of('tools/call')).toHaveLength(before);
    if (other !== undefined) expect(await call(other)).toBe('ok');
    const match = (await shown()).headers.get('etag') ?? '';
    await send('POST', `${path}/lift`, { as: people.admin, match, body: { words: 'seen to' } });
    await expect.poll(() => call(who), EVENTUALLY).toBe('ok');
  }
});

test('a held call can be a task once the bundle names who approves, and no longer once none does', async () => {
  const { key } = createSigningKey('ann', systemRandom);
  const ann = { id: 'ann', key: publicKeyText(key), groups: [] };
  const offered = async (): Promise<boolean> =>
    JSON.stringify((await governed.modern('server/discover', {}, governed.token('bot'))).messages).includes(
      'io.modelcontextprotocol/tasks',
    );
  await expect.poll(() => call('bot'), EVENTUALLY).toBe('ok');
  expect(await offered()).toBe(false);
  for (const approvers of [[ann], []]) {
    const signed = here.sign(setOf(PERMIT, 'allow'), { created: Date.now(), approvers });
    const { body } = await here.upload(signed, policyVersion);
    await here.step({ step: 'start', bundle: body.id, stage: 'full' });
    await expect.poll(offered, EVENTUALLY).toBe(approvers.length > 0);
  }
});
