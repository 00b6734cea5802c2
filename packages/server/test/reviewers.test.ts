// How many people review policies, and who: an organisation's own rule.
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ORGANISATIONS, PEOPLE } from '../src/people/index.ts';
import { POLICY_VERSIONS } from '../src/policies/index.ts';
import { PERMIT, type RollOutWorld, rollOutWorld, setOf } from './roll-out.ts';
import { type Came, type Someone, START, stopServer } from './world.ts';

afterAll(stopServer);

describe.each(['sqlite', 'postgres'] as const)('reviewers over %s', (store) => {
  let here: RollOutWorld;
  beforeEach(async (context) => {
    const opened = await rollOutWorld(store);
    if (opened === undefined) return context.skip('no PostgreSQL');
    here = opened;
  });
  afterEach(() => here?.close());

  const setRule = async (
    rule: { reviewers: number; groups?: string[]; teams?: string[] },
    as: Someone = here.world.people.admin,
  ): Promise<Came> => {
    const { headers } = await here.world.send('GET', '/v1/review-rule', { as });
    return here.world.send('PUT', '/v1/review-rule', {
      as,
      match: headers.get('etag') ?? undefined,
      body: { groups: [], teams: [], ...rule },
    });
  };
  const propose = async (as?: Someone): Promise<string> =>
    (await here.propose(setOf(PERMIT, 'allow', `set-${(sets += 1)}`), as)).body.id;
  let sets = 0;
  const writers = (count: number): Promise<Someone[]> =>
    Promise.all(
      Array.from({ length: count }, () => here.world.addPerson(here.world.organisation, ['writer'])),
    );
  const change = async (person: Someone, body: object): Promise<void> => {
    const path = `/v1/people/${person.id}`;
    const { headers } = await here.world.send('GET', path, { as: here.world.people.admin });
    const match = headers.get('etag') ?? undefined;
    const came = await here.world.send('PATCH', path, {
      as: here.world.people.admin,
      match,
      body: body as never,
    });
    expect(came.status).toBe(200);
  };
  const standing = (came: Came): readonly unknown[] => [came.body.status, came.body.missing];

  test('are one, where nobody said anything else', async () => {
    const { reader } = here.world.people;
    expect((await here.world.send('GET', '/v1/review-rule', { as: reader })).body).toEqual({
      reviewers: 1,
      groups: [],
      teams: [],
    });
    expect(standing(await here.review(await propose()))).toEqual(['approved', 0]);
  });

  test('are none who sent the same policies, also under a version that somebody else sent after them', async () => {
    const [one, other] = await writers(2);
    const files = setOf(PERMIT, 'allow', `set-${(sets += 1)}`);
    const first = (await here.propose(files, one)).body.id;
    const again = await here.propose(files, other);
    expect(new Set(again.body.authors)).toEqual(new Set([one?.id, other?.id]));
    for (const id of [first, again.body.id])
      for (const author of [one, other]) expect((await here.review(id, 'approve', author)).status).toBe(403);
  });

  test('are as many as the rule says: nobody counts twice, and no author at all', async () => {
    const [one, two] = await writers(2);
    await setRule({ reviewers: 3 });
    const id = await propose();
    expect(standing(await here.review(id, 'approve', one))).toEqual(['in_review', 2]);
    expect((await here.review(id, 'approve', one)).body.title).toBe('request.conflict');
    expect((await here.review(id, 'approve', here.world.people.writer)).body.title).toBe('request.forbidden');
    expect(standing(await here.review(id, 'approve', two))).toEqual(['in_review', 1]);
    expect(standing(await here.review(id))).toEqual(['approved', 0]);
  });

  test('say no once: what one of them rejects is rejected, however many approved', async () => {
    const [one] = await writers(1);
    await setRule({ reviewers: 2 });
    const id = await propose();
    await here.review(id, 'approve', one);
    expect(standing(await here.review(id, 'reject'))).toEqual(['rejected', 0]);
  });

  test('are of the groups and teams that the rule names; anybody may reject', async () => {
    const [one, two, other] = await writers(3);
    const team = await here.world.send('POST', '/v1/teams', {
      as: here.world.people.admin,
      body: { name: 'Payments' },
    });
    await change(one!, { groups: ['security'] });
    await change(two!, { teams: [team.body.id] });
    expect((await setRule({ reviewers: 2, groups: ['security'], teams: [team.body.id] })).status).toBe(200);
    const id = await propose();
    const refused = await here.review(id, 'approve', other);
    expect([refused.status, refused.body.detail]).toEqual([403, expect.stringContaining('groups and teams')]);
    expect(standing(await here.review(id, 'approve', one))).toEqual(['in_review', 1]);
    expect(standing(await here.review(id, 'approve', two))).toEqual(['approved', 0]);
    expect(standing(await here.review(await propose(), 'reject', other))).toEqual(['rejected', 0]);
  });

  test.each<[string, (person: Someone) => Promise<void>]>([
    [
      'was suspended',
      async ({ id, organisation }) => {
        const people = here.plane.objects(organisation, PEOPLE);
        const { id: _id, index, ...person } = people.get(id)!;
        await here.plane.changes.commit({
          action: 'people.suspend',
          object: id,
          organisation,
          actor: { kind: 'server', id: 'server', concerns: [] },
          effects: [people.put(id, { ...person, status: 'suspended' }, index)],
        });
      },
    ],
    ['may not decide any more', (person) => change(person, { roles: ['reader'] })],
    ['is of the group no more', (person) => change(person, { groups: [] })],
  ])('count as they are at the end: not one who %s', async (_why, leave) => {
    const [one, two] = await writers(2);
    for (const person of [one!, two!]) await change(person, { groups: ['security'] });
    await change(here.world.people.writer, { groups: ['security'] });
    await setRule({ reviewers: 2, groups: ['security'] });
    const id = await propose(here.world.people.admin);
    await here.review(id, 'approve', one);
    await leave(one!);
    expect(standing(await here.review(id, 'approve', two))).toEqual(['in_review', 1]);
    expect(standing(await here.review(id, 'approve', here.world.people.writer))).toEqual(['approved', 0]);
  });

  test('look anew where another replay was reported after they approved', async () => {
    const [one, two] = await writers(2);
    await setRule({ reviewers: 2 });
    const { body } = await here.propose(setOf(PERMIT, 'allow'));
    await here.review(body.id, 'approve', one);
    here.world.clock.set(START + 1);
    const path = `/v1/policy-versions/${body.id}`;
    const { headers } = await here.world.send('GET', path, { as: here.world.people.writer });
    const counts = { same: 0, differs: 9, erased: 0, sealed: 0, unasked: 0, unrecorded: 0, otherSchema: 0 };
    await here.world.send('PUT', `${path}/replay`, {
      as: here.world.people.writer,
      match: headers.get('etag') ?? undefined,
      body: { policyHash: body.policyHash, ...counts, groups: [] },
    });
    expect(standing(await here.review(body.id, 'approve', two))).toEqual(['in_review', 1]);
    expect(standing(await here.review(body.id, 'approve', one))).toEqual(['approved', 0]);
  });

  describe('a rule', () => {
    test('that is loosened while a version waits helps neither that version nor what its author makes next', async () => {
      const author = here.world.people.admin;
      const [one, two] = await writers(2);
      await setRule({ reviewers: 2 }, author);
      const pending = await propose(author);
      expect((await setRule({ reviewers: 1 }, author)).body).toMatchObject({
        reviewers: 1,
        loosened: { by: author.id, from: { reviewers: 2 } },
      });
      const { entry } = here.plane.log.reader.entry(here.plane.log.reader.size() - 1);
      expect(entry).toMatchObject({ administration: { action: 'review_rule.loosen', actor: 'token' } });
      expect(standing(await here.review(pending, 'approve', one))).toEqual(['in_review', 1]);
      const next = await propose(author);
      expect(standing(await here.review(next, 'approve', one))).toEqual(['in_review', 1]);
      // In steps as well, and by tightening and loosening again.
      await setRule({ reviewers: 2 }, author);
      await setRule({ reviewers: 1 }, author);
      expect(standing(await here.review(await propose(author), 'approve', one))).toEqual(['in_review', 1]);
      expect(standing(await here.review(await propose(two), 'approve', one))).toEqual(['approved', 0]);
    });

    test('that another administrator sets is everybody’s', async () => {
      const author = here.world.people.admin;
      const other = await here.world.addPerson(here.world.organisation, ['admin']);
      await setRule({ reviewers: 3 }, author);
      await setRule({ reviewers: 1 }, author);
      expect((await setRule({ reviewers: 1 }, other)).body.loosened).toBeUndefined();
      expect(standing(await here.review(await propose(author), 'approve', other))).toEqual(['approved', 0]);
    });

    test('that is tightened counts for what waits', async () => {
      const [one, two] = await writers(2);
      const id = await propose();
      await setRule({ reviewers: 2 });
      expect(standing(await here.review(id, 'approve', one))).toEqual(['in_review', 1]);
      expect(standing(await here.review(id, 'approve', two))).toEqual(['approved', 0]);
    });

    test.each([
      ['more people than could review', { reviewers: 5 }, 422],
      ['a group that nobody is in', { reviewers: 1, groups: ['nobody'] }, 422],
      ['a team that there is not', { reviewers: 1, teams: ['01ARZ3NDEKTSV4RRFFQ69G5FAV'] }, 422],
      ['nobody', { reviewers: 0 }, 422],
      ['six', { reviewers: 6 }, 422],
    ])('that asks for %s is refused', async (_what, rule, status) => {
      expect((await setRule(rule)).status).toBe(status);
    });

    test('is set by administrators, each time to what they read', async () => {
      expect((await setRule({ reviewers: 1 }, here.world.people.writer)).status).toBe(403);
      const { admin } = here.world.people;
      const { headers } = await here.world.send('GET', '/v1/review-rule', { as: admin });
      const sent = {
        as: admin,
        match: headers.get('etag') ?? undefined,
        body: { reviewers: 2, groups: [], teams: [] },
      };
      const both = await Promise.all([0, 1].map(() => here.world.send('PUT', '/v1/review-rule', sent)));
      expect(both.map(({ status }) => status).toSorted((one, other) => one - other)).toEqual([200, 412]);
    });

    test('stays where the organisation gets another name', async () => {
      const { admin } = here.world.people;
      await setRule({ reviewers: 2 });
      const { headers } = await here.world.send('GET', '/v1/organisation', { as: admin });
      await here.world.send('PATCH', '/v1/organisation', {
        as: admin,
        match: headers.get('etag') ?? undefined,
        body: { name: 'Another' },
      });
      expect((await here.world.send('GET', '/v1/review-rule', { as: admin })).body.reviewers).toBe(2);
    });
  });

  test('of a rule that is tightened and a last approval at once, what is approved was approved before', async () => {
    const [one] = await writers(1);
    for (let round = 0; round < 8; round += 1) {
      await setRule({ reviewers: 1 });
      const id = await propose();
      await Promise.all(
        round % 2 === 0
          ? [setRule({ reviewers: 2 }), here.review(id, 'approve', one)]
          : [here.review(id, 'approve', one), setRule({ reviewers: 2 })],
      );
      const { organisation } = here.world;
      const version = here.plane.objects(organisation, POLICY_VERSIONS).get(id)!;
      const rule = here.plane.objects(organisation, ORGANISATIONS).get(organisation)!;
      if (version.status === 'approved' && rule.reviewRule?.reviewers === 2)
        expect(version.index).toBeLessThan(rule.index);
    }
  });

  test('who approve at once each count: one is asked to read again, and does', async () => {
    const reviewing = await writers(3);
    await setRule({ reviewers: 3 });
    const id = await propose();
    const untilTaken = async (person: Someone): Promise<void> => {
      while ((await here.review(id, 'approve', person)).status !== 200);
    };
    await Promise.all(reviewing.map(untilTaken));
    const version = here.plane.objects(here.world.organisation, POLICY_VERSIONS).get(id)!;
    expect([version.status, version.reviews.length]).toEqual(['approved', 3]);
  });
});
