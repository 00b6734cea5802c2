// What whoever looks at an approval is told that they may do with it, before they read it.
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import { stopServer } from '../world.ts';
import { closeApproving, hash, HELD, later, MINUTE, openApproving, ORIGIN } from './approving.ts';

afterEach(closeApproving);
afterAll(stopServer);

describe.each(['sqlite', 'postgres'] as const)('what one may do with an approval, on %s', (store) => {
  test('is told as it will be judged: by group, by who asked, by role, by what one answered', async () => {
    const opened = await openApproving(store);
    if (opened === undefined) return;
    const [ann, eve] = [await opened.approver('ann'), await opened.approver('eve', ['interns'])];
    const { body } = await opened.hold({
      policies: [
        HELD.policies[0],
        { ...HELD.policies[0], id: 'board', contentHash: hash('2'), approvers: ['board'] },
      ],
    });
    const standing = async (as: typeof ann | typeof opened.people.reader, id: string = body.id) =>
      (await opened.send('GET', `/v1/approvals/${id}`, { as })).body.you;
    expect(await standing(ann)).toEqual({ standing: 'may', lifts: [hash('1')], isAttested: false });
    expect(await standing(eve)).toMatchObject({ standing: 'other-group', lifts: [] });
    expect(await standing(opened.people.reader)).toMatchObject({ standing: 'role' });
    expect(await standing(opened.people.auditor)).toMatchObject({ standing: 'role' });
    await opened.answer(ann, body.id);
    expect(await standing(ann)).toMatchObject({ standing: 'answered' });

    const own = await opened.hold({ hold: `${ORIGIN}#8`, requesters: [ann.id] });
    expect(await standing(ann, own.body.id)).toMatchObject({ standing: 'requester', lifts: [] });
    const { args: _args, ...unshown } = HELD;
    const large = await opened.asNode('POST', '/v1/node/holds', { ...unshown, hold: `${ORIGIN}#9` });
    expect(await standing(ann, large.body.id)).toMatchObject({ standing: 'unshown' });
  });

  test('says until when somebody is slowed who decides too fast', async () => {
    const opened = await openApproving(store);
    if (opened === undefined) return;
    const ann = await opened.approver('ann');
    let slowed: { level: string; until: number; reasons: string[] } | undefined;
    for (let index = 0; index < 12 && slowed === undefined; index += 1) {
      const hold = `${ORIGIN}#${index}`;
      const { body } = await opened.hold({
        hold,
        created: opened.clock.now(),
        expires: HELD.expires + 60 * MINUTE,
      });
      slowed = (await opened.send('GET', `/v1/approvals/${body.id}`, { as: ann })).body.you.slowed;
      if (slowed !== undefined) {
        const refused = await opened.answer(ann, body.id, { hold });
        expect(refused.status).toBe(429);
        opened.clock.set(slowed.until);
        expect((await opened.answer(ann, body.id, { hold })).status).toBe(200);
        break;
      }
      later(opened, 1_000);
      expect((await opened.answer(ann, body.id, { hold })).status).toBe(200);
    }
    expect(slowed).toMatchObject({ level: 'slow', reasons: ['speed'] });
  });
});

test('one’s own keys name the passkey that a page asks the browser for; nobody else is told of it', async () => {
  const opened = await openApproving();
  if (opened === undefined) return;
  const ann = await opened.approver('ann');
  const own = await opened.send('GET', '/v1/approver-keys', { as: ann });
  expect(own.body.items).toMatchObject([{ method: 'key', keyId: ann.key.keyId }]);
  const listed = await opened.send('GET', '/v1/approvers', { as: opened.people.reader });
  for (const { keys } of listed.body.items)
    for (const key of keys) expect(Object.keys(key)).toEqual(['method', 'keyId', 'key']);
});
