/** Callers that leave while a person is asked: what nobody waits for, nobody can set off. */
import { expect, test } from 'vitest';
import { Fault } from '../../kernel/index.ts';
import { toolCall } from '../../testing/index.ts';
import { around, ASK, counted, PERMIT_ALL, world } from './fixtures.ts';

const OPTIONS = { policies: `${PERMIT_ALL} ${ASK}`, approvers: ['alice'] };

async function held(options: Partial<Parameters<typeof world>[0]> = {}) {
  const here = await world({ ...OPTIONS, ...options });
  const tool = counted();
  const call = (rest: Parameters<typeof toolCall>[2] = {}) => {
    const waiting = Promise.withResolvers<string>();
    const end = here.guard.enforce(
      toolCall(
        'bank/pay',
        { amount: 5 },
        { onWaiting: ({ reference }) => waiting.resolve(reference), ...rest },
      ),
      tool.perform,
    );
    return { end, waiting: waiting.promise };
  };
  return { here, tool, call };
}

test('a call whose caller leaves is withdrawn, in an entry that names what was held', async () => {
  const { here, tool, call } = await held();
  const leaving = new AbortController();
  const { end, waiting } = call({ signal: leaving.signal });
  const reference = await waiting;
  leaving.abort();
  expect(await end).toMatchObject({ verdict: 'deny', decision: { code: 'approval.withdrawn' } });
  const [hold] = here.log.state.holds();
  expect(hold?.status).toBe('withdrawn');
  const { entry } = here.log.reader.entry(Number((await end).receipt?.split('#')[1]));
  expect(entry).toMatchObject({
    kind: 'decision',
    decision: { verdict: 'deny', code: 'approval.withdrawn', parent: reference },
  });
  expect(tool.runs).toHaveLength(0);
});

test('a late approval is refused, and the same call waits anew', async () => {
  const { here, tool, call } = await held();
  const leaving = new AbortController();
  const first = call({ signal: leaving.signal });
  await first.waiting;
  const [hold] = here.log.state.holds();
  leaving.abort();
  await first.end;
  await expect(here.answer(hold!, 'alice', 'approve')).rejects.toThrow('final');
  const again = await call({ wait: false }).end;
  expect(again.verdict).toBe('step_up');
  expect(again.hold?.reference).not.toBe(await first.waiting);
  expect(tool.runs).toHaveLength(0);
});

test('an approval given just before its caller left lifts nothing', async () => {
  const { here, tool, call } = await held();
  const leaving = new AbortController();
  const first = call({ signal: leaving.signal });
  await first.waiting;
  await here.answer(here.log.state.holds()[0]!, 'alice', 'approve');
  leaving.abort();
  await first.end;
  expect(here.log.state.holds()[0]?.status).toBe('withdrawn');
  expect((await call({ wait: false }).end).verdict).toBe('step_up');
  expect(tool.runs).toHaveLength(0);
});

test('a caller that leaves before it waits is withdrawn as well', async () => {
  const leaving = new AbortController();
  const { here, call } = await held({
    ...around('decision', { before: () => Promise.resolve(leaving.abort()) }),
  });
  expect(await call({ signal: leaving.signal }).end).toMatchObject({ verdict: 'deny' });
  expect(here.log.state.holds().map(({ status }) => status)).toEqual(['withdrawn']);
});

test('what another call still waits for is not withdrawn', async () => {
  const { here, tool, call } = await held();
  const leaving = new AbortController();
  const first = call({ signal: leaving.signal });
  await first.waiting;
  const second = call();
  await second.waiting;
  leaving.abort();
  expect((await first.end).verdict).toBe('step_up');
  await here.answer(here.log.state.holds()[0]!, 'alice', 'approve');
  here.timers.advance(100);
  expect((await second.end).outcome).toBe('performed');
  expect(tool.runs).toHaveLength(1);
});

test('a call that was given its reference keeps it when its caller goes on', async () => {
  const { here, tool, call } = await held();
  const first = call();
  await first.waiting;
  here.timers.advance(1_000);
  expect((await first.end).verdict).toBe('step_up');
  await here.answer(here.log.state.holds()[0]!, 'alice', 'approve');
  expect((await call().end).outcome).toBe('performed');
  expect(tool.runs).toHaveLength(1);
});

test('a guard that closes withdraws nothing: its caller has the reference', async () => {
  const { here, call } = await held();
  const { end, waiting } = call();
  await waiting;
  await here.guard.close();
  expect((await end).verdict).toBe('step_up');
  expect(here.log.state.holds()[0]?.status).toBe('waiting');
});

test('a call that waits to the end of its hold is told anew where it is held anew, and ends with the hold', async () => {
  const { here, tool, call } = await held();
  const told: string[] = [];
  const { end } = call({ wait: 'to_expiry', onWaiting: ({ reference }) => void told.push(reference) });
  await expect.poll(() => told).toHaveLength(1);
  here.timers.advance(30_000);
  await here.answer(here.log.state.holds()[0]!, 'alice', 'approve');
  // Somebody else uses the approval up at the same instant.
  expect((await call({ wait: false }).end).outcome).toBe('performed');
  here.timers.advance(100);
  await expect.poll(() => told).toHaveLength(2);
  here.timers.advance(60_000);
  expect(await end).toMatchObject({ verdict: 'step_up', hold: { reference: told[1] } });
  expect(tool.runs).toHaveLength(1);
});

test('a call that waits when the policy changes is held anew under the new one', async () => {
  const { here, tool, call } = await held();
  const told: string[] = [];
  const { end } = call({ wait: 'to_expiry', onWaiting: ({ reference }) => void told.push(reference) });
  await expect.poll(() => told).toHaveLength(1);
  await here.changePolicy(
    `${PERMIT_ALL} ${ASK} @id("more") forbid(principal, action == Action::"ping", resource);`,
    true,
  );
  here.timers.advance(100);
  await expect.poll(() => told).toHaveLength(2);
  await here.answer(
    here.log.state.holds().find(({ index }) => told[1]?.endsWith(`#${index}`) === true)!,
    'alice',
    'approve',
  );
  here.timers.advance(100);
  expect((await end).outcome).toBe('performed');
  expect(tool.runs).toHaveLength(1);
});

test('what a fault gave up is told by the fault, and what a client says when it leaves is not repeated', async () => {
  for (const [reason, told] of [
    [
      new Fault('guard.aborted', 'the gateway was going down'),
      /^Denied: .*The gateway was going down while it waited/,
    ],
    ['words of a client', /^Denied: .*Its caller left while it waited/],
  ] as const) {
    const { call } = await held();
    const leaving = new AbortController();
    const { end, waiting } = call({ signal: leaving.signal });
    await waiting;
    leaving.abort(reason);
    expect((await end).message).toMatch(told);
    expect((await end).message).not.toContain('words');
  }
});
