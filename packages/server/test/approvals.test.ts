// Approvals: what nodes tell of their holds, who may answer, and that nothing but a signature over what was shown is an answer.
import { createHash } from 'node:crypto';
import {
  type ApprovalClaim,
  canonicalJson,
  createSigningKey,
  publicKeyText,
  signApproval,
  type SigningKey,
  toBase64,
  utf8,
} from '@writ/core';
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import { sweepApprovals } from '../src/approvals/index.ts';
import { type Api, createApi } from '../src/api/index.ts';
import { authenticatorsOf, ROUTES } from '../src/index.ts';
import { NODES } from '../src/nodes/index.ts';
import { PEOPLE } from '../src/people/index.ts';
import type { Authenticator } from '../src/callers/index.ts';
import { type Came, openWorld, PLANE_URL, type Someone, START, stopServer, type World } from './world.ts';

const ORIGIN = 'example.org/node-1';
const hash = (digit: string): string => digit.repeat(64);
const MINUTE = 60_000;

/** Lets a test be a node: who it is stands in a header, because how a node proves itself is tested elsewhere. */
const standIn =
  (organisation: () => string): Authenticator =>
  (request) => {
    const id = request.headers.get('x-node');
    return Promise.resolve(
      id === null
        ? undefined
        : {
            kind: 'node',
            id,
            organisation: organisation(),
            roles: [],
            teams: [],
            credential: id,
            concerns: [],
            isCookie: false,
          },
    );
  };

interface Approving extends World {
  readonly node: string;
  /** A writer of `groups` with a registered key. */
  approver(name: string, groups?: readonly string[]): Promise<Approver>;
  hold(more?: Record<string, unknown>): Promise<Came>;
  asNode(method: string, path: string, body?: unknown): Promise<Came>;
  answer(who: Approver, id: string, claim?: Partial<ApprovalClaim>): Promise<Came>;
}
interface Approver extends Someone {
  readonly key: SigningKey;
}

const HELD = {
  hold: `${ORIGIN}#7`,
  logNode: 'node-1',
  agent: 'bot',
  chain: ['boss'],
  method: 'tools/call',
  targets: [{ action: 'tools/call', type: 'tool', id: 'bank/pay', server: 'bank' }],
  args: { amount: 100, token: '[redacted:secret]' },
  isChanged: false,
  masked: 1,
  labels: ['pii'],
  policies: [{ id: 'pay', contentHash: hash('1'), approvers: ['leads'], quorum: 1 }],
  reasons: ['payments need a lead'],
  digest: hash('d'),
  policyHash: hash('a'),
  requesters: ['bot', 'boss'],
  created: START,
  expires: START + 10 * MINUTE,
};

let world: Approving | undefined;

async function open(store: 'sqlite' | 'postgres', routes = ROUTES): Promise<Approving | undefined> {
  let organisation = '';
  const opened = await openWorld(store, {
    routes,
    authenticators: (plane) => [standIn(() => organisation), ...authenticatorsOf(plane)],
  });
  if (opened === undefined) return undefined;
  ({ organisation } = opened);
  const { plane, send } = opened;
  const node = await addNode(opened, ORIGIN);
  world = {
    ...opened,
    node,
    async approver(name, groups = ['leads']) {
      const someone = await opened.addPerson(organisation, ['writer'], name);
      await inGroups(opened, someone, groups);
      const seed = createHash('sha256').update(name).digest();
      const { key } = createSigningKey(name, { bytes: () => new Uint8Array(seed) });
      const who = { url: PLANE_URL, organisation, person: someone.id, keyId: key.keyId };
      const text = canonicalJson({ type: 'writ/approver-key-possession/v1', ...who });
      const added = await send('POST', '/v1/approver-keys', {
        as: someone,
        body: { key: publicKeyText(key), signature: toBase64(key.sign(utf8(text))) },
      });
      expect(added.status).toBe(201);
      return { ...someone, key };
    },
    asNode: (method, path, body) => send(method, path, { headers: { 'x-node': node }, body: body as never }),
    hold(more = {}) {
      return this.asNode('POST', '/v1/node/holds', { ...HELD, ...more });
    },
    answer: (who, id, claim = {}) =>
      send('POST', `/v1/approvals/${id}/answers`, { as: who, body: signed(who.key, claim) }),
  };
  void plane;
  return world;
}

