/** Policies that change in the middle of calls: each call has one verdict, of one whole set, and that set is named. */
import type { JsonObject } from '@writ/core';
import { describe, expect, test } from 'vitest';
import { approvalWorld, FACES } from '../approvals/world.ts';
import { ALLOW_ALL } from '../workspace.ts';
import { Governed } from './governed.ts';

const FIVE = { amount: 5 };
const CALL = { name: 'echo', arguments: { text: 'x' } };
const FORBIDS = '@id("no") forbid (principal, action in Action::"tools/call", resource);\n';

describe.each(FACES)('over %s', (face) => {
  test('an approval under one set runs nothing under another that forbids, and the record says which one refused', async () => {
    const world = await approvalWorld(face, '45s');
    const client = await world.connect();
    const asked = await client.ask(FIVE);
    const [hold] = world.holds();
    if (hold === undefined) throw new Error('nothing waits');
    // In one turn: what waits is woken by whichever comes first, and finds the other when it is judged.
    await Promise.all([world.changePolicy(FORBIDS), world.answer(hold, 'ann').catch(() => {})]);
    expect(face === 'task' ? await client.again(asked, FIVE) : await asked.end).toBe('denied');
    expect(world.runs).toEqual([]);
    const { reader } = world.node;
    const judged = Array.from({ length: reader.size() }, (_one, index) => reader.entry(index).entry).flatMap(
      (entry) =>
        entry.kind === 'decision' && entry.decision.method === 'tools/call' ? [entry.decision] : [],
    );
    expect(judged.map(({ verdict }) => verdict)).toEqual(['step_up', 'deny']);
    expect(judged[1]?.policyHash).not.toBe(hold.policyHash);
    expect(world.node.state.hold(hold.index)?.status).not.toBe('used');
  });
});

test('a call that is with its server when the set changes ends as what it was: permitted by the set before', async () => {
  const governed = await Governed.open();
  const call = governed.modern('tools/call', { name: 'hang' });
  await expect.poll(() => governed.server.hanging, { timeout: 20_000 }).toBe(1);
  governed.workspace.write('policy.cedar', `${ALLOW_ALL}${FORBIDS}`);
  await governed.gateway.reload();
  governed.server.release();
  await call;
  expect((await governed.modern('tools/call', CALL)).messages).toMatchObject([{ result: { isError: true } }]);
  const entries = await governed.entries();
  const decided = entries.flatMap((entry) =>
    entry.kind === 'decision' && entry.decision.method === 'tools/call' ? [entry.decision] : [],
  );
  expect(decided.map(({ verdict }) => verdict)).toEqual(['allow', 'deny']);
  expect(new Set(decided.map(({ policyHash }) => policyHash)).size).toBe(2);
});

test('a hundred sets while calls flow: none is without a verdict, and none is under a part of two sets', {
  timeout: 120_000,
}, async () => {
  const governed = await Governed.open({ policies: setOf(0) });
  let isOver = false;
  const receipts: string[] = [];
  const flow = async (): Promise<void> => {
    while (!isOver) receipts.push(receiptOf((await governed.modern('tools/call', CALL)).messages));
  };
  const flowing = [flow(), flow(), flow(), flow()];
  for (let round = 1; round <= 100; round += 1) {
    governed.workspace.write('policy.cedar', setOf(round));
    await governed.gateway.reload();
  }
  isOver = true;
  await Promise.all(flowing);
  const entries = await governed.entries();
  const ends = new Map(
    entries.flatMap((entry) =>
      entry.kind === 'outcome' ? [[entry.decisionOf, entry.outcome] as const] : [],
    ),
  );
  // Each answer has an entry of its own.
  expect(new Set(receipts).size).toBe(receipts.length);
  const told = new Set(receipts);
  const sets = new Map<string, Set<string>>();
  let ran = 0;
  for (const [index, entry] of entries.entries()) {
    if (entry.kind !== 'decision' || entry.decision.method !== 'tools/call') continue;
    const { verdict, policyHash, determining, code } = entry.decision;
    const isTold = told.delete(String(index));
    // What was permitted just before another set came into force was not performed, and is judged anew in an entry after it.
    if (!isTold) expect(ends.get(index)).toBe('not_performed');
    else if (verdict === 'allow') ran += 1;
    // Sets that change faster than one decision is recorded: it is denied, by none of their policies.
    if (determining.length === 0) {
      expect([verdict, code]).toEqual(['deny', expect.stringMatching(/^guard\.(policy_)?epoch$/)]);
      continue;
    }
    const named = sets.get(policyHash) ?? new Set();
    sets.set(policyHash, named.add(`${verdict} ${determining.map(({ id }) => id).join()}`));
  }
  expect(told).toEqual(new Set());
  expect(governed.server.of('tools/call')).toHaveLength(ran);
  expect(sets.size).toBeGreaterThan(10);
  // Of an even round everything is permitted by its own policy; of an odd one everything is forbidden by its own.
  for (const named of sets.values())
    expect([...named]).toEqual([expect.stringMatching(/^(allow permit-\d*[02468]|deny forbid-\d*[13579])$/)]);
});

/** The index of the decision that an answer names. */
function receiptOf(messages: readonly JsonObject[]): string {
  return /"receipt":"[^"]*#(\d+)"/.exec(JSON.stringify(messages))?.[1] ?? '';
}

/** A set of its own of this round: it permits where it is even, and forbids where it is odd. */
function setOf(round: number): string {
  const rest =
    '@id("rest") permit (principal, action, resource) unless { action in Action::"tools/call" };\n';
  const own = `@id("permit-${round}") permit (principal, action in Action::"tools/call", resource);\n`;
  const no = `@id("forbid-${round}") forbid (principal, action in Action::"tools/call", resource);\n`;
  return `${rest}${own}${round % 2 === 0 ? '' : no}`;
}
