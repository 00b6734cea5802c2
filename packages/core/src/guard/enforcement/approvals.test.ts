/** A held call runs once a person approved exactly it, and never otherwise. */
import { describe, expect, test } from 'vitest';
import { toolCall } from '../../testing/index.ts';
import { HOLD_PAYMENTS, counted, world, sessionOf } from './fixtures.ts';

describe('approvals', () => {
  const held = async (approvers: readonly string[] = ['alice', 'bo'], policies = HOLD_PAYMENTS) => {
    const here = await world({ policies, approvers });
    const tool = counted();
    const call = (args = { amount: 5 }) =>
      here.guard.enforce(toolCall('bank/pay', args, { wait: false }), tool.perform);
    return { here, tool, call };
  };

  test('a held call does not run and returns a reference', async () => {
    const { tool, call } = await held();
    const end = await call();
    expect(end).toMatchObject({ verdict: 'step_up', hold: { reference: 'test.example/log#2' } });
    expect(end.message).toContain('Payments need a person');
    expect(tool.runs).toHaveLength(0);
  });

  test('an approved call runs exactly once', async () => {
    const { here, tool, call } = await held();
    await call();
    await here.answer(here.log.state.holds()[0]!, 'alice', 'approve');
    expect(await call()).toMatchObject({ verdict: 'allow', outcome: 'performed' });
    expect(await call()).toMatchObject({ verdict: 'step_up' });
    expect(tool.runs).toHaveLength(1);
  });

  test('an approval does not carry to other arguments', async () => {
    const { here, tool, call } = await held();
    await call();
    await here.answer(here.log.state.holds()[0]!, 'alice', 'approve');
    expect((await call({ amount: 6 })).verdict).toBe('step_up');
    expect(tool.runs).toHaveLength(0);
  });

  test('an approval does not carry to another policy', async () => {
    const { here, tool, call } = await held();
    await call();
    await here.answer(here.log.state.holds()[0]!, 'alice', 'approve');
    await here.changePolicy(
      `${HOLD_PAYMENTS} @id("more") permit(principal, action == Action::"tools/list", resource);`,
      true,
    );
    expect((await call()).verdict).toBe('step_up');
    expect(tool.runs).toHaveLength(0);
  });

  test('an approval is no longer good after its time, whatever the clock says later', async () => {
    const { here, tool, call } = await held();
    await call();
    await here.answer(here.log.state.holds()[0]!, 'alice', 'approve');
    here.clock.advance(61_000);
    await here.kill('tool', 'other/tool');
    here.clock.advance(-61_000);
    expect((await call()).verdict).toBe('step_up');
    expect(tool.runs).toHaveLength(0);
  });

  test('a denied call is refused as denied, and stays so until its time is over', async () => {
    const { here, tool, call } = await held();
    await call();
    await here.answer(here.log.state.holds()[0]!, 'alice', 'deny');
    expect(await call()).toMatchObject({ verdict: 'deny', decision: { code: 'approval.denied' } });
    await expect(here.answer(here.log.state.holds()[0]!, 'bo', 'approve')).rejects.toThrow('final');
    expect(tool.runs).toHaveLength(0);
  });

  test('a quorum of two is not one person twice', async () => {
    const policies = HOLD_PAYMENTS.replace('@id("ask")', '@id("ask") @quorum("2")');
    const { here, tool, call } = await held(['alice', 'bo'], policies);
    await call();
    const [hold] = here.log.state.holds();
    await here.answer(hold!, 'alice', 'approve');
    await expect(here.answer(hold!, 'alice', 'approve')).rejects.toThrow('final');
    expect((await call()).verdict).toBe('step_up');
    await here.answer(hold!, 'bo', 'approve');
    expect((await call()).verdict).toBe('allow');
    expect(tool.runs).toHaveLength(1);
  });

  test('the agent that asks is nobody who may approve', async () => {
    const { call } = await held(['bot']);
    expect(await call()).toMatchObject({ verdict: 'deny', decision: { code: 'approval.nobody' } });
  });

  test('without an approver nobody is asked: the answer is deny', async () => {
    const { call } = await held([]);
    expect(await call()).toMatchObject({ verdict: 'deny', decision: { code: 'approval.nobody' } });
  });

  test('a waiting call goes on as soon as a person approves', async () => {
    const { here, tool } = await held();
    const waiting = Promise.withResolvers<void>();
    const running = here.guard.enforce(
      toolCall('bank/pay', { amount: 5 }, { onWaiting: () => waiting.resolve() }),
      tool.perform,
    );
    await waiting.promise;
    await here.answer(here.log.state.holds()[0]!, 'alice', 'approve');
    here.timers.advance(100);
    expect(await running).toMatchObject({ verdict: 'allow', outcome: 'performed' });
    const { entry } = here.log.reader.entry(4);
    expect(entry).toMatchObject({
      kind: 'decision',
      decision: { parent: 'test.example/log#2', approvals: [{ hold: 'test.example/log#2' }] },
    });
  });

  test('a waiting call that nobody answers returns its reference after the hold', async () => {
    const { here, tool } = await held();
    const waiting = Promise.withResolvers<void>();
    const running = here.guard.enforce(
      toolCall('bank/pay', {}, { onWaiting: () => waiting.resolve() }),
      tool.perform,
    );
    await waiting.promise;
    here.timers.advance(1_000);
    expect(await running).toMatchObject({ verdict: 'step_up' });
    expect(tool.runs).toHaveLength(0);
  });

  test('two calls race for one approval: one runs', async () => {
    const { here, tool, call } = await held();
    await call();
    await here.answer(here.log.state.holds()[0]!, 'alice', 'approve');
    const ends = await Promise.all([call(), call(), call()]);
    expect(ends.filter((end) => end.outcome === 'performed')).toHaveLength(1);
    expect(tool.runs).toHaveLength(1);
  });

  test('an unannotated forbid is lifted by no approval', async () => {
    const { here, tool, call } = await held(
      ['alice'],
      `${HOLD_PAYMENTS} @id("never") forbid(principal, action == Action::"bank/pay", resource) when { context.session.labels.contains("frozen") };`,
    );
    await call();
    await here.answer(here.log.state.holds()[0]!, 'alice', 'approve');
    await here.log.writer.append({
      detail: { kind: 'stop', stop: { entries: 0 } },
      tenant: 'test',
      time: here.clock.now(),
      monotonicNs: 0n,
      retentionClass: 'log',
      committed: {},
      concerns: [],
      effects: [{ type: 'join_labels', session: await sessionOf(here), labels: ['frozen'] }],
    });
    expect((await call()).verdict).toBe('deny');
    expect(tool.runs).toHaveLength(0);
  });
});
