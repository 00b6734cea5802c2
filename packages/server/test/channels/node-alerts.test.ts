// What is wrong with a node becomes an alert, once, is told to the channels of its team, and is closed once it is over.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type EntryDetail, openLog, replicateFolder, signingKeyFromSeed, systemRandom } from '@writ/core';
import { SAMPLE_LOG_KEYS, sampleDraft, sampleLogIdentity, sampleSigner } from '@writ/core/testing';
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import { CALM_MS, SILENT_MS, sweepNodeAlerts } from '../../src/node-alerts/index.ts';
import { ask, codeOf, enrol, newKeys, type TestNode } from '../enrolled.ts';
import { START, stopServer } from '../world.ts';
import {
  closers,
  closeTelling,
  openTelling,
  type Received,
  receiver,
  SECRET,
  type Telling,
} from './telling.ts';

const MIRROR = sampleSigner('plane.example/mirror', 50, 'cosignature/v1');
const NONE = { allow: 5, modify: 0, step_up: 0, defer: 0, deny: 0, errors: 0 };

afterEach(closeTelling);
afterAll(stopServer);

/** A world with a node of a team, and channels of this team and of another. */
interface Alerting {
  readonly opened: Telling;
  readonly node: TestNode;
  readonly team: string;
  readonly told: readonly Received[];
  readonly others: readonly Received[];
  beat(more?: object): Promise<number>;
  look(): Promise<void>;
  later(ms: number): void;
  alerts(): Promise<readonly Record<string, unknown>[]>;
}

async function open(store: 'sqlite' | 'postgres'): Promise<Alerting | undefined> {
  const opened = await openTelling(store, { secrets: { OPS: SECRET }, mirrorSigners: [MIRROR] });
  if (opened === undefined) return undefined;
  const { send, people, plane } = opened;
  const teamOf = async (name: string): Promise<string> =>
    (await send('POST', '/v1/teams', { as: people.admin, body: { name } })).body.id;
  const [team, other] = [await teamOf('payments'), await teamOf('mail')];
  const keys = newKeys();
  const { code } = await codeOf(opened, { team, name: 'till' });
  const { body } = await enrol(opened, code, keys);
  const node: TestNode = { id: body.node, organisation: body.organisation, ...keys };
  const [mine, theirs] = [await receiver(200), await receiver(200)];
  const hook = (url: string) => ({ kind: 'webhook', url, secret: 'OPS' });
  await opened.channel(hook(mine.url), { teams: [team], topics: ['alerts'] });
  await opened.channel(hook(theirs.url), { teams: [other], topics: ['alerts'] });
  return {
    opened,
    node,
    team,
    told: mine.received,
    others: theirs.received,
    async beat(more = {}) {
      const word = { softwareVersion: '1', since: START, size: 0, producers: [], decisions: [], ...more };
      return (await ask(opened, node, 'POST', '/v1/node/heartbeat', word)).status;
    },
    async look() {
      await sweepNodeAlerts(plane, new AbortController().signal);
      await opened.round();
    },
    later: (ms) => opened.clock.set(opened.clock.now() + ms),
    async alerts() {
      const { body: listed } = await send('GET', '/v1/alerts', { as: people.reader });
      // Ids of one millisecond have no order.
      return listed.items.toSorted((one: { key: string }, other: { key: string }) =>
        one.key === other.key ? 0 : one.key < other.key ? -1 : 1,
      );
    },
  };
}

