/** A kill switch, or a change of policy, wins at every moment of a call. */
import { describe, expect, test } from 'vitest';
import { type GuardWorld, toolCall } from '../../testing/index.ts';
import { counted, kinds, world } from './fixtures.ts';

describe('kill switches', () => {
  test.each([
    ['agent', 'bot'],
    ['server', 'bank'],
    ['tool', 'bank/pay'],
  ] as const)('after %s %s is killed, the next call is denied and does not run', async (scope, id) => {
    const here = await world();
    await here.kill(scope, id);
    const tool = counted();
    const end = await here.guard.enforce(toolCall('bank/pay', {}), tool.perform);
    expect(end).toMatchObject({ verdict: 'deny', decision: { source: 'admission', code: `kill.${scope}` } });
    expect(tool.runs).toHaveLength(0);
  });

  test('a kill while the decision is being recorded wins', async () => {
    const here: GuardWorld = await world({
      wrapLog: (log) => ({
        ...log,
        append: async (draft) => {
          if (draft.detail.kind === 'decision' && draft.detail.decision.verdict === 'allow')
            await here.kill('agent', 'bot');
          return log.append(draft);
        },
      }),
    });
    const tool = counted();
    const end = await here.guard.enforce(toolCall('bank/pay', {}), tool.perform);
    expect(end).toMatchObject({ verdict: 'deny', decision: { code: 'kill.agent' } });
    expect(tool.runs).toHaveLength(0);
  });

  test('a kill between record and run wins, and the decision is closed as not performed', async () => {
    let done = false;
    const here: GuardWorld = await world({
      wrapLog: (log) => ({
        ...log,
        append: async (draft) => {
          const result = await log.append(draft);
          if (!done && draft.detail.kind === 'decision') {
            done = true;
            await here.kill('agent', 'bot');
          }
          return result;
        },
      }),
    });
    const tool = counted();
    const end = await here.guard.enforce(toolCall('bank/pay', {}), tool.perform);
    expect(end.verdict).toBe('deny');
    expect(tool.runs).toHaveLength(0);
    expect(kinds(here)).toEqual(['decision allow', 'kill', 'outcome not_performed', 'decision deny']);
  });

  test('a kill aborts an action under way; its outcome is unknown and nothing is delivered', async () => {
    const here = await world();
    let aborted = false;
    const started = Promise.withResolvers<void>();
    const running = here.guard.enforce(toolCall('bank/pay', {}), ({ signal }) => {
      started.resolve();
      return new Promise((resolve) =>
        signal.addEventListener('abort', () => ((aborted = true), resolve({ late: true }))),
      );
    });
    await started.promise;
    await here.kill('tool', 'bank/pay');
    here.timers.advance(200);
    const end = await running;
    expect(aborted).toBe(true);
    expect(end).toMatchObject({ outcome: 'unknown' });
    expect(end.result).toBeUndefined();
  });
});

describe('policy changes', () => {
  test('a policy put in force elsewhere denies everything here until it is loaded', async () => {
    const here = await world();
    await here.changePolicy('@id("none") forbid(principal, action, resource);', false);
    const tool = counted();
    const end = await here.guard.enforce(toolCall('bank/pay', {}), tool.perform);
    expect(end).toMatchObject({ verdict: 'deny', decision: { code: 'policy.stale' } });
    expect(tool.runs).toHaveLength(0);
  });

  test('a policy change while the decision is being recorded wins', async () => {
    const here: GuardWorld = await world({
      wrapLog: (log) => ({
        ...log,
        append: async (draft) => {
          if (draft.detail.kind === 'decision' && draft.detail.decision.verdict === 'allow') {
            await here.changePolicy('@id("none") forbid(principal, action, resource);', true);
          }
          return log.append(draft);
        },
      }),
    });
    const tool = counted();
    const end = await here.guard.enforce(toolCall('bank/pay', {}), tool.perform);
    expect(end.verdict).toBe('deny');
    expect(tool.runs).toHaveLength(0);
  });
});
