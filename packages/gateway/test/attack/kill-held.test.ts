/** A kill while a call is held for approval: whatever a person answers then, or answered before, it does not run, and the record says that it was stopped. */
import type { Entry } from '@writ/core';
import { describe, expect, test } from 'vitest';
import { type ApprovalWorld, approvalWorld, callerOf, FACES } from '../approvals/world.ts';

const FIVE = { amount: 5 };

/** Stops `id` in the log of the world, as `writ kill` does. */
async function kill({ node }: ApprovalWorld, scope: 'agent' | 'server' | 'tool', id: string): Promise<void> {
  const { log, state, tenant, clock } = node;
  const { killEpoch } = state.epochs('');
  await log.append({
    detail: { kind: 'kill', kill: { action: 'kill', scope, reason: 'manual', killEpoch: killEpoch + 1 } },
    tenant,
    time: clock.now(),
    monotonicNs: clock.monotonicNs(),
    retentionClass: 'log',
    committed: { target: id, words: 'a test' },
    concerns: [],
    effects: [{ type: 'kill', scope, id, reason: 'a test' }],
  });
}

/** Every entry of the log so far. */
const entries = ({ node: { reader } }: ApprovalWorld): readonly Entry[] =>
  Array.from({ length: reader.size() }, (_one, index) => reader.entry(index).entry);

/** The verdict and code of each decision on a call so far. */
const decisions = (world: ApprovalWorld): readonly string[] =>
  entries(world).flatMap((entry) =>
    entry.kind === 'decision' && entry.decision.method === 'tools/call'
      ? [`${entry.decision.verdict} ${entry.decision.code ?? ''}`.trim()]
      : [],
  );

function waiting(world: ApprovalWorld) {
  const hold = world.holds().findLast(({ status }) => status === 'waiting');
  if (hold === undefined) throw new Error('nothing waits');
  return hold;
}

describe.each(FACES)('over %s', (face) => {
  describe.each([
    ['the agent', 'agent', 'a'],
    ['one that the agent acts for', 'agent', 'boss'],
    ['the server', 'server', 'memory'],
    ['the tool', 'tool', 'memory/pay'],
  ] as const)('%s is killed', (_who, scope, id) => {
    const caller = callerOf('a', { chain: [{ id: 'boss' }] });

    test('while its call is held: an approval afterwards runs nothing', async () => {
      const world = await approvalWorld(face, '45s');
      const client = await world.connect(caller);
      const asked = await client.ask(FIVE);
      const hold = waiting(world);
      await kill(world, scope, id);
      await world.answer(hold, 'ann').catch(() => {});
      expect(face === 'task' ? await client.again(asked, FIVE) : await asked.end).toMatch(/^(denied|gone)$/);
      // A killed agent is not told of its task at all, and so may hear of it before the call does.
      await expect.poll(() => decisions(world).at(-1), { timeout: 20_000 }).toBe(`deny kill.${scope}`);
      expect(world.runs).toEqual([]);
      expect(world.node.state.hold(hold.index)?.status).not.toBe('used');
    });

    test('after its call was approved and before it ran: the approval is good for nothing', async () => {
      const world = await approvalWorld(face, '0s');
      const client = await world.connect(caller);
      const asked = await client.ask(FIVE);
      await asked.end;
      const hold = waiting(world);
      // In one turn: nobody who waits for the answer is woken before the kill is asked for.
      await Promise.all([kill(world, scope, id), world.answer(hold, 'ann').catch(() => {})]);
      expect(await client.again(asked, FIVE)).toMatch(/^(denied|gone)$/);
      // A killed agent is not told of its task at all, and so may hear of it before the call does.
      await expect.poll(() => decisions(world).at(-1), { timeout: 20_000 }).toBe(`deny kill.${scope}`);
      expect(world.runs).toEqual([]);
    });
  });
});
