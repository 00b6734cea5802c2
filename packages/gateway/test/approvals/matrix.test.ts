/** What an approval is good for, over every face with a real guard: exactly what was asked, by whom it was asked, once, in time. */
import { describe, expect, test } from 'vitest';
import type { JsonObject } from '@writ/core';
import { approvalWorld, callerOf, FACES, type ApprovalWorld } from './world.ts';

const FIVE: JsonObject = { amount: 5 };
const SIX: JsonObject = { amount: 6 };

/** The youngest hold that waits. */
function waiting(world: ApprovalWorld) {
  const hold = world.holds().findLast(({ status }) => status === 'waiting');
  if (hold === undefined) throw new Error('nothing waits');
  return hold;
}

const statuses = (world: ApprovalWorld): readonly string[] => world.holds().map(({ status }) => status);

describe.each(FACES)('an approval over %s', (face) => {
  test('runs what was asked, once; the next waits anew', async () => {
    const world = await approvalWorld(face);
    const client = await world.connect();
    const asked = await client.ask(FIVE);
    expect(await asked.end).toBe('held');
    await world.answer(waiting(world), 'ann');
    expect(await client.again(asked, FIVE)).toBe('ran');
    expect(await (await client.ask(FIVE)).end).toBe('held');
    expect(statuses(world)).toEqual(['used', 'waiting']);
    expect(world.runs).toEqual([FIVE]);
  });

  test('does not carry to a changed argument', async () => {
    const world = await approvalWorld(face);
    const client = await world.connect();
    await (await client.ask(FIVE)).end;
    const five = waiting(world);
    const other = await client.ask(SIX);
    expect(await other.end).toBe('held');
    await world.answer(five, 'ann');
    expect(await (await client.ask(SIX)).end).toBe('held');
    expect(world.runs).not.toContainEqual(SIX);
  });

  test('does not carry to a changed definition of the tool', async () => {
    const world = await approvalWorld(face);
    const client = await world.connect();
    const asked = await client.ask(FIVE);
    await asked.end;
    const hold = waiting(world);
    await world.changeTool();
    await world.answer(hold, 'ann');
    expect(await client.again(asked, FIVE)).toBe('denied');
    expect(world.runs).toEqual([]);
  });

  test('does not carry to another policy version', async () => {
    const world = await approvalWorld(face);
    const client = await world.connect();
    const asked = await client.ask(FIVE);
    await asked.end;
    const hold = waiting(world);
    await world.changePolicy('@id("more") forbid (principal, action == Action::"ping", resource);\n');
    await world.answer(hold, 'ann');
    expect(await client.again(asked, FIVE)).toBe('held');
    expect(statuses(world)).toEqual(['waiting', 'waiting']);
    expect(world.runs).toEqual([]);
  });

  test.each([
    ['another agent', callerOf('a'), callerOf('b')],
    [
      'the same agent for another person, which is another session',
      callerOf('a', { person: { id: 'p', roles: [] } }),
      callerOf('a', { person: { id: 'q', roles: [] } }),
    ],
    ['an agent that somebody delegated to', callerOf('a'), callerOf('a', { chain: [{ id: 'boss' }] })],
  ])('does not carry to %s', async (_who, first, second) => {
    const world = await approvalWorld(face);
    const [one, two] = [await world.connect(first), await world.connect(second)];
    await (await one.ask(FIVE)).end;
    const hold = waiting(world);
    const other = await two.ask(FIVE);
    expect(await other.end).toBe('held');
    await world.answer(hold, 'ann');
    expect(await (await two.ask(FIVE)).end).toBe('held');
    expect(world.runs.length).toBeLessThanOrEqual(face === 'task' ? 1 : 0);
  });

  test('carries to the same principal on another connection, for sessions are the gateway’s own', async () => {
    const world = await approvalWorld(face === 'task' ? 'modern' : face);
    const [one, two] = [await world.connect(callerOf('a')), await world.connect(callerOf('a'))];
    const asked = await one.ask(FIVE);
    await asked.end;
    await world.answer(waiting(world), 'ann');
    expect(await two.again(asked, FIVE)).toBe('ran');
    expect(world.runs).toEqual([FIVE]);
  });

  test('cannot be given after its time', async () => {
    const world = await approvalWorld(face);
    const client = await world.connect();
    await (await client.ask(FIVE)).end;
    const hold = waiting(world);
    world.later(16 * 60_000);
    await expect(world.answer(hold, 'ann')).rejects.toThrow('final');
    expect(await (await client.ask(FIVE)).end).toBe('held');
    expect(world.runs).toEqual([]);
  });

  test.skipIf(face === 'task')('is not used after its time', async () => {
    const world = await approvalWorld(face);
    const client = await world.connect();
    const asked = await client.ask(FIVE);
    await asked.end;
    await world.answer(waiting(world), 'ann');
    world.later(16 * 60_000);
    expect(await client.again(asked, FIVE)).toBe('held');
    expect(world.runs).toEqual([]);
  });

  test('is used by one of two calls at once', async () => {
    const world = await approvalWorld(face);
    const client = await world.connect();
    const [one, two] = [await client.ask(FIVE), await client.ask(FIVE)];
    await Promise.all([one.end, two.end]);
    await world.answer(waiting(world), 'ann');
    const ends = await Promise.all([client.again(one, FIVE), client.again(two, FIVE)]);
    expect(ends.toSorted()).toEqual(['held', 'ran']);
    expect(world.runs).toEqual([FIVE]);
  });

  test('is withdrawn when the client leaves: nobody can approve, and nothing runs', async () => {
    const world = await approvalWorld(face, '45s');
    const client = await world.connect();
    const asked = await client.ask(FIVE);
    const hold = waiting(world);
    await asked.leave();
    await expect.poll(() => world.node.state.hold(hold.index)?.status).toBe('withdrawn');
    await expect(world.answer(hold, 'ann')).rejects.toThrow('final');
    const again = await client.ask(FIVE);
    expect(waiting(world).index).not.toBe(hold.index);
    expect(world.runs).toEqual([]);
    await again.leave();
  });

  test('given just before the client left sets nothing off, then or later', async () => {
    const world = await approvalWorld(face, '45s');
    const client = await world.connect();
    const asked = await client.ask(FIVE);
    const hold = waiting(world);
    // Whichever of the two comes first, the other finds it final, and nothing is left to be used.
    await Promise.all([asked.leave(), world.answer(hold, 'ann').catch(() => {})]);
    await expect.poll(() => world.node.state.hold(hold.index)?.status).not.toBe('waiting');
    const ran = world.node.state.hold(hold.index)?.status === 'used' ? 1 : 0;
    const again = await client.ask(FIVE);
    expect(waiting(world).index).not.toBe(hold.index);
    expect(world.runs.length).toBeLessThanOrEqual(ran);
    await again.leave();
  });

  test.each([
    ['the agent itself', callerOf('ann')],
    ['the person it acts for', callerOf('a', { person: { id: 'ann', roles: [] } })],
    ['a member of the delegation chain', callerOf('a', { chain: [{ id: 'ann' }] })],
  ])('of %s counts for nothing', async (_who, caller) => {
    const world = await approvalWorld(face);
    const client = await world.connect(caller);
    const asked = await client.ask(FIVE);
    expect(await asked.end).toBe('held');
    const hold = waiting(world);
    expect(hold.requesters).toContain('ann');
    await world.answer(hold, 'ann');
    expect(await (await client.ask(FIVE)).end).toBe('held');
    expect(world.runs).toEqual([]);
  });

  test('that was refused ends the matter', async () => {
    const world = await approvalWorld(face);
    const client = await world.connect();
    const asked = await client.ask(FIVE);
    await asked.end;
    await world.answer(waiting(world), 'ann', 'deny');
    expect(await client.again(asked, FIVE)).toBe('denied');
    expect(world.runs).toEqual([]);
  });

  test('is never asked of the client: it is told of, and asked nothing', async () => {
    const world = await approvalWorld(face, '45s');
    const client = await world.connect();
    const asked = await client.ask(FIVE);
    waiting(world);
    await asked.leave();
    expect(JSON.stringify(world.told)).not.toContain('elicitation');
    expect(world.told.every((message) => !('id' in message))).toBe(true);
  });
});
