// Approvals: what nodes tell of their holds, and how the answers come back to them.
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import { stopServer } from '../world.ts';
import { closeApproving, HELD, later, openApproving, ORIGIN } from './approving.ts';

afterEach(closeApproving);
afterAll(stopServer);

describe.each(['sqlite', 'postgres'] as const)('approvals on %s', (store) => {
  test('a hold is shown as it was told, answered by one of its group, and the answer fetched', async () => {
    const opened = await openApproving(store);
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
    const opened = await openApproving(store);
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
    const opened = await openApproving(store);
    if (opened === undefined) return;
    const [ann, bob] = [await opened.approver('ann'), await opened.approver('bob')];
    const { body } = await opened.hold({ policies: [{ ...HELD.policies[0], quorum: 2 }] });
    expect((await opened.answer(ann, body.id)).body.status).toBe('waiting');
    expect(await opened.answer(ann, body.id)).toMatchObject({ status: 409 });
    expect((await opened.answer(bob, body.id)).body.status).toBe('approved');
  });

  test('an answer comes while a node waits for it', async () => {
    const opened = await openApproving(store);
    if (opened === undefined) return;
    const ann = await opened.approver('ann');
    const { body } = await opened.hold();
    const waiting = opened.asNode('GET', '/v1/node/answers?wait=25');
    await opened.answer(ann, body.id);
    expect((await waiting).body.items).toHaveLength(1);
  });
});
