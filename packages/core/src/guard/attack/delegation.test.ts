/** Chains of agents, several parts, servers that start things. */
import { describe, expect, test } from 'vitest';
import { toolCall } from '../../testing/index.ts';
import { counted, DELIVER, world } from './fixtures.ts';

describe('delegation and parts', () => {
  test.each([
    ['the agent that acts', 'bot'],
    ['an agent that delegated to it', 'boss'],
  ])('killing %s stops the action', async (_who, id) => {
    const here = await world({ ports: { chain: [{ id: 'boss' }] } });
    await here.kill('agent', id);
    const tool = counted();
    expect((await here.guard.enforce(toolCall('bank/pay', {}), tool.perform)).verdict).toBe('deny');
    expect(tool.runs).toHaveLength(0);
  });

  test('killing a server stops what it starts by itself', async () => {
    const here = await world({
      policies: `${DELIVER} @id("s") permit(principal == Server::"bank", action == Action::"roots/list", resource);`,
    });
    const request = toolCall(
      'x/y',
      {},
      {
        initiator: 'server',
        initiatingServer: 'bank',
        method: 'roots/list',
        parts: [{ action: { name: 'roots/list' }, resource: { type: 'server', id: 'elsewhere' } }],
      },
    );
    const tool = counted();
    expect((await here.guard.enforce(request, tool.perform)).verdict).toBe('allow');
    await here.kill('server', 'bank');
    expect(await here.guard.enforce(request, tool.perform)).toMatchObject({
      decision: { code: 'kill.server' },
    });
    expect(tool.runs).toHaveLength(1);
  });

  test('killing a server stops what is done to its data', async () => {
    const here = await world({ mode: 'permissive' });
    await here.kill('server', 'bank');
    const request = toolCall(
      'x/y',
      {},
      {
        method: 'resources/read',
        parts: [
          {
            action: { name: 'resources/read' },
            resource: { type: 'data', id: 'memo://one', server: 'bank' },
          },
        ],
      },
    );
    expect(await here.guard.enforce(request, counted().perform)).toMatchObject({
      decision: { code: 'kill.server' },
    });
  });

  test('each agent of the chain must be permitted', async () => {
    const here = await world({
      policies: `${DELIVER} @id("c") permit(principal == Agent::"bot", action in Action::"tools/call", resource);`,
      ports: { chain: [{ id: 'boss' }] },
    });
    expect(await here.guard.enforce(toolCall('bank/pay', {}), counted().perform)).toMatchObject({
      verdict: 'deny',
    });
  });

  test('each part must be permitted', async () => {
    const here = await world({
      policies: `${DELIVER} @id("c") permit(principal, action == Action::"bank/read", resource);`,
    });
    const [read] = toolCall('bank/read', {}).parts;
    const [pay] = toolCall('bank/pay', {}).parts;
    const tool = counted();
    for (const parts of [
      [read!, pay!],
      [pay!, read!],
    ]) {
      expect((await here.guard.enforce(toolCall('bank/read', {}, { parts }), tool.perform)).verdict).toBe(
        'deny',
      );
    }
    expect(tool.runs).toHaveLength(0);
  });

  test('a protected file is out of reach of every part, not only of the arguments', async () => {
    const here = await world({
      mode: 'permissive',
      ports: {
        selfProtection: {
          reachedBy: (value) => (JSON.stringify(value).includes('.writ') ? '.writ' : undefined),
          sweptBy: () => undefined,
        },
      },
    });
    const parts = [
      { action: { name: 'file/write' }, resource: { type: 'file' as const, id: '/w/.writ/writ.db' } },
    ];
    expect(await here.guard.enforce(toolCall('x/y', {}, { parts }), counted().perform)).toMatchObject({
      verdict: 'deny',
      decision: { code: 'guard.self-protection' },
    });
  });
});
