// How holds end: in time, withdrawn, and at their own node alone.
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import { sweepApprovals } from '../../src/approvals/index.ts';
import { START, stopServer } from '../world.ts';
import { addNode, closeApproving, HELD, later, MINUTE, openApproving, ORIGIN } from './approving.ts';

afterEach(closeApproving);
afterAll(stopServer);

describe('the end of a hold', () => {
  test('after its time an approval is refused without anybody sweeping (defect 28), and a clock that is put back helps nobody', async () => {
    const opened = await openApproving();
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
    const opened = await openApproving();
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
    const opened = await openApproving();
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
    const opened = await openApproving();
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
    later(opened, 89 * 86_400_000);
    expect(await sweepApprovals(opened.plane)).toBe(0);
    later(opened, 2 * 86_400_000);
    expect(await sweepApprovals(opened.plane)).toBe(1);
    expect(opened.plane.log.state.records('approvals')).toEqual([]);
    // Who wanted what, and how it ended, stays in the record.
    const { reader } = opened.plane.log;
    const actions = Array.from({ length: reader.size() }, (_, index) => reader.entry(index).entry).flatMap(
      (entry) =>
        entry.kind === 'administration' && entry.administration.object === body.id
          ? [entry.administration.action]
          : [],
    );
    expect(actions).toEqual(['approvals.wait', 'approvals.escalate', 'approvals.expire', 'approvals.remove']);
  });

  test('one that waits shortly is taken to more people after half a minute, and not sooner', async () => {
    const opened = await openApproving();
    if (opened === undefined) return;
    await opened.hold({ expires: START + 40_000 });
    later(opened, 29_999);
    expect(await sweepApprovals(opened.plane)).toBe(0);
    later(opened, 1);
    expect(await sweepApprovals(opened.plane)).toBe(1);
  });

  test('what was approved and never used ends in time as well', async () => {
    const opened = await openApproving();
    if (opened === undefined) return;
    const { body } = await opened.hold();
    await opened.answer(await opened.approver('ann'), body.id);
    later(opened, 10 * MINUTE + 1);
    expect(await sweepApprovals(opened.plane)).toBe(1);
    const shown = await opened.send('GET', `/v1/approvals/${body.id}`, { as: opened.people.reader });
    expect(shown.body.status).toBe('expired');
  });

  test('of two that sweep at once one ends it, and neither fails', async () => {
    const opened = await openApproving();
    if (opened === undefined) return;
    await opened.hold();
    later(opened, 10 * MINUTE + 1);
    const swept = await Promise.all([sweepApprovals(opened.plane), sweepApprovals(opened.plane)]);
    expect(swept.toSorted((one, other) => one - other)).toEqual([0, 1]);
  });

  test('what is over goes after the time that the operator named, and what waits or was approved does not', async () => {
    const opened = await openApproving();
    if (opened === undefined) return;
    const plane = { ...opened.plane, keeps: { approvalsMs: 86_400_000 } };
    const { body } = await opened.hold();
    await opened.asNode('POST', `/v1/node/holds/${body.id}/end`, { status: 'withdrawn' });
    later(opened, 86_400_000 - MINUTE);
    const { body: other } = await opened.hold({
      hold: `${ORIGIN}#9`,
      created: opened.clock.now(),
      expires: opened.clock.now() + 10 * MINUTE,
    });
    expect(await sweepApprovals(plane)).toBe(0);
    later(opened, 2 * MINUTE);
    expect(await sweepApprovals(plane)).toBe(1);
    expect(opened.plane.log.state.records('approvals').map(({ key }) => key.slice(-26))).toEqual([other.id]);
  });
});
