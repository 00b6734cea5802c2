/** Kills, policy changes, callers and tools that come in between. */
import { describe, expect, test } from 'vitest';
import { Fault } from '../../kernel/index.ts';
import { type GuardWorld, toolCall } from '../../testing/index.ts';
import {
  around,
  ASK,
  CALL,
  CARD,
  counted,
  DELIVER,
  MAIL,
  NOTHING,
  outcomes,
  PERMIT_ALL,
  world,
} from './fixtures.ts';

describe('races', () => {
  test('a caller that is gone before its action starts starts nothing, and the record says so', async () => {
    const caller = new AbortController();
    const here = await world(around('decision', { after: async () => caller.abort() }));
    const tool = counted();
    const end = await here.guard.enforce(toolCall('bank/pay', {}, { signal: caller.signal }), tool.perform);
    expect(tool.runs).toHaveLength(0);
    expect(end).toMatchObject({ verdict: 'deny', decision: { code: 'guard.cancelled' } });
    expect(outcomes(here)).toEqual(['not_performed guard.cancelled']);
  });

  test('kill switches that cannot be read between record and run start nothing, and the record says so', async () => {
    let isBroken = false;
    const here = await world({
      ...around('decision', {
        after: async () => {
          isBroken = true;
        },
      }),
      portsOver: (ports) => ({
        ...ports,
        state: {
          ...ports.state,
          epochs: (scope) => {
            if (isBroken) throw new Fault('log.unavailable', 'the state is gone');
            return ports.state.epochs(scope);
          },
        },
      }),
    });
    const tool = counted();
    const end = await here.guard.enforce(toolCall('bank/pay', {}), tool.perform);
    expect(end).toMatchObject({ verdict: 'deny', decision: { code: 'log.unavailable' } });
    expect(tool.runs).toHaveLength(0);
    expect(outcomes(here)).toEqual(['not_performed log.unavailable']);
  });

  test('a guard that closes while a decision is recorded starts nothing', async () => {
    let closing: Promise<void> | undefined;
    const here: GuardWorld = await world(
      around('decision', {
        after: async () => {
          closing ??= here.guard.close();
        },
      }),
    );
    const tool = counted();
    const end = await here.guard.enforce(toolCall('bank/pay', {}), tool.perform);
    await closing;
    expect(end.verdict).toBe('deny');
    expect(tool.runs).toHaveLength(0);
  });

  test('a guard that closes waits until what is under way is recorded', async () => {
    const here = await world();
    const started = Promise.withResolvers<void>();
    void here.guard.enforce(toolCall('bank/pay', {}), () => (started.resolve(), new Promise(() => {})));
    await started.promise;
    await here.guard.close();
    expect(outcomes(here)).toEqual(['unknown guard.closed']);
  });

  test('a caller cannot change afterwards what its result is judged as', async () => {
    const here = await world({
      policies: `${CALL} @id("r") permit(principal, action == Action::"results/deliver", resource == Tool::"web/read");`,
    });
    const action = toolCall('hr/read', {});
    const end = await here.guard.enforce(action, async () => {
      (action.parts[0]!.resource as { id: string }).id = 'web/read';
      return 'row 7';
    });
    expect(end).toMatchObject({ outcome: 'withheld' });
  });

  test('a kill while the action ran, not yet noticed, withholds its result', async () => {
    const here = await world();
    const end = await here.guard.enforce(toolCall('bank/pay', {}), async () => {
      await here.kill('server', 'bank');
      return { text: 'too late' };
    });
    expect(end).toMatchObject({ verdict: 'deny', outcome: 'withheld', delivery: { code: 'kill.server' } });
    expect(end.result).toBeUndefined();
    expect(outcomes(here)).toEqual(['withheld kill.server']);
  });

  test('a policy put in force elsewhere while the action ran decides on its result', async () => {
    const here = await world();
    const end = await here.guard.enforce(toolCall('bank/pay', {}), async () => {
      await here.changePolicy(NOTHING, false);
      return { text: 'x' };
    });
    expect(end).toMatchObject({ verdict: 'deny', outcome: 'withheld', delivery: { code: 'policy.stale' } });
    expect(end.result).toBeUndefined();
  });

  test('a policy loaded while the action ran decides on its result', async () => {
    const here = await world();
    const end = await here.guard.enforce(toolCall('bank/pay', {}), async () => {
      await here.changePolicy(`${CALL} ${DELIVER.replace('permit', '@redact("email") permit')}`, true);
      return MAIL;
    });
    expect(end).toMatchObject({ verdict: 'modify', result: '[redacted:email]' });
  });

  test.each([['quarantined' as const], ['accepted' as const]])(
    'a tool whose definition changed while its call waited, %s by now, is not called',
    async (status) => {
      const here = await world({ policies: `${PERMIT_ALL} ${ASK}`, approvers: ['alice'] });
      const tool = counted();
      const waiting = Promise.withResolvers<void>();
      const running = here.guard.enforce(
        toolCall('bank/pay', {}, { definitionPin: 'a'.repeat(64), onWaiting: () => waiting.resolve() }),
        tool.perform,
      );
      await waiting.promise;
      await here.log.writer.append({
        detail: { kind: 'stop', stop: { entries: 0 } },
        tenant: 'test',
        time: here.clock.now(),
        monotonicNs: 0n,
        retentionClass: 'log',
        committed: {},
        concerns: [],
        effects: [
          {
            type: 'pin',
            server: 'bank',
            tool: 'pay',
            definitionHash: 'b'.repeat(64),
            status,
            definition: {},
          },
        ],
      });
      await here.answer(here.log.state.holds()[0]!, 'alice', 'approve');
      here.timers.advance(100);
      expect(await running).toMatchObject({ verdict: 'deny', decision: { code: 'tool.quarantined' } });
      expect(tool.runs).toHaveLength(0);
    },
  );

  test('a policy change between record and run wins, and the decision is closed as not performed', async () => {
    let changes = 0;
    const here: GuardWorld = await world(
      around('decision', {
        after: async () => {
          changes += 1;
          if (changes === 1) await here.changePolicy(NOTHING, true);
        },
      }),
    );
    const tool = counted();
    const end = await here.guard.enforce(toolCall('bank/pay', {}), tool.perform);
    expect(end).toMatchObject({ verdict: 'deny', decision: { determining: [{ id: 'none' }] } });
    expect(tool.runs).toHaveLength(0);
    expect(outcomes(here)).toEqual(['not_performed guard.epoch']);
  });

  test('a call follows the policy that another process put in force', async () => {
    const here: GuardWorld = await world({
      portsOver: (ports) => ({
        ...ports,
        policy: { ...ports.policy, reload: () => here.changePolicy(NOTHING, true) },
      }),
    });
    await here.changePolicy(NOTHING, false);
    const end = await here.guard.enforce(toolCall('bank/pay', {}), counted().perform);
    expect(end).toMatchObject({ verdict: 'deny', decision: { determining: [{ id: 'none' }] } });
  });

  test('a result follows the policy that another process put in force', async () => {
    const next = PERMIT_ALL.replace('"results")', '"newer")');
    const here: GuardWorld = await world({
      portsOver: (ports) => ({
        ...ports,
        policy: { ...ports.policy, reload: () => here.changePolicy(next, true) },
      }),
    });
    const end = await here.guard.enforce(toolCall('bank/pay', {}), async () => {
      await here.changePolicy(next, false);
      return 'x';
    });
    expect(end).toMatchObject({ result: 'x', delivery: { determining: [{ id: 'newer' }] } });
  });

  test('a clock that is set back opens nothing that was closed by time', async () => {
    const here = await world({
      policies: `${DELIVER.replace(';', ' unless { context.time > datetime("2026-01-01T00:30:00Z") };')} ${CALL} @id("over") forbid(principal, action == Action::"bank/pay", resource) when { context.time > datetime("2026-01-01T00:30:00Z") };`,
    });
    here.clock.advance(3_600_000);
    await here.kill('tool', 'other/tool');
    here.clock.advance(-3_600_000);
    const tool = counted();
    expect((await here.guard.enforce(toolCall('bank/pay', {}), tool.perform)).verdict).toBe('deny');
    expect(tool.runs).toHaveLength(0);
    expect(await here.guard.enforce(toolCall('bank/read', {}), tool.perform)).toMatchObject({
      outcome: 'withheld',
    });
  });

  test('a tool cannot change its result after it was judged', async () => {
    const result = { text: 'fine' };
    const here = await world(
      around('outcome', {
        before: async () => {
          result.text = CARD;
        },
      }),
    );
    const end = await here.guard.enforce(toolCall('files/read', {}), async () => result);
    expect(end.result).toEqual({ text: 'fine' });
  });
});
