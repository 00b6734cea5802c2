// People who decide without reading, and people who are away.
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import { type Came, START, stopServer } from '../world.ts';
import { closeApproving, later, MINUTE, openApproving, ORIGIN } from './approving.ts';

afterEach(closeApproving);
afterAll(stopServer);

describe('people who are tired, and people who are away', () => {
  test('whoever approves without reading is slowed, then others are asked; a refusal is always taken', async () => {
    const opened = await openApproving();
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

  test('approvals that one person gives at once, in whatever sessions, are taken one after another', async () => {
    const opened = await openApproving();
    if (opened === undefined) return;
    const ann = await opened.approver('ann');
    const ids: string[] = [];
    for (let index = 0; index < 12; index += 1)
      ids.push((await opened.hold({ hold: `${ORIGIN}#${index}` })).body.id);
    const burst = async (): Promise<number[]> => {
      const came = await Promise.all(
        ids.map((id, index) => opened.answer(ann, id, { hold: `${ORIGIN}#${index}` })),
      );
      return came.map(({ status }) => status);
    };
    later(opened, 1_000);
    for (let round = 1; round <= 8; round += 1) {
      const statuses = await burst();
      expect(statuses.filter((status) => status === 200)).toHaveLength(1);
    }
    expect((await burst()).filter((status) => status === 200)).toEqual([]);
    // Somebody else is not held up by it, and after an hour nor is she.
    const bob = await opened.approver('bob');
    later(opened, 60_000);
    const { body } = await opened.hold({
      hold: `${ORIGIN}#20`,
      created: START,
      expires: START + 180 * MINUTE,
    });
    expect((await opened.answer(bob, body.id, { hold: `${ORIGIN}#20` })).status).toBe(200);
    later(opened, 120 * MINUTE);
    const late = await opened.hold({
      hold: `${ORIGIN}#21`,
      created: opened.clock.now(),
      expires: START + 180 * MINUTE,
    });
    const answered = await opened.answer(ann, late.body.id, {
      hold: `${ORIGIN}#21`,
      expires: START + 180 * MINUTE,
    });
    expect(answered.status).toBe(200);
  });

  test('after a long run of quick approvals the next is taken to somebody else', async () => {
    const opened = await openApproving();
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
    const opened = await openApproving();
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
