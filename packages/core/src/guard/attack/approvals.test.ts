/** Approvals used for something else, too late, too often or by the wrong people. */
import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../kernel/index.ts';
import { type GuardWorld, type GuardWorldOptions, toolCall } from '../../testing/index.ts';
import { around, ASK, CALL, counted, DELIVER, MAIL, PERMIT_ALL, world } from './fixtures.ts';

describe('approvals', () => {
  const held = async (options: Partial<GuardWorldOptions> = {}) => {
    const here = await world({ policies: `${PERMIT_ALL} ${ASK}`, approvers: ['alice', 'bo'], ...options });
    const tool = counted();
    const call = (args = { amount: 5 }, target = 'bank/pay') =>
      here.guard.enforce(toolCall(target, args, { wait: false }), tool.perform);
    return { here, tool, call };
  };

  test('an approval does not carry to another tool, part or pin', async () => {
    const { here, tool, call } = await held();
    await call();
    await here.answer(here.log.state.holds()[0]!, 'alice', 'approve');
    expect((await call({ amount: 5 }, 'bank/refund')).verdict).toBe('step_up');
    const twice = toolCall('bank/pay', { amount: 5 }, { wait: false });
    expect(
      (await here.guard.enforce({ ...twice, parts: [...twice.parts, ...twice.parts] }, tool.perform)).verdict,
    ).toBe('step_up');
    expect(
      (await here.guard.enforce({ ...twice, definitionPin: 'c'.repeat(64) }, tool.perform)).verdict,
    ).toBe('step_up');
    expect(tool.runs).toHaveLength(0);
  });

  test('an approval that expires while the permit is being recorded is not used', async () => {
    let isArmed = false;
    const here: GuardWorld = await world({
      policies: `${PERMIT_ALL} ${ASK}`,
      approvers: ['alice'],
      ...around('decision', {
        before: async () => {
          if (!isArmed) return;
          here.clock.advance(120_000);
          await here.kill('tool', 'other/tool');
        },
      }),
    });
    const tool = counted();
    const call = () => here.guard.enforce(toolCall('bank/pay', {}, { wait: false }), tool.perform);
    await call();
    await here.answer(here.log.state.holds()[0]!, 'alice', 'approve');
    isArmed = true;
    expect((await call()).verdict).not.toBe('allow');
    expect(tool.runs).toHaveLength(0);
  });

  test('the entry that uses an approval consumes it by name', async () => {
    const { here, call } = await held();
    await call();
    await here.answer(here.log.state.holds()[0]!, 'alice', 'approve');
    const end = await call();
    const { entry } = here.log.reader.entry(Number(end.receipt?.split('#')[1]));
    expect(entry.consumes).toEqual(['approval:2']);
  });

  test('of several forbids the shortest time to answer holds', async () => {
    const { here, call } = await held({
      policies: `${PERMIT_ALL} ${ASK.replace('@verdict', '@timeout("30s") @verdict')} ${ASK.replace('"ask"', '"too"').replace('@verdict', '@timeout("10m") @verdict')}`,
    });
    expect((await call()).hold?.expires).toBe(here.clock.now() + 30_000);
    expect(here.log.state.holds()[0]?.forbids.map(({ id }) => id)).toEqual(['ask', 'too']);
  });

  test('a hold that is over is not offered again', async () => {
    const { here, call } = await held();
    const first = await call();
    here.clock.advance(60_001);
    const second = await call();
    expect(second.verdict).toBe('step_up');
    expect(second.hold?.reference).not.toBe(first.hold?.reference);
    expect(second.hold?.expires).toBeGreaterThan(here.clock.now());
  });

  test('a hold that asks for less than is needed now does not stand for the rest', async () => {
    const { here, call } = await held({
      policies: `${PERMIT_ALL} ${ASK}
        @id("label") @label("touched") permit(principal, action == Action::"results/deliver", resource);
        @id("more") @verdict("step_up") forbid(principal, action == Action::"bank/pay", resource) when { context.session.labels.contains("touched") };`.replace(
        ASK,
        ASK.replace('action in Action::"tools/call"', 'action == Action::"bank/pay"'),
      ),
    });
    const first = await call();
    await here.guard.enforce(toolCall('notes/read', {}), counted().perform);
    const second = await call();
    expect(second.hold?.reference).not.toBe(first.hold?.reference);
    expect(here.log.state.holds().map(({ forbids }) => forbids.length)).toEqual([1, 2]);
  });

  test('one person with two keys is not a quorum of two', async () => {
    const { here, call } = await held({
      policies: `${PERMIT_ALL} ${ASK.replace('@verdict', '@quorum("2") @verdict')}`,
      portsOver: (ports) => ({
        ...ports,
        approvers: ports.approvers.map((approver) => ({ ...approver, person: 'alice@example.org' })),
      }),
    });
    expect(await call()).toMatchObject({ verdict: 'deny', decision: { code: 'approval.nobody' } });
    expect(here.log.state.holds()).toHaveLength(0);
  });

  test('where none of the approvers a policy names is configured, nobody is asked', async () => {
    const { here, call } = await held({
      policies: `${PERMIT_ALL} ${ASK.replace('@verdict', '@approvers("cfo") @verdict')}`,
    });
    expect(await call()).toMatchObject({ verdict: 'deny', decision: { code: 'approval.nobody' } });
    expect(here.log.state.holds()).toHaveLength(0);
  });

  test('whoever the agent acts for, and whoever delegated to it, approve nothing', async () => {
    const { here } = await held({
      ports: { person: { id: 'ALICE', roles: [] }, chain: [{ id: 'bo' }] },
    });
    expect(
      await here.guard.enforce(toolCall('bank/pay', {}, { wait: false }), counted().perform),
    ).toMatchObject({ verdict: 'deny', decision: { code: 'approval.nobody' } });
  });

  test('a delegator who is an approver too agrees to nothing that it asked for', async () => {
    const { here, tool, call } = await held({
      approvers: ['alice', 'boss'],
      ports: { chain: [{ id: 'boss' }], person: { id: 'ann', roles: [] } },
    });
    await call();
    const [hold] = here.log.state.holds();
    expect(hold?.requesters).toEqual(['bot', 'boss', 'ann']);
    await here.answer(hold!, 'boss', 'approve');
    expect((await call()).verdict).toBe('step_up');
    expect(tool.runs).toHaveLength(0);
  });

  test('a call that waits hears of a refusal at once', async () => {
    const { here, tool } = await held();
    const waiting = Promise.withResolvers<void>();
    const running = here.guard.enforce(
      toolCall('bank/pay', {}, { onWaiting: () => waiting.resolve() }),
      tool.perform,
    );
    await waiting.promise;
    await here.answer(here.log.state.holds()[0]!, 'alice', 'deny');
    here.timers.advance(100);
    expect(await running).toMatchObject({ verdict: 'deny', decision: { code: 'approval.denied' } });
    expect(tool.runs).toHaveLength(0);
  });

  test('a clock that is set back makes no hold that is over from the start', async () => {
    const { here, call } = await held();
    here.clock.advance(3_600_000);
    await here.kill('tool', 'other/tool');
    here.clock.advance(-3_600_000);
    expect((await call()).hold?.expires).toBeGreaterThan(here.log.state.timeFloor());
  });

  test('an approval is not good for the changed arguments of another request', async () => {
    const { here, tool } = await held({
      policies: `${DELIVER} ${CALL.replace('permit', '@redact("email") permit')} ${ASK}`,
    });
    const call = (text: string) =>
      here.guard.enforce(toolCall('mail/send', { text }, { wait: false }), tool.perform);
    const first = await call(`to ${MAIL}`);
    const { fields } = here.log.reader.body(Number(first.receipt?.split('#')[1])) as { fields: JsonObject };
    // What a person is asked about is what would run.
    expect(fields['performedArguments']).toEqual({ text: 'to [redacted:email]' });
    await here.answer(here.log.state.holds()[0]!, 'alice', 'approve');
    expect((await call(`for ${MAIL}`)).verdict).toBe('step_up');
    expect((await call(`to ${MAIL}`)).outcome).toBe('performed');
    expect(tool.runs).toEqual([{ text: 'to [redacted:email]' }]);
  });
});