function signed(
  key: SigningKey,
  claim: Partial<ApprovalClaim> = {},
): { statement: string; signature: string } {
  return {
    ...signApproval(
      {
        answer: 'approve',
        hold: HELD.hold,
        node: HELD.logNode,
        performedDigest: HELD.digest,
        lifts: claim.answer === 'deny' ? [] : [hash('1')],
        policyHash: HELD.policyHash,
        expires: HELD.expires,
        at: START,
        ...claim,
      },
      key,
    ),
  };
}

async function addNode({ plane, organisation }: World, origin: string): Promise<string> {
  const id = plane.newId();
  const key = { id: '0'.repeat(16), key: 'node+00000000+AAAA', since: START };
  await plane.changes.commit({
    action: 'nodes.enrol',
    object: id,
    organisation,
    actor: { kind: 'server', id: 'server', concerns: [] },
    effects: [
      plane.objects(organisation, NODES).put(
        id,
        {
          name: 'node',
          environment: 'production',
          keys: [key],
          origin,
          logKeys: [key.key],
          status: 'active',
          created: START,
          enrolment: id,
          history: [],
        },
        null,
      ),
    ],
  });
  return id;
}

async function inGroups(
  { plane, organisation }: World,
  { id }: Someone,
  groups: readonly string[],
): Promise<void> {
  const people = plane.objects(organisation, PEOPLE);
  const stored = people.get(id);
  if (stored === undefined) throw new Error('nobody there');
  const { id: _id, index, ...person } = stored;
  await plane.changes.commit({
    action: 'people.change',
    object: id,
    organisation,
    actor: { kind: 'server', id: 'server', concerns: [] },
    effects: [people.put(id, { ...person, groups }, index)],
  });
}

/** Moves time on, so that nobody looks hasty. */
function later(opened: World, ms: number): void {
  opened.clock.set(opened.clock.now() + ms);
}

afterEach(async () => {
  const faults = world?.faults ?? [];
  await world?.close();
  world = undefined;
  if (faults.length > 0) throw new AggregateError(faults, 'the server failed');
});
afterAll(stopServer);

