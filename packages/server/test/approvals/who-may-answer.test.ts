// Who may answer what a node holds: nobody who asked, nobody of another group, nobody twice.
import { publicKeyText, toBase64, utf8 } from '@writ/core';
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import { PEOPLE } from '../../src/people/index.ts';
import { stopServer } from '../world.ts';
import { type Approver, type Approving, closeApproving, HELD, openApproving } from './approving.ts';

afterEach(closeApproving);
afterAll(stopServer);

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
    const opened = await openApproving();
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
    const opened = await openApproving();
    if (opened === undefined) return;
    const ann = await opened.approver('ann');
    const { body } = await opened.hold({ requesters: [ann.id] });
    expect((await opened.answer(ann, body.id, { answer: 'deny' })).body.status).toBe('denied');
  });

  test('a key is one person’s: nobody answers with another’s, nor registers it', async () => {
    const opened = await openApproving();
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
    const opened = await openApproving();
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
