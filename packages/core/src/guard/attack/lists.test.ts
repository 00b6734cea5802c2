/** What a list shows. */
import { describe, expect, test } from 'vitest';
import { type GuardWorld, toolCall } from '../../testing/index.ts';
import { around, world } from './fixtures.ts';

describe('lists', () => {
  const listing = (...ids: readonly string[]) => ({
    ...toolCall('x/y', {}),
    phase: 'list' as const,
    method: 'tools/list',
    parts: ids.map((id) => ({ action: { name: 'tools/list' }, resource: { type: 'tool' as const, id } })),
  });
  const LIST = '@id("list") permit(principal, action == Action::"tools/list", resource);';

  test('a tool that would need a person hides itself alone, also where nobody could be asked', async () => {
    const here = await world({
      policies: `${LIST} @id("ask") @verdict("step_up") forbid(principal, action == Action::"tools/list", resource == Tool::"bank/pay");`,
    });
    const list = await here.guard.list(listing('bank/pay', 'bank/read'));
    expect(list).toMatchObject({ verdict: 'modify', visible: [false, true] });
    expect(here.log.state.holds()).toHaveLength(0);
  });

  test('a tool or server that was stopped hides itself alone, and an agent that was sees nothing', async () => {
    const here = await world({ policies: LIST });
    await here.kill('tool', 'bank/pay');
    await here.kill('server', 'mail');
    const shown = await here.guard.list(listing('bank/pay', 'bank/read', 'mail/send'));
    expect(shown).toMatchObject({ verdict: 'modify', visible: [false, true, false] });
    expect(shown.decision.parts.map(({ verdict }) => verdict)).toEqual(['deny', 'allow', 'deny']);
    await here.kill('agent', 'bot');
    expect(await here.guard.list(listing('bank/read'))).toMatchObject({ verdict: 'deny', visible: [false] });
  });

  test('a kill while a list is being recorded is in the list', async () => {
    const here: GuardWorld = await world({
      policies: LIST,
      wrapLog: (log) => ({
        ...log,
        append: async (draft) => {
          if (draft.detail.kind === 'decision' && here.log.state.kills().length === 0)
            await here.kill('tool', 'bank/pay');
          return log.append(draft);
        },
      }),
    });
    expect(await here.guard.list(listing('bank/pay', 'bank/read'))).toMatchObject({ visible: [false, true] });
  });

  test('a list may name a protected file: it reaches for nothing', async () => {
    const here = await world({
      policies: '@id("list") permit(principal, action == Action::"resources/list", resource);',
      ports: {
        selfProtection: {
          reachedBy: (value) => (JSON.stringify(value).includes('.writ') ? '.writ' : undefined),
          sweptBy: () => undefined,
        },
      },
    });
    const parts = [
      {
        action: { name: 'resources/list' },
        resource: { type: 'data' as const, id: 'file:///w/.writ/writ.db' },
      },
    ];
    const list = { ...listing(), method: 'resources/list', parts };
    expect(await here.guard.list(list)).toMatchObject({ visible: [true] });
  });

  test('a list follows the policy that another process put in force', async () => {
    let reloads = 0;
    const here: GuardWorld = await world({
      policies: LIST,
      portsOver: (ports) => ({
        ...ports,
        policy: {
          ...ports.policy,
          reload: async () => {
            reloads += 1;
            await here.changePolicy(
              `${LIST} @id("hide") forbid(principal, action, resource == Tool::"bank/pay");`,
              true,
            );
          },
        },
      }),
    });
    await here.changePolicy(
      `${LIST} @id("hide") forbid(principal, action, resource == Tool::"bank/pay");`,
      false,
    );
    expect(await here.guard.list(listing('bank/pay', 'bank/read'))).toMatchObject({ visible: [false, true] });
    expect(reloads).toBe(1);
  });

  test('a list whose record is refused shows nothing', async () => {
    const here: GuardWorld = await world({
      policies: LIST,
      ...around('decision', { before: async () => here.kill('agent', 'bot') }),
    });
    expect(await here.guard.list(listing('bank/read'))).toMatchObject({ verdict: 'deny', visible: [false] });
  });

  test('a list that cannot be recorded shows nothing', async () => {
    const here = await world({
      policies: LIST,
      ...around('decision', {
        before: async () => {
          throw new Error('disk full');
        },
      }),
    });
    expect(await here.guard.list(listing('bank/read'))).toMatchObject({ verdict: 'deny', visible: [false] });
  });
});