describe.each(['sqlite', 'postgres'] as const)('approvals on %s', (store) => {
  test('a hold is shown as it was told, answered by one of its group, and the answer fetched', async () => {
    const opened = await open(store);
    if (opened === undefined) return;
    const ann = await opened.approver('ann');
    const told = await opened.hold();
    expect(told).toMatchObject({ status: 201, body: { status: 'waiting' } });
    const { id } = told.body;
    expect(await opened.hold()).toMatchObject({ status: 200, body: { id } });
    const shown = await opened.send('GET', `/v1/approvals/${id}`, { as: opened.people.reader });
    expect(shown.body).toMatchObject({
      ...HELD,
      node: opened.node,
      status: 'waiting',
      answers: [],
      recent: [],
    });
    const mine = await opened.send('GET', '/v1/approvals', { as: ann });
    expect(mine.body.items).toMatchObject([{ id, agent: 'bot', answers: 0 }]);
    expect(mine.body.items[0]).not.toHaveProperty('args');

    expect(await opened.answer(ann, id, { reason: 'looked at it' })).toMatchObject({
      status: 200,
      body: { status: 'approved' },
    });
    const fetched = await opened.asNode('GET', '/v1/node/answers');
    expect(fetched.body.items).toMatchObject([
      { hold: HELD.hold, answers: [{ answer: 'approve', keyId: ann.key.keyId }] },
    ]);
    expect((await opened.asNode('GET', `/v1/node/answers?after=${fetched.body.next}`)).body.items).toEqual(
      [],
    );
    const after = await opened.send('GET', `/v1/approvals/${id}`, { as: opened.people.reader });
    expect(after.body.answers).toMatchObject([{ person: ann.id, method: 'key', reason: 'looked at it' }]);
    expect((await opened.send('GET', '/v1/approvals', { as: ann })).body.items).toEqual([]);
    expect((await opened.send('GET', '/v1/approvals?view=history', { as: ann })).body.items).toHaveLength(1);
  });

  test('approve and deny at once: the first final answer stands, and one alone is final', async () => {
    const opened = await open(store);
    if (opened === undefined) return;
    const people = [];
    for (const name of ['ann', 'bob', 'cid', 'dan']) people.push(await opened.approver(name));
    for (let round = 0; round < 5; round += 1) {
      const { body } = await opened.hold({ hold: `${ORIGIN}#${round}` });
      const claims = people.map((_who, index) => ({
        hold: `${ORIGIN}#${round}`,
        answer: index % 2 === 0 ? ('approve' as const) : ('deny' as const),
      }));
      const came = await Promise.all(people.map((who, index) => opened.answer(who, body.id, claims[index])));
      expect(came.filter(({ status }) => status === 200)).toHaveLength(1);
      for (const { status } of came) expect([200, 409, 412]).toContain(status);
      const won = came.find(({ status }) => status === 200)?.body.status;
      const stands = await opened.send('GET', `/v1/approvals/${body.id}`, { as: opened.people.reader });
      expect(stands.body).toMatchObject({ status: won, answers: [{}] });
      // And whoever comes later is told so, whatever they say.
      for (const who of people) expect((await opened.answer(who, body.id, claims[0])).status).toBe(409);
      later(opened, 30_000);
    }
  });

  test('a quorum of two is two people, not one with two keys', async () => {
    const opened = await open(store);
    if (opened === undefined) return;
    const [ann, bob] = [await opened.approver('ann'), await opened.approver('bob')];
    const { body } = await opened.hold({ policies: [{ ...HELD.policies[0], quorum: 2 }] });
    expect((await opened.answer(ann, body.id)).body.status).toBe('waiting');
    expect(await opened.answer(ann, body.id)).toMatchObject({ status: 409 });
    expect((await opened.answer(bob, body.id)).body.status).toBe('approved');
  });

  test('an answer comes while a node waits for it', async () => {
    const opened = await open(store);
    if (opened === undefined) return;
    const ann = await opened.approver('ann');
    const { body } = await opened.hold();
    const waiting = opened.asNode('GET', '/v1/node/answers?wait=25');
    await opened.answer(ann, body.id);
    expect((await waiting).body.items).toHaveLength(1);
  });
});

describe('who may answer', () => {
  test.each<[string, (opened: Approving) => Promise<Approver>, object]>([
    ['somebody of another group', (opened) => opened.approver('eve', ['interns']), {}],
    ['whoever asked, by their id', (opened) => opened.approver('ann'), { byId: true }],
    ['whoever asked, by their address', (opened) => opened.approver('ann'), { byEmail: true }],
    [
      'whoever asked, as their identity provider calls them',
      (opened) => opened.approver('ann'),
      { byIssuer: true },
    ],
  ])('%s does not approve (defect 25)', async (_who, find, by) => {
    const opened = await open('sqlite');
    if (opened === undefined) return;
    const someone = await find(opened);
    const requesters = [
      'bot',
      ...('byId' in by ? [someone.id] : []),
      ...('byEmail' in by ? [`${someone.id.toUpperCase()}@EXAMPLE.org`] : []),
      ...('byIssuer' in by ? [`okta:${someone.id}`] : []),
    ];
    const { body } = await opened.hold({ requesters });
    expect(await opened.answer(someone, body.id)).toMatchObject({
      status: 403,
      body: { title: 'request.forbidden' },
    });
    expect((await opened.asNode('GET', '/v1/node/answers')).body.items).toEqual([]);
    expect((await opened.send('GET', '/v1/approvals', { as: someone })).body.items).toEqual([]);
  });

  test('whoever asked may still refuse', async () => {
    const opened = await open('sqlite');
    if (opened === undefined) return;
    const ann = await opened.approver('ann');
    const { body } = await opened.hold({ requesters: [ann.id] });
    expect((await opened.answer(ann, body.id, { answer: 'deny' })).body.status).toBe('denied');
  });

  test('a key is one person’s: nobody answers with another’s, nor registers it', async () => {
    const opened = await open('sqlite');
    if (opened === undefined) return;
    const [ann, bob] = [await opened.approver('ann'), await opened.approver('bob')];
    const { body } = await opened.hold();
    expect((await opened.answer({ ...bob, key: ann.key }, body.id)).status).toBe(403);
    const stolen = await opened.send('POST', '/v1/approver-keys', {
      as: bob,
      body: { key: publicKeyText(ann.key), signature: toBase64(bob.key.sign(utf8('anything'))) },
    });
    expect(stolen.status).toBe(422);
  });

  test('a suspended approver does not count in what they began', async () => {
    const opened = await open('sqlite');
    if (opened === undefined) return;
    const [ann, bob, cid] = [
      await opened.approver('ann'),
      await opened.approver('bob'),
      await opened.approver('cid'),
    ];
    const { body } = await opened.hold({ policies: [{ ...HELD.policies[0], quorum: 2 }] });
    await opened.answer(ann, body.id);
    const people = opened.plane.objects(opened.organisation, PEOPLE);
    const { id, index, ...person } = people.get(ann.id) ?? expect.unreachable();
    await opened.plane.changes.commit({
      action: 'people.suspend',
      object: id,
      organisation: opened.organisation,
      actor: { kind: 'server', id: 'server', concerns: [] },
      effects: [people.put(id, { ...person, status: 'suspended' }, index)],
    });
    expect((await opened.answer(bob, body.id)).body.status).toBe('waiting');
    expect((await opened.answer(cid, body.id)).body.status).toBe('approved');
  });
});

