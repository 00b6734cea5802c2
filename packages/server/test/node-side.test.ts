// A node's own side of its enrolment, against a control plane that listens: what is on its disk when a process ends in between.
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSigningKey, parseSigningKey, publicKeyText, type SigningKey, systemRandom } from '@writ/core';
import { sampleDecision, sampleHash, sampleSigner } from '@writ/core/testing';
import {
  createDecisionCounter,
  createPlaneClient,
  type Enrolled,
  enrolNode,
  type PlaneClient,
  rotateNodeKey,
  sendHeartbeats,
} from '@writ/gateway/plane';
import { afterAll, afterEach, beforeEach, expect, test } from 'vitest';
import { listen, type Listening } from '../src/index.ts';
import { codeOf } from './enrolled.ts';
import { openWorld, START, stopServer, type World } from './world.ts';

afterAll(stopServer);

const MIRROR = sampleSigner('plane.example/mirror', 50, 'cosignature/v1');
const LOG_KEY = createSigningKey('node.example/side', systemRandom).key;

let world: World;
let listening: Listening;
let folder: string;
let keyFile: string;
const clients: PlaneClient[] = [];

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'writ-side-'));
  keyFile = join(folder, 'keys', 'node.key');
  let handle = (_request: Request): Promise<Response> => Promise.resolve(new Response());
  listening = await listen({ port: 0, fetch: (request) => handle(request) });
  const opened = await openWorld('sqlite', { url: listening.url, mirrorSigners: [MIRROR] });
  if (opened === undefined) throw new Error('SQLite is always there');
  world = opened;
  handle = (request) => world.api.fetch(request);
});
afterEach(async () => {
  for (const client of clients.splice(0)) client.close();
  await listening.close(0);
  await world.close();
  rmSync(folder, { recursive: true, force: true });
  // oxlint-disable-next-line vitest/no-standalone-expect -- of every test: no request is a fault of the server
  expect(world.faults).toEqual([]);
});

function client(enrolled?: Enrolled, signer: SigningKey = keyOnDisk()): PlaneClient {
  const made = createPlaneClient({
    url: listening.url,
    clock: world.clock,
    random: systemRandom,
    ...(enrolled === undefined
      ? {}
      : { identity: { organisation: enrolled.organisation, node: enrolled.node, signer } }),
  });
  clients.push(made);
  return made;
}

const keyOnDisk = (): SigningKey =>
  existsSync(keyFile)
    ? parseSigningKey(readFileSync(keyFile, 'utf8'))
    : createSigningKey('none', systemRandom).key;
const enrol = async (code: string, through: Pick<PlaneClient, 'send'> = client()): Promise<Enrolled> =>
  enrolNode({ client: through, url: listening.url, code, keyFile, logKeys: [LOG_KEY], random: systemRandom });
const rotate = (enrolled: Enrolled, cut?: () => void): Promise<SigningKey> =>
  rotateNodeKey({
    ...enrolled,
    url: listening.url,
    keyFile,
    random: systemRandom,
    connect: (signer) => {
      const through = client(enrolled, signer);
      return {
        async send(request) {
          const answer = await through.send(request);
          if (request.method === 'POST') cut?.();
          return answer;
        },
      };
    },
  });
const whoAmI = async (enrolled: Enrolled) => {
  const { status, body } = await client(enrolled).send({ method: 'GET', path: '/v1/node' });
  return status === 200 ? JSON.parse(Buffer.from(body).toString()) : status;
};
const lost = (): never => {
  throw new Error('the connection was lost');
};

test('a node enrols with a key of its own, and is told what it is and who takes its log', async () => {
  const { code } = await codeOf(world, { name: 'ci' });
  const enrolled = await enrol(code);
  expect(enrolled).toMatchObject({
    organisation: world.organisation,
    name: 'ci',
    mirrors: [{ name: 'plane.example/mirror', url: `${listening.url}/v1/mirror` }],
  });
  expect(statSync(keyFile).mode & 0o777).toBe(0o600);
  expect(await whoAmI(enrolled)).toMatchObject({ id: enrolled.node, name: 'ci' });
});