/** Another node of the team, `desk`, with a log that is copied here as it is written. */
async function openDesk(here: Alerting): Promise<{
  readonly node: string;
  write(...details: readonly EntryDetail[]): Promise<void>;
}> {
  const { opened } = here;
  const seed = systemRandom.bytes(32);
  const origin = 'node.example/told';
  const folder = mkdtempSync(join(tmpdir(), 'writ-told-'));
  const keys = { ...newKeys(origin), logKey: signingKeyFromSeed(origin, seed) };
  const { code } = await codeOf(opened, { team: here.team, name: 'desk' });
  const { body } = await enrol(opened, code, keys);
  const log = await openLog({
    ...sampleLogIdentity('desk'),
    ...SAMPLE_LOG_KEYS,
    origin,
    clock: opened.clock,
    signingKey: { seed },
    path: folder,
  });
  closers.push(async () => {
    await log.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const write = async (...details: readonly EntryDetail[]): Promise<void> => {
    for (const detail of details)
      await log.writer.append(sampleDraft(detail, { time: opened.clock.now(), tenant: 'default' }));
    await log.publish();
    await replicateFolder({
      path: folder,
      mirror: { name: 'plane', key: MIRROR.key, url: `${opened.plane.url}/v1/mirror` },
      transport: {
        async post(url, bytes) {
          const came = await opened.api.fetch(new Request(url, { method: 'POST', body: Buffer.from(bytes) }));
          return { status: came.status, body: new Uint8Array(await came.arrayBuffer()) };
        },
      },
      signal: new AbortController().signal,
    });
  };
  return { node: body.node, write };
}

const texts = (received: readonly Received[]): unknown[] =>
  received.map(({ body }) => {
    const { type, data } = JSON.parse(body);
    return [type, data.text];
  });
const errors = (count: number) => ({ decisions: [{ policyHash: 'a'.repeat(64), ...NONE, errors: count }] });

describe.each(['sqlite', 'postgres'] as const)('alerts of nodes over %s', (store) => {
  test('what a node says that is wrong is told once to its team, acknowledged, and closed when it is over', async () => {
    const here = await open(store);
    if (here === undefined) return;
    const troubles = [{ kind: 'export', name: 'siem' }, { kind: 'retention' }];
    expect(await here.beat({ troubles })).toBe(200);
    await Promise.all([here.look(), here.look()]);
    await here.look();
    const raised = await here.alerts();
    expect(raised).toMatchObject([
      { severity: 'high', source: 'export', status: 'open', node: here.node.id, team: here.team },
      { severity: 'high', source: 'retention', status: 'open', node: here.node.id, team: here.team },
    ]);
    expect(sorted(texts(here.told))).toEqual([
      ['alert.raised', 'high: the node `till` does not destroy what is past its time'],
      ['alert.raised', 'high: the node `till` does not reach a destination of its log: `siem`'],
    ]);
    const { send, people } = here.opened;
    const acknowledge = (id: unknown) =>
      send('POST', `/v1/alerts/${String(id)}/acknowledgement`, {
        as: people.writer,
        body: { words: 'on it' },
      });
    expect((await acknowledge(raised[0]?.['id'])).status).toBe(200);
    // It lasts: nobody is told again. It comes back within minutes: it is the same alert.
    await here.look();
    await here.beat();
    await here.look();
    here.later(CALM_MS - 1);
    await here.beat({ troubles });
    await here.look();
    here.later(CALM_MS - 1);
    await here.beat();
    await here.look();
    expect(await here.alerts()).toMatchObject([{ status: 'acknowledged' }, { status: 'open' }]);
    here.later(1);
    await here.beat();
    await here.look();
    expect(await here.alerts()).toMatchObject([
      { status: 'closed', acknowledged: { words: 'on it' } },
      { status: 'closed', closed: here.opened.clock.now() },
    ]);
    expect(sorted(texts(here.told.slice(2)))).toEqual([
      ['alert.closed', 'over: the node `till` does not destroy what is past its time'],
      ['alert.closed', 'over: the node `till` does not reach a destination of its log: `siem`'],
    ]);
    expect((await acknowledge(raised[1]?.['id'])).status).toBe(409);
    // And what comes again is told again.
    await here.beat({ troubles: [{ kind: 'retention' }] });
    await here.look();
    expect((await here.alerts()).map(({ status }) => status)).toEqual(['closed', 'closed', 'open']);
    const { log } = here.opened.plane;
    const actions = Array.from({ length: log.reader.size() }, (_, index) => log.reader.entry(index).entry)
      .flatMap((entry) => (entry.kind === 'administration' ? [entry.administration.action] : []))
      .filter((action) => action.startsWith('alerts.'));
    expect(actions.toSorted()).toEqual([
      'alerts.acknowledge',
      'alerts.close',
      'alerts.close',
      'alerts.raise',
      'alerts.raise',
      'alerts.raise',
    ]);
    // What is high and concerns a team that is told goes to no other.
    expect(here.others).toEqual([]);
  });

  test('entries that a node copies here are told: a gap in an export, once', async () => {
    const here = await open(store);
    if (here === undefined) return;
    const { node, look } = here;
    const desk = await openDesk(here);
    expect(desk.node).not.toBe(node.id);
    const { write } = desk;
    const told = (status: 'skipped' | 'behind', destination = 'siem'): EntryDetail => ({
      kind: 'export',
      export: { destination, status, from: 1, to: 9, lagMs: 0 },
    });
    await write(told('behind'), told('skipped'), told('skipped'), told('skipped', 'https://evil.example/'));
    await look();
    await look();
    expect((await here.alerts()).map(({ text, severity }) => [severity, text])).toEqual([
      ['high', 'the node `desk` did not send entries to a destination'],
      ['high', 'the node `desk` did not send entries to a destination: `siem`'],
    ]);
    // An event is not over by itself.
    here.later(2 * CALM_MS);
    await look();
    expect((await here.alerts()).map(({ status }) => status)).toEqual(['open', 'open']);
    await write(told('skipped', 'archive'));
    await look();
    expect(here.told.map(({ body: text }) => JSON.parse(text).data.text).slice(2)).toEqual([
      'high: the node `desk` did not send entries to a destination: `archive`',
    ]);
  });

  test('an issuer of access tokens that a node cannot reach is told, and closed once its keys were fetched again', async () => {
    const here = await open(store);
    if (here === undefined) return;
    const { write } = await openDesk(here);
    const issuer = (name: string, action: 'keys_ended' | 'keys_fetched'): EntryDetail => ({
      kind: 'issuer',
      issuer: { action, issuer: name },
    });
    const kept = (name: string): EntryDetail => ({
      kind: 'issuer',
      issuer: { action: 'keys_kept', issuer: name, until: START + 1 },
    });
    const standing = async () =>
      (await here.alerts()).map(({ severity, text, status }) => [severity, text, status]);
    const old = (name: string) =>
      `the node \`desk\` verifies access tokens with the last keys of an issuer that is out of reach: \`${name}\``;
    const none = 'the node `desk` refuses the access tokens of an issuer that is out of reach: `idp`';
    await write(kept('idp'), kept('other'));
    await here.look();
    expect(await standing()).toEqual([
      ['high', old('idp'), 'open'],
      ['high', old('other'), 'open'],
    ]);
    await write(issuer('idp', 'keys_ended'));
    await here.look();
    expect(await standing()).toEqual([
      ['high', old('idp'), 'closed'],
      ['high', old('other'), 'open'],
      ['high', none, 'open'],
    ]);
    await write(issuer('idp', 'keys_fetched'));
    await here.look();
    expect(await standing()).toEqual([
      ['high', old('idp'), 'closed'],
      ['high', old('other'), 'open'],
      ['high', none, 'closed'],
    ]);
  });
});

test('silence, failures and missing entries are seen by the control plane itself', async () => {
  const here = await open('sqlite');
  if (here === undefined) return;
  const words = async (): Promise<unknown[]> =>
    (await here.alerts()).filter(({ status }) => status === 'open').map(({ key }) => String(key));
  await here.look();
  // A node that never spoke is expected yet.
  expect(await words()).toEqual([]);
  await here.beat(errors(3));
  await here.look();
  expect(await words()).toEqual([]);
  await here.beat(errors(4));
  await here.look();
  expect(await words()).toEqual([`node.faults/${here.node.id}`]);
  here.later(CALM_MS);
  await here.beat(errors(4));
  await here.look();
  expect(await words()).toEqual([]);
  // A process that began anew counts anew.
  await here.beat({ ...errors(2), since: START + 1 });
  await here.look();
  expect(await words()).toEqual([`node.faults/${here.node.id}`]);
  here.later(SILENT_MS + 1);
  await here.look();
  expect(await words()).toContain(`node.silent/${here.node.id}`);
  await here.beat({ producers: [{ boot: '01ARZ3NDEKTSV4RRFFQ69G5FAV', counter: 4 }] });
  await here.look();
  expect(await words()).toContain(`node.missing/${here.node.id}`);
  // Nothing is expected of a node that takes part no more.
  const { send, people } = here.opened;
  const path = `/v1/nodes/${here.node.id}`;
  const match = (await send('GET', path, { as: people.admin })).headers.get('etag') ?? '';
  await send('DELETE', path, { as: people.admin, match });
  await here.look();
  here.later(CALM_MS);
  await here.look();
  expect(await words()).toEqual([]);
});

test.each([
  ['another kind', { kind: 'gossip' }],
  ['words of its own', { kind: 'log', text: 'click here' }],
  ['a name that is none', { kind: 'export', name: 'https://evil.example/' }],
])('a node tells of its troubles in the words of the list, not with %s', async (_what, trouble) => {
  const here = await open('sqlite');
  if (here === undefined) return;
  expect(await here.beat({ troubles: [trouble] })).toBe(422);
});

test('a node that lies about itself uses up neither another node’s alerts nor its own urgent ones', async () => {
  const here = await open('sqlite');
  if (here === undefined) return;
  const troubles = Array.from({ length: 64 }, (_, at) => ({ kind: 'export', name: `d${at}` }));
  await here.beat({ troubles });
  await here.look();
  expect(await here.alerts()).toHaveLength(20);
  // Nor, by those, what is worse about itself.
  await here.beat({ troubles: [{ kind: 'log' }] });
  await here.look();
  expect((await here.alerts()).filter(({ severity }) => severity === 'critical')).toMatchObject([
    { key: `node.log/${here.node.id}` },
  ]);
});

function sorted(said: readonly unknown[]): readonly unknown[] {
  return said.toSorted((one, other) => JSON.stringify(one).localeCompare(JSON.stringify(other)));
}