describe('what an answer is about (defect 26)', () => {
  test.each<[string, Partial<ApprovalClaim>, number]>([
    ['other arguments', { performedDigest: hash('e') }, 422],
    ['another policy', { policyHash: hash('b') }, 422],
    ['another hold', { hold: `${ORIGIN}#8` }, 422],
    ['another node', { node: 'node-2' }, 422],
    ['what is not held', { lifts: [hash('9')] }, 422],
    ['nothing', { lifts: [] }, 403],
    ['longer than the hold', { expires: HELD.expires + 1 }, 422],
    ['a time that is over', { expires: START - 1 }, 409],
  ])('one for %s is refused', async (_what, claim, status) => {
    const opened = await open('sqlite');
    if (opened === undefined) return;
    const ann = await opened.approver('ann');
    const { body } = await opened.hold();
    expect((await opened.answer(ann, body.id, claim)).status).toBe(status);
    expect((await opened.asNode('GET', '/v1/node/answers')).body.items).toEqual([]);
  });

  test.each<[string, (key: SigningKey) => object, number]>([
    [
      'a flipped answer',
      (key) => ({ ...signed(key), statement: signed(key).statement.replace('approve', 'deny') }),
      422,
    ],
    ['no signature at all', (key) => ({ statement: signed(key).statement }), 422],
    ['a signature of zeros', (key) => ({ ...signed(key), signature: toBase64(new Uint8Array(64)) }), 422],
    ['a field beside', (key) => ({ ...signed(key), person: 'ann' }), 422],
    ['the server’s word, which is off by default', () => ({ attested: { answer: 'approve' } }), 403],
  ])('%s is refused', async (_what, bodyOf, status) => {
    const opened = await open('sqlite');
    if (opened === undefined) return;
    const ann = await opened.approver('ann');
    const { body } = await opened.hold();
    const came = await opened.send('POST', `/v1/approvals/${body.id}/answers`, {
      as: ann,
      body: bodyOf(ann.key) as never,
    });
    expect(came.status).toBe(status);
  });

  test('nobody approves here what is too large to be shown', async () => {
    const opened = await open('sqlite');
    if (opened === undefined) return;
    const ann = await opened.approver('ann');
    const { args: _args, ...without } = HELD;
    const { body } = await opened.asNode('POST', '/v1/node/holds', without);
    expect((await opened.answer(ann, body.id)).status).toBe(403);
    expect((await opened.answer(ann, body.id, { answer: 'deny' })).body.status).toBe('denied');
  });
});