test('an answer that was lost is asked for again: the node is enrolled once', async () => {
  const { code } = await codeOf(world);
  const through = client();
  await expect(
    enrol(code, { send: async (request) => (await through.send(request), lost()) }),
  ).rejects.toThrow('lost');
  const enrolled = await enrol(code);
  expect(await whoAmI(enrolled)).toMatchObject({ id: enrolled.node });
  const { body } = await world.send('GET', '/v1/nodes', { as: world.people.reader });
  expect(body.items).toHaveLength(1);
});

test('a refusal is told in the words of the control plane', async () => {
  const { code } = await codeOf(world);
  await enrol(code);
  rmSync(keyFile);
  await expect(enrol(code)).rejects.toMatchObject({
    code: 'upstream.protocol',
    message: expect.stringContaining('used already'),
  });
});

test.each([
  ['in peace', undefined],
  ['while its answer is lost', lost],
])('a key that changes %s leaves the node who it is', async (_how, cut) => {
  const enrolled = await enrol((await codeOf(world)).code);
  const before = publicKeyText(keyOnDisk());
  if (cut !== undefined) {
    await expect(rotate(enrolled, cut)).rejects.toThrow('lost');
    expect(await whoAmI(enrolled)).toMatchObject({ id: enrolled.node });
    // The former key is good no more by now: the new one is on the disk all the same.
    world.clock.set(START + 3_600_000);
    expect(await whoAmI(enrolled)).toBe(401);
  }
  await rotate(enrolled);
  expect(publicKeyText(keyOnDisk())).not.toBe(before);
  expect(existsSync(`${keyFile}.next`)).toBe(false);
  const node = await whoAmI(enrolled);
  expect([node.id, node.keys.at(-1).key]).toEqual([enrolled.node, publicKeyText(keyOnDisk())]);
});

test('a change of key that is refused leaves the key until now', async () => {
  const enrolled = await enrol((await codeOf(world)).code);
  const before = publicKeyText(keyOnDisk());
  await world.send('POST', `/v1/nodes/${enrolled.node}/suspension`, {
    as: world.people.admin,
    match:
      (await world.send('GET', `/v1/nodes/${enrolled.node}`, { as: world.people.admin })).headers.get(
        'etag',
      ) ?? '',
    body: { reason: 'lost' },
  });
  await expect(rotate(enrolled)).rejects.toMatchObject({ code: 'upstream.protocol' });
  expect(publicKeyText(keyOnDisk())).toBe(before);
});

test('heartbeats come as long as the node lives, and their silence and return are told once each', async () => {
  const enrolled = await enrol((await codeOf(world)).code);
  const counter = createDecisionCounter();
  const decided = (verdict: 'allow' | 'deny', source: 'policy' | 'fault' = 'policy') =>
    counter.count({
      detail: { kind: 'decision', decision: sampleDecision({ verdict, source }) },
    });
  decided('allow');
  decided('deny');
  decided('deny', 'fault');
  const lines: string[] = [];
  const waits: number[] = [];
  const through = client(enrolled);
  const answers: ('ok' | 'lost')[] = ['ok', 'lost', 'lost', 'ok'];
  const ended = Promise.withResolvers<void>();
  const beats = sendHeartbeats({
    client: {
      send: (request) => (answers.shift() === 'lost' ? lost() : through.send(request)),
    },
    read: () => ({
      softwareVersion: '0.1.0',
      since: START,
      size: 0,
      producers: [],
      decisions: counter.read(),
    }),
    report: (line) => lines.push(line),
    async pause(ms, signal) {
      waits.push(ms);
      if (answers.length > 0) return;
      ended.resolve();
      await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
    },
  });
  await ended.promise;
  await beats.close();
  expect(lines).toEqual([
    'the control plane does not hear of this node: the connection was lost',
    'the control plane hears of this node again',
  ]);
  expect(waits).toEqual([10_000, 10_000, 10_000, 10_000]);
  const { body } = await world.send('GET', `/v1/nodes/${enrolled.node}`, { as: world.people.reader });
  expect(body.live).toMatchObject({
    isStale: false,
    decisions: [{ policyHash: sampleHash('2'), allow: 1, deny: 2, errors: 1 }],
  });
});
