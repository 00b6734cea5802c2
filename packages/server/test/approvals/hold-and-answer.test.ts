// Approvals: what nodes tell of their holds, and how the answers come back to them.
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import { stopServer } from '../world.ts';
import { addNode, closeApproving, hash, HELD, later, openApproving, ORIGIN } from './approving.ts';

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

  test('where two policies hold it, it waits until each is lifted, by whom that one names', async () => {
    const opened = await openApproving(store);
    if (opened === undefined) return;
    const [ann, cfo] = [await opened.approver('ann'), await opened.approver('cfo', ['finance'])];
    const large = { id: 'large', contentHash: hash('2'), approvers: ['finance'], quorum: 1 };
    const { body } = await opened.hold({ policies: [...HELD.policies, large] });
    expect((await opened.answer(ann, body.id, { lifts: [hash('1')] })).body.status).toBe('waiting');
    expect((await opened.answer(cfo, body.id, { lifts: [hash('2')] })).body.status).toBe('approved');
  });

  test.each(['approve', 'deny'] as const)(
    'what its node does not take counts for nothing: whoever gave the answer `%s` sees why, and it waits on',
    async (answer) => {
      const opened = await openApproving(store);
      if (opened === undefined) return;
      const [ann, bob] = [await opened.approver('ann'), await opened.approver('bob')];
      const { body } = await opened.hold();
      const path = `/v1/node/holds/${body.id}/refusals`;
      const refuse = (keyId: string, why = 'unknown_key') => opened.asNode('POST', path, { keyId, why });
      const shown = async () =>
        (await opened.send('GET', `/v1/approvals/${body.id}`, { as: opened.people.reader })).body;
      await opened.answer(ann, body.id, { answer });
      expect(await refuse(bob.key.keyId)).toMatchObject({ status: 200 });
      expect((await shown()).status).not.toBe('waiting');
      expect(await refuse(ann.key.keyId)).toMatchObject({ status: 200, body: { status: 'waiting' } });
      expect(await refuse(ann.key.keyId, 'invalid')).toMatchObject({ status: 200 });
      const waits = await shown();
      expect(waits).toMatchObject({
        status: 'waiting',
        answers: [{ person: ann.id, refused: 'unknown_key' }],
      });
      expect(waits).not.toHaveProperty('ended');
      expect((await opened.asNode('GET', '/v1/node/answers')).body.items).toEqual([]);
      expect((await opened.send('GET', '/v1/approvals', { as: ann })).body.items).toHaveLength(1);
      later(opened, 30_000);
      expect((await opened.answer(bob, body.id)).body.status).toBe('approved');
      expect((await opened.asNode('GET', '/v1/node/answers')).body.items).toMatchObject([
        { id: body.id, answers: [{ keyId: bob.key.keyId }] },
      ]);
      // What was used stays used, whatever is said of it afterwards.
      await opened.asNode('POST', `/v1/node/holds/${body.id}/end`, { status: 'used' });
      await refuse(bob.key.keyId);
      expect((await shown()).status).toBe('used');
    },
  );

  test('of what another node holds nobody refuses an answer, nor for a reason of their own words', async () => {
    const opened = await openApproving(store);
    if (opened === undefined) return;
    const ann = await opened.approver('ann');
    const { body } = await opened.hold();
    await opened.answer(ann, body.id);
    const other = await addNode(opened, 'example.org/node-2');
    const refusal = { keyId: ann.key.keyId, why: 'unknown_key' };
    const path = `/v1/node/holds/${body.id}/refusals`;
    expect((await opened.send('POST', path, { headers: { 'x-node': other }, body: refusal })).status).toBe(
      404,
    );
    expect((await opened.asNode('POST', path, { ...refusal, why: 'ask eve' })).status).toBe(422);
    const { body: shown } = await opened.send('GET', `/v1/approvals/${body.id}`, {
      as: opened.people.reader,
    });
    expect(shown.status).toBe('approved');
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