describe('the end of a hold', () => {
  test('after its time an approval is refused without anybody sweeping (defect 28), and a clock that is put back helps nobody', async () => {
    const opened = await open('sqlite');
    if (opened === undefined) return;
    const ann = await opened.approver('ann');
    const { body } = await opened.hold();
    opened.clock.set(HELD.expires + 1);
    expect(await opened.answer(ann, body.id)).toMatchObject({
      status: 409,
      body: { title: 'request.final' },
    });
    // Something is recorded at that time; the clock is put back after it.
    await opened.hold({ hold: `${ORIGIN}#9`, created: HELD.expires, expires: HELD.expires + MINUTE });
    opened.clock.set(START);
    expect((await opened.answer(ann, body.id)).status).toBe(409);
  });

  test('one whose caller is gone takes no answer any more', async () => {
    const opened = await open('sqlite');
    if (opened === undefined) return;
    const ann = await opened.approver('ann');
    const { body } = await opened.hold();
    const end = await opened.asNode('POST', `/v1/node/holds/${body.id}/end`, { status: 'withdrawn' });
    expect(end.body).toEqual({ id: body.id, status: 'withdrawn' });
    expect((await opened.answer(ann, body.id)).status).toBe(409);
    // Ended once: what is said later changes nothing.
    const again = await opened.asNode('POST', `/v1/node/holds/${body.id}/end`, { status: 'used' });
    expect(again.body.status).toBe('withdrawn');
  });

  test('a node tells of its own log alone, and ends and fetches its own holds alone', async () => {
    const opened = await open('sqlite');
    if (opened === undefined) return;
    const { body } = await opened.hold();
    const foreign = await opened.hold({ hold: 'example.org/node-2#7' });
    expect(foreign.status).toBe(403);
    const other = await addNode(opened, 'example.org/node-2');
    const headers = { 'x-node': other };
    const end = await opened.send('POST', `/v1/node/holds/${body.id}/end`, {
      headers,
      body: { status: 'withdrawn' },
    });
    expect(end.status).toBe(404);
    const ann = await opened.approver('ann');
    await opened.answer(ann, body.id);
    expect((await opened.send('GET', '/v1/node/answers', { headers })).body.items).toEqual([]);
    // Nor does anybody of another organisation see it.
    const seen = await opened.send('GET', `/v1/approvals/${body.id}`, { as: opened.stranger });
    expect(seen.status).toBe(404);
  });

  test('a sweep asks more people after half of its time, tells of its end, and removes what is long over', async () => {
    const opened = await open('sqlite');
    if (opened === undefined) return;
    const { body } = await opened.hold();
    expect(await sweepApprovals(opened.plane)).toBe(0);
    later(opened, 5 * MINUTE);
    expect(await sweepApprovals(opened.plane)).toBe(1);
    const path = `/v1/approvals/${body.id}`;
    const as = opened.people.reader;
    expect((await opened.send('GET', path, { as })).body).toMatchObject({
      status: 'waiting',
      escalated: START + 5 * MINUTE,
    });
    expect(await sweepApprovals(opened.plane)).toBe(0);
    later(opened, 6 * MINUTE);
    expect(await sweepApprovals(opened.plane)).toBe(1);
    expect((await opened.send('GET', path, { as })).body.status).toBe('expired');
    later(opened, 29 * 86_400_000);
    expect(await sweepApprovals(opened.plane)).toBe(0);
    later(opened, 2 * 86_400_000);
    expect(await sweepApprovals(opened.plane)).toBe(1);
    expect(opened.plane.log.state.records('approvals')).toEqual([]);
  });
});

