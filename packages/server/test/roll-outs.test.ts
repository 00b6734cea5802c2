import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest';
import { verifyBundle, parseTrustAnchors, publicKeyText } from '@writ/core';
import { sweepRollouts } from '../src/bundles/index.ts';
import { FORBID, PERMIT, type RollOutWorld, rollOutWorld, setOf, SIGNER, STRANGER } from './roll-out.ts';
import { START, stopServer } from './world.ts';

afterAll(stopServer);

const ALLOWS = setOf(PERMIT, 'allow');
const DENIES = setOf(FORBID, 'deny');

describe.each(['sqlite', 'postgres'] as const)('bundles and roll-outs over %s', (store) => {
  let here: RollOutWorld;
  beforeEach(async (context) => {
    const opened = await rollOutWorld(store);
    if (opened === undefined) return context.skip('no PostgreSQL');
    here = opened;
    await here.nameAnchor();
  });
  afterEach(() => here?.close());

  /** Number of the bundle that a node is given. */
  const given = async (node: string): Promise<number | string> => {
    const came = await here.pull(node);
    if (came.status !== 200) return came.body.title;
    const anchors = parseTrustAnchors([publicKeyText(SIGNER)]);
    return verifyBundle(JSON.stringify(came.body.bundle), anchors).bundle.version;
  };

  test('a bundle goes from an approved version over a signature to every node, and the server had no part in what it says', async () => {
    const version = await here.approved(ALLOWS);
    const node = await here.addNode();
    expect(await given(node)).toBe('request.not-found');
    const uploaded = await here.upload(here.sign(ALLOWS), version.id);
    expect(uploaded.body).toMatchObject({
      version: 1,
      policyHash: version.policyHash,
      signers: [SIGNER.keyId],
    });
    // Uploading activates nothing.
    expect(await given(node)).toBe('request.not-found');
    expect((await here.step({ step: 'start', bundle: uploaded.body.id, stage: 'full' })).status).toBe(200);
    expect(await given(node)).toBe(1);
  });

  test.each<[string, (version: string) => Promise<{ status: number; body: { title: string } }>, string]>([
    [
      'signed by a key that the organisation did not name',
      (id) => here.upload(here.sign(ALLOWS, {}, STRANGER), id),
      'request.invalid',
    ],
    [
      'for another organisation',
      (id) => here.upload(here.sign(ALLOWS, { organisation: here.world.stranger.organisation }), id),
      'request.invalid',
    ],
    ['with policies that nobody approved', (id) => here.upload(here.sign(DENIES), id), 'request.conflict'],
    [
      'with a policy more than was approved',
      (id) =>
        here.upload(
          here.sign([
            ...ALLOWS,
            { path: 'extra.cedar', text: '@id("more") permit (principal, action, resource);' },
          ]),
          id,
        ),
      'request.conflict',
    ],
    [
      'that leaves out a number',
      (id) => here.upload(here.sign(ALLOWS, { version: 2, previous: 'a'.repeat(64) }), id),
      'request.conflict',
    ],
    [
      'that was tampered with',
      (id) => here.upload(here.sign(ALLOWS).replace(/"sig": "../, '"sig": "AA'), id),
      'request.invalid',
    ],
  ])('a bundle %s is not kept', async (_what, upload, code) => {
    const { id } = await here.approved(ALLOWS);
    expect((await upload(id)).body.title).toBe(code);
    const { body } = await here.world.send('GET', '/v1/bundles', { as: here.world.people.reader });
    expect(body.items).toEqual([]);
  });

  test('a bundle of a version that was not approved, or of none, is not kept', async () => {
    const { body } = await here.propose(ALLOWS);
    expect((await here.upload(here.sign(ALLOWS), body.id)).body.title).toBe('request.conflict');
    expect((await here.upload(here.sign(ALLOWS), here.plane.newId())).body.title).toBe('request.not-found');
  });

  test('of two bundles with one number that come at once one is kept', async () => {
    const { id } = await here.approved(ALLOWS);
    const second = await here.approved(DENIES);
    const came = await Promise.all([
      here.upload(here.sign(ALLOWS), id),
      here.upload(here.sign(DENIES), second.id),
    ]);
    expect(came.map(({ status }) => status).sort((one, other) => one - other)).toEqual([
      201,
      expect.toSatisfy((one: number) => [409, 412].includes(one)),
    ]);
  });

  test('a key of small order, or one twice, is not taken as an anchor', async () => {
    expect((await here.nameAnchor()).body.title).toBe('request.invalid');
    const weak = await here.world.send('POST', '/v1/bundle-anchors', {
      as: here.world.people.admin,
      body: {
        name: 'weak',
        key: `weak+c5cf5b9c+${Buffer.from([1, 1, ...new Uint8Array(31)]).toString('base64')}`,
      },
    });
    expect(weak.body.title).toBe('request.invalid');
  });

  test('whoever wrote the policies does not activate them; neither does a writer', async () => {
    const { admin, writer } = here.world.people;
    const own = await here.propose(ALLOWS, admin);
    await here.review(own.body.id, 'approve', writer);
    const { body } = await here.upload(here.sign(ALLOWS), own.body.id);
    const step = { step: 'start', bundle: body.id, stage: 'full' };
    expect((await here.step(step, admin)).body.title).toBe('request.forbidden');
    expect((await here.step(step, writer)).body.title).toBe('request.forbidden');
    const other = await here.world.addPerson(here.world.organisation, ['admin']);
    expect((await here.step(step, other)).status).toBe(200);
  });

  test('a canary where nothing is in force is refused: its nodes could not go back', async () => {
    const bundle = await here.bundle(ALLOWS);
    const came = await here.step({ step: 'start', bundle, stage: 'canary', share: 10 });
    expect([came.body.title, came.body.detail]).toEqual([
      'request.conflict',
      expect.stringContaining('the first bundle goes everywhere'),
    ]);
  });

  test('shadow, then a canary of a share, then everywhere', async () => {
    const first = await here.bundle(ALLOWS);
    await here.step({ step: 'start', bundle: first, stage: 'full' });
    const nodes = await Promise.all(Array.from({ length: 20 }, () => here.addNode()));
    const stable = await here.world.send('GET', `/v1/bundles/${first}`, { as: here.world.people.reader });
    const second = await here.bundle(DENIES);
    const back = await here.bundle(ALLOWS, stable.body.policyVersion);
    await here.step({ step: 'start', bundle: second, stage: 'shadow' });
    const shadowed = await here.pull(nodes[0] ?? '');
    expect([shadowed.body.bundle, shadowed.body.shadow].map((one) => one !== undefined)).toEqual([
      true,
      true,
    ]);
    expect(await given(nodes[0] ?? '')).toBe(1);
    expect((await here.step({ step: 'advance', stage: 'canary', share: 40 })).body.detail).toContain(
      'way back',
    );
    await here.step({ step: 'advance', stage: 'canary', share: 40, fallback: back });
    const some = await Promise.all(nodes.map(given));
    expect(new Set(some)).toEqual(new Set([1, 2]));
    expect(await Promise.all(nodes.map(given))).toEqual(some);
    expect((await here.step({ step: 'advance', stage: 'canary', share: 10 })).body.title).toBe(
      'request.conflict',
    );
    await here.step({ step: 'advance', stage: 'canary', share: 90 });
    const more = await Promise.all(nodes.map(given));
    some.forEach((one, index) => one === 2 && expect(more[index]).toBe(2));
    await here.step({ step: 'advance', stage: 'full' });
    expect(new Set(await Promise.all(nodes.map(given)))).toEqual(new Set([2]));
  });

  test('a canary that is stopped leads every node to the way back, which is newer than it: no node is asked to go back', async () => {
    const { candidate, nodes } = await canary();
    const before = await Promise.all(nodes.map(given));
    expect(before).toContain(candidate);
    const stopped = await here.step({ step: 'stop', reason: 'too many denials' });
    expect(stopped.body).toMatchObject({ stopped: { reason: 'too many denials' } });
    expect(stopped.body.candidate).toBeUndefined();
    const after = await Promise.all(nodes.map(given));
    expect(new Set(after)).toEqual(new Set([3]));
  });

  test.each([
    ['denials', { allow: 20, deny: 80 }, 1],
    ['errors', { allow: 90, deny: 10, errors: 10 }, 1],
    ['nothing', { allow: 95, deny: 5 }, 0],
    ['too few decisions', { deny: 5 }, 0],
  ])('a canary stops by itself where %s rose, by what nodes counted', async (_what, counts, stops) => {
    const { hashes, nodes } = await canary();
    const [organisation = '', node = ''] = (nodes[0] ?? '').split('/');
    const none = { allow: 0, modify: 0, step_up: 0, defer: 0, deny: 0, errors: 0 };
    const under = (policyHash: string | undefined, more: object) => ({ policyHash, ...none, ...more });
    const decisions = [under(hashes[0], { allow: 950, deny: 50 }), under(hashes[1], counts)];
    const word = { softwareVersion: '1', since: START, size: 1, producers: [], decisions };
    const status = JSON.stringify(word);
    await here.plane.tables
      .insertInto('heartbeats')
      .values({ node, organisation, at: START, status })
      .execute();
    expect(await sweepRollouts(here.plane)).toHaveLength(stops);
    expect((await here.rollout()).body.candidate === undefined).toBe(stops === 1);
    expect(await sweepRollouts(here.plane)).toHaveLength(0);
  });

  test('an activation and a rollback at once: one is made, the other is told that things changed', async () => {
    await canary();
    const second = await here.world.addPerson(here.world.organisation, ['admin']);
    const seen = (await here.rollout()).headers.get('etag') ?? '';
    const came = await Promise.all([
      here.step({ step: 'advance', stage: 'full' }, here.world.people.admin, seen),
      here.step({ step: 'stop', reason: 'no' }, second, seen),
      here.step({ step: 'advance', stage: 'canary', share: 80 }, second, seen),
      here.step({ step: 'stop', reason: 'no, no' }, here.world.people.admin, seen),
    ]);
    expect(came.filter(({ status }) => status === 200)).toHaveLength(1);
    for (const one of came.filter(({ status }) => status !== 200))
      expect(['request.changed', 'request.conflict']).toContain(one.body.title);
  });

  test('what was in force before comes back as a new version alone', async () => {
    const first = await here.bundle(ALLOWS);
    await here.step({ step: 'start', bundle: first, stage: 'full' });
    const second = await here.bundle(DENIES);
    await here.step({ step: 'start', bundle: second, stage: 'full' });
    expect((await here.step({ step: 'start', bundle: first, stage: 'full' })).body.detail).toContain(
      'not newer',
    );
    const old = await here.world.send('GET', `/v1/bundles/${first}`, { as: here.world.people.reader });
    const again = await here.bundle(ALLOWS, old.body.policyVersion);
    expect((await here.step({ step: 'start', bundle: again, stage: 'full' })).body.stable).toBe(again);
  });

  test('a node is given what is of its own organisation and environment, whatever it says', async () => {
    const first = await here.bundle(ALLOWS);
    await here.step({ step: 'start', bundle: first, stage: 'full' });
    expect(await given(await here.addNode('staging'))).toBe('request.not-found');
    expect(await given(await here.addNode(undefined, here.world.stranger.organisation))).toBe(
      'request.not-found',
    );
    expect(await given(`${here.world.organisation}/${here.plane.newId()}`)).toBe('request.forbidden');
    expect((await here.world.send('GET', '/v1/node/bundle', { as: here.world.people.admin })).status).toBe(
      403,
    );
  });

  test('a question is held until the bundle changes, and answered at once where it did', async () => {
    const first = await here.bundle(ALLOWS);
    const second = await here.bundle(DENIES);
    await here.step({ step: 'start', bundle: first, stage: 'full' });
    const node = await here.addNode();
    const tag = (await here.pull(node)).headers.get('etag') ?? '';
    expect((await here.pull(node, tag)).status).toBe(304);
    const held = here.pull(node, tag, 25);
    await here.step({ step: 'start', bundle: second, stage: 'full' });
    const came = await held;
    expect(came.status).toBe(200);
    expect(came.headers.get('etag')).not.toBe(tag);
  });

  /** Bundle 1 everywhere, bundle 2 a canary with bundle 3 as its way back; ten nodes. */
  async function canary() {
    const first = await here.bundle(ALLOWS);
    await here.step({ step: 'start', bundle: first, stage: 'full' });
    const seen = await here.world.send('GET', `/v1/bundles/${first}`, { as: here.world.people.reader });
    const second = await here.bundle(DENIES);
    const other = await here.world.send('GET', `/v1/bundles/${second}`, { as: here.world.people.reader });
    const fallback = await here.bundle(ALLOWS, seen.body.policyVersion);
    const started = await here.step({ step: 'start', bundle: second, stage: 'canary', share: 50, fallback });
    expect(started.status).toBe(200);
    const nodes = await Promise.all(Array.from({ length: 10 }, () => here.addNode()));
    return { candidate: 2, nodes, hashes: [seen.body.policyHash, other.body.policyHash] as string[] };
  }
});
