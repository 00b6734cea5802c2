import { afterAll, afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { FORBID, PERMIT, type RollOutWorld, rollOutWorld, setOf } from './roll-out.ts';
import { stopServer } from './world.ts';

afterAll(stopServer);

describe.each(['sqlite', 'postgres'] as const)('policy versions over %s', (store) => {
  let here: RollOutWorld;
  beforeEach(async (context) => {
    const opened = await rollOutWorld(store);
    if (opened === undefined) return context.skip('no PostgreSQL');
    here = opened;
  });
  afterEach(() => here?.close());

  test('defect 8: a version is named by its content and never changes: other content is another version, the same has the same hash', async () => {
    const one = await here.propose(setOf(PERMIT, 'allow'));
    const same = await here.propose(setOf(PERMIT, 'allow'));
    const other = await here.propose(setOf(FORBID, 'deny'));
    expect([one.status, one.body.cases]).toEqual([201, { passed: 1, failed: 0 }]);
    expect(same.body.hash).toBe(one.body.hash);
    expect(other.body.hash).not.toBe(one.body.hash);
    expect(new Set([one.body.id, same.body.id, other.body.id]).size).toBe(3);
    for (const method of ['PUT', 'PATCH', 'DELETE'])
      expect(
        (await here.world.send(method, `/v1/policy-versions/${one.body.id}`, { as: here.world.people.admin }))
          .status,
      ).toBe(405);
    const { body } = await here.world.send('GET', `/v1/policy-versions/${one.body.id}/files`, {
      as: here.world.people.reader,
    });
    expect(body.files.map(({ path }: { path: string }) => path)).toEqual([
      'organisation/main.cedar',
      'policy-set.yaml',
      'tests/payments.yaml',
    ]);
    expect(body.files[0].text).toBe(PERMIT);
  });

  test('a check says what is wrong in place and what the cases come to, and keeps nothing', async () => {
    const ask = async (files: unknown, as = here.world.people.writer) =>
      here.world.send('POST', '/v1/policies/check', { as, body: { files } as never });
    const size = here.plane.log.reader.size();
    const broken = await ask(setOf('@id("a")\npermit (principal, acton, resource);', 'allow'));
    expect(broken.status).toBe(200);
    expect(broken.body.problems[0]).toMatchObject({ file: 'organisation/main.cedar', line: 2 });
    expect(broken.body.problems[0].column).toBeGreaterThan(1);
    expect(broken.body.cases).toEqual([]);
    const stray = await ask([...setOf(PERMIT, 'allow'), { path: 'organization/a.cedar', text: FORBID }]);
    expect(stray.body.problems[0]).toMatchObject({ file: 'organization/a.cedar' });
    const sound = await ask(setOf(PERMIT, 'deny'));
    expect(sound.body).toMatchObject({
      problems: [],
      policies: [{ id: 'pay', effect: 'permit', file: 'organisation/main.cedar', line: 1 }],
      cases: [{ name: 'a payment', passed: false }],
    });
    expect((await ask(setOf(PERMIT, 'allow'), here.world.people.reader)).status).toBe(403);
    expect(here.plane.log.reader.size()).toBe(size);
    expect(
      (await here.world.send('GET', '/v1/policy-versions', { as: here.world.people.writer })).body.items,
    ).toEqual([]);
  });

  test('what a replay changed is read as it was reported, and is nothing before', async () => {
    const { body, headers } = await here.propose(setOf(PERMIT, 'allow'));
    const read = () =>
      here.world.send('GET', `/v1/policy-versions/${body.id}/replay`, { as: here.world.people.reader });
    expect((await read()).body).toEqual({ groups: [] });
    const groups = [{ from: 'allow', to: 'deny', fields: ['verdict'], before: ['pay'], after: [], count: 3 }];
    const counts = { same: 9, differs: 3, erased: 0, sealed: 0, unasked: 0, unrecorded: 0, otherSchema: 0 };
    await here.world.send('PUT', `/v1/policy-versions/${body.id}/replay`, {
      as: here.world.people.writer,
      match: headers.get('etag') ?? undefined,
      body: { policyHash: body.policyHash, ...counts, groups } as never,
    });
    expect((await read()).body).toEqual({ groups });
  });

  test('what somebody edited in the database is not given out', async () => {
    const { body } = await here.propose(setOf(FORBID, 'deny'));
    await here.plane.tables
      .updateTable('blobs')
      .set({ bytes: Buffer.from(JSON.stringify([{ path: 'organisation/main.cedar', text: PERMIT }])) })
      .where('hash', '=', body.hash)
      .execute();
    const came = await here.world.send('GET', `/v1/policy-versions/${body.id}/files`, {
      as: here.world.people.reader,
    });
    expect(came.body.title).toBe('server.unavailable');
  });

  test.each<[string, object, string]>([
    ['a field that nobody knows', { files: setOf(PERMIT, 'allow'), active: true }, 'request.invalid'],
    [
      'a field of a file that nobody knows',
      { files: [{ path: 'a.cedar', text: '', mode: 1 }] },
      'request.invalid',
    ],
    ['a policy that does not parse', { files: setOf('permit (', 'allow') }, 'request.invalid'],
    [
      'a file that belongs nowhere',
      { files: [...setOf(PERMIT, 'allow'), { path: 'organization/deny.cedar', text: FORBID }] },
      'request.invalid',
    ],
    [
      'a manifest with a key that nobody knows',
      {
        files: setOf(PERMIT, 'allow').map((file) =>
          file.path === 'policy-set.yaml' ? { ...file, text: `${file.text}permissve: true\n` } : file,
        ),
      },
      'request.invalid',
    ],
  ])('defect 10: %s is refused, and nothing is kept', async (_what, body, code) => {
    const { size } = here.plane.log.reader;
    const before = size.call(here.plane.log.reader);
    const came = await here.world.send('POST', '/v1/policy-versions', {
      as: here.world.people.writer,
      body: body as never,
    });
    expect(came.body.title).toBe(code);
    expect(here.plane.log.reader.size()).toBe(before);
  });

  test('nobody approves what they wrote, whatever their roles; somebody else does', async () => {
    const { admin } = here.world.people;
    const { body } = await here.propose(setOf(PERMIT, 'allow'), admin);
    expect((await here.review(body.id, 'approve', admin)).body.title).toBe('request.forbidden');
    expect((await here.review(body.id, 'approve', here.world.people.auditor)).status).toBe(403);
    expect((await here.review(body.id, 'approve', here.world.people.reader)).status).toBe(403);
    expect((await here.review(body.id, 'approve', here.world.people.writer)).body.status).toBe('approved');
  });

  test('the first final word stands: what was rejected is not approved, nor the other way round', async () => {
    const { body } = await here.propose(setOf(PERMIT, 'allow'));
    expect((await here.review(body.id, 'reject')).body.status).toBe('rejected');
    expect((await here.review(body.id)).body.title).toBe('request.final');
  });

  test('of two who review at once one is refused', async () => {
    const { body } = await here.propose(setOf(PERMIT, 'allow'));
    const second = await here.world.addPerson(here.world.organisation, ['admin']);
    const came = await Promise.all([here.review(body.id), here.review(body.id, 'reject', second)]);
    expect(came.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(came.find(({ status }) => status !== 200)?.status).toBeGreaterThanOrEqual(409);
  });

  test('a version is not approved whose cases fail, or that has none', async () => {
    const failing = await here.propose(setOf(FORBID, 'allow'));
    expect(failing.body).toMatchObject({ cases: { failed: 1 }, failures: [{ name: 'a payment' }] });
    expect((await here.review(failing.body.id)).body.detail).toContain('cases fail');
    const none = await here.propose(setOf(PERMIT, 'allow').slice(0, 2));
    expect((await here.review(none.body.id)).body.detail).toContain('no cases');
    expect((await here.review(none.body.id, 'reject')).body.status).toBe('rejected');
  });

  test('a version that follows another is not approved before recorded decisions were replayed under exactly it', async () => {
    await here.approved(setOf(PERMIT, 'allow'));
    const { body, headers } = await here.propose(setOf(FORBID, 'deny'));
    expect((await here.review(body.id)).body.detail).toContain('replayed');
    const counts = { same: 1, differs: 0, erased: 0, sealed: 0, unasked: 0, unrecorded: 0, otherSchema: 0 };
    const report = (policyHash: string) =>
      here.world.send('PUT', `/v1/policy-versions/${body.id}/replay`, {
        as: here.world.people.writer,
        match: headers.get('etag') ?? undefined,
        body: { policyHash, ...counts, groups: [] },
      });
    expect((await report('0'.repeat(64))).body.title).toBe('request.conflict');
    expect((await report(body.policyHash)).body.replay).toMatchObject({ same: 1, differs: 0 });
    expect((await here.review(body.id)).body.status).toBe('approved');
  });

  test('a list reads the versions once, however many there are', async () => {
    const reads = async (): Promise<number> => {
      const seen = vi.spyOn(here.plane.log.state, 'records');
      expect(
        (await here.world.send('GET', '/v1/policy-versions', { as: here.world.people.reader })).status,
      ).toBe(200);
      const count = seen.mock.calls.filter(([name]) => name === 'policy_versions').length;
      seen.mockRestore();
      return count;
    };
    for (let made = 0; made < 5; made += 1) await here.propose(setOf(PERMIT, 'allow'));
    expect(await reads()).toBe(1);
  });

  test('another organisation sees none of them', async () => {
    const { body } = await here.propose(setOf(PERMIT, 'allow'));
    const as = here.world.stranger;
    expect((await here.world.send('GET', `/v1/policy-versions/${body.id}`, { as })).status).toBe(404);
    expect((await here.world.send('GET', '/v1/policy-versions', { as })).body.items).toEqual([]);
  });
});