describe('people who are tired, and people who are away', () => {
  test('whoever approves without reading is slowed, then others are asked; a refusal is always taken', async () => {
    const opened = await open('sqlite');
    if (opened === undefined) return;
    const ann = await opened.approver('ann');
    const statuses: number[] = [];
    const ids: string[] = [];
    for (let index = 0; index < 10; index += 1) {
      const { body } = await opened.hold({ hold: `${ORIGIN}#${index}` });
      ids.push(body.id);
      later(opened, 1_000);
      statuses.push((await opened.answer(ann, body.id, { hold: `${ORIGIN}#${index}` })).status);
    }
    expect(statuses).toEqual([200, 200, 200, 200, 200, 200, 200, 200, 429, 429]);
    const denied = await opened.answer(ann, ids[8] ?? '', { hold: `${ORIGIN}#8`, answer: 'deny' });
    expect(denied.body.status).toBe('denied');
    later(opened, 20_000);
    expect((await opened.answer(ann, ids[9] ?? '', { hold: `${ORIGIN}#9` })).status).toBe(200);
  });

  test('after a long run of quick approvals the next is taken to somebody else', async () => {
    const opened = await open('sqlite');
    if (opened === undefined) return;
    const [ann, bob] = [await opened.approver('ann'), await opened.approver('bob')];
    for (let index = 0; index < 20; index += 1) {
      const { body } = await opened.hold({ hold: `${ORIGIN}#${index}` });
      later(opened, 8_000);
      expect((await opened.answer(ann, body.id, { hold: `${ORIGIN}#${index}` })).status).toBe(200);
    }
    const { body } = await opened.hold({ hold: `${ORIGIN}#20` });
    later(opened, 60_000);
    expect((await opened.answer(ann, body.id, { hold: `${ORIGIN}#20` })).status).toBe(429);
    const shown = await opened.send('GET', `/v1/approvals/${body.id}`, { as: bob });
    expect(shown.body).toMatchObject({ status: 'waiting', escalated: opened.clock.now() });
    expect((await opened.answer(bob, body.id, { hold: `${ORIGIN}#20` })).status).toBe(200);
  });

  test('somebody stands in for who is away, where they could answer by themselves, and not for ever', async () => {
    const opened = await open('sqlite');
    if (opened === undefined) return;
    const [ann, bob, eve] = [
      await opened.approver('ann'),
      await opened.approver('bob'),
      await opened.approver('eve', ['interns']),
    ];
    const delegate = (to: string, until: number): Promise<Came> =>
      opened.send('POST', '/v1/delegations', { as: ann, body: { to, until } });
    expect((await delegate(eve.id, START + MINUTE)).status).toBe(403);
    expect((await delegate(ann.id, START + MINUTE)).status).toBe(422);
    expect((await delegate(opened.stranger.id, START + MINUTE)).status).toBe(422);
    expect((await delegate(bob.id, START + 31 * 86_400_000)).status).toBe(422);
    expect((await delegate(bob.id, START + MINUTE)).status).toBe(201);
    await opened.hold();
    const seen = async (): Promise<unknown> =>
      (await opened.send('GET', '/v1/approvals', { as: bob })).body.items[0].standsInFor;
    expect(await seen()).toEqual([ann.id]);
    later(opened, MINUTE);
    expect(await seen()).toBeUndefined();
  });
});

test('where the operator allows it, the server attests who is signed in: marked, and one vote however many sign in', async () => {
  const opened = await open('sqlite');
  if (opened === undefined) return;
  const [ann, bob] = [await opened.approver('ann'), await opened.approver('bob')];
  const { key } = createSigningKey('server-attested', { bytes: (length) => new Uint8Array(length).fill(5) });
  const plane = { ...opened.plane, attestation: key };
  const faults: unknown[] = [];
  const api: Api = createApi({
    plane,
    authenticators: authenticatorsOf(plane),
    routes: ROUTES,
    version: '0',
    onFault: (fault) => faults.push(fault),
  });
  const { body } = await opened.hold({ policies: [{ ...HELD.policies[0], quorum: 2 }] });
  const attest = async (who: Someone): Promise<{ status: string }> => {
    const response = await api.fetch(
      new Request(`${PLANE_URL}/v1/approvals/${body.id}/answers`, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${who.token}`,
          'content-type': 'application/json',
          'idempotency-key': `attest-${who.id}`,
        },
        body: JSON.stringify({ attested: { answer: 'approve' } }),
      }),
    );
    return response.json() as Promise<{ status: string }>;
  };
  expect((await attest(ann)).status).toBe('waiting');
  expect((await attest(bob)).status).toBe('waiting');
  const shown = await opened.send('GET', `/v1/approvals/${body.id}`, { as: opened.people.reader });
  expect(shown.body.answers).toMatchObject([{ method: 'server' }, { method: 'server' }]);
  expect(faults).toEqual([]);
});
