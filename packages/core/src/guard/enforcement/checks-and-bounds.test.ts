/** Checks that fail, bounds that are reached, and the end of a guard. */
import { describe, expect, test } from 'vitest';
import { type JsonValue } from '../../kernel/index.ts';
import { createSelfProtection } from '../../runtime/index.ts';
import { toolCall } from '../../testing/index.ts';
import { PERMIT_ALL, counted, kinds, world } from './fixtures.ts';

describe('checks', () => {
  const broken = {
    id: 'broken',
    version: '1',
    kinds: ['x'],
    detect: () => {
      throw new Error('bug');
    },
  };

  test('a check that must run and fails denies, and the record names it', async () => {
    const here = await world({ ports: { detectors: [{ detector: broken, mode: 'block' }] } });
    const tool = counted();
    const end = await here.guard.enforce(toolCall('bank/pay', {}), tool.perform);
    expect(end).toMatchObject({
      verdict: 'deny',
      decision: { source: 'fault', code: 'detector.failed', checks: [{ id: 'broken', status: 'failed' }] },
    });
    expect(tool.runs).toHaveLength(0);
  });

  test('a check that observes and fails is a missing fact', async () => {
    const here = await world({
      policies: `${PERMIT_ALL} @id("m") forbid(principal, action in Action::"tools/call", resource) when { context.facts_missing.contains("broken") };`,
      ports: { detectors: [{ detector: broken, mode: 'observe' }] },
    });
    expect(await here.guard.enforce(toolCall('bank/pay', {}), counted().perform)).toMatchObject({
      verdict: 'deny',
      decision: { determining: [{ id: 'm' }] },
    });
  });

  test('every configured check stands in the record, ran or skipped and why', async () => {
    const here = await world();
    await here.guard.enforce(toolCall('bank/pay', {}), counted().perform);
    await here.kill('agent', 'bot');
    await here.guard.enforce(toolCall('bank/pay', {}), counted().perform);
    const statuses = [2, 5].map((index) => {
      const { entry } = here.log.reader.entry(index);
      return entry.kind === 'decision'
        ? entry.decision.checks.map(({ id, status }) => `${id} ${status}`)
        : [];
    });
    expect(statuses[0]?.length).toBeGreaterThan(2);
    expect(statuses[0]?.every((text) => text.endsWith(' ran'))).toBe(true);
    expect(statuses[1]?.every((text) => text.endsWith(' skipped'))).toBe(true);
  });
});

describe('bounds and ends', () => {
  test('past its bound of actions under way the guard refuses and counts, and takes up again', async () => {
    const here = await world({ ports: { maxConcurrent: 1 } });
    const gate = Promise.withResolvers<JsonValue>();
    const started = Promise.withResolvers<void>();
    const first = here.guard.enforce(toolCall('bank/pay', {}), () => (started.resolve(), gate.promise));
    await started.promise;
    const tool = counted();
    expect(await here.guard.enforce(toolCall('bank/pay', {}), tool.perform)).toMatchObject({
      verdict: 'deny',
      decision: { code: 'guard.overloaded' },
    });
    gate.resolve(null);
    await first;
    expect(await here.guard.enforce(toolCall('bank/pay', {}), tool.perform)).toMatchObject({
      verdict: 'allow',
    });
    expect(tool.runs).toHaveLength(1);
  });

  test('a closing guard lets nothing in, and records what it had refused before', async () => {
    const here = await world();
    here.guard.countRefusal('json.syntax');
    here.guard.countRefusal('json.syntax');
    await here.guard.close();
    const tool = counted();
    expect((await here.guard.enforce(toolCall('bank/pay', {}), tool.perform)).verdict).toBe('deny');
    expect(tool.runs).toHaveLength(0);
    expect(here.log.reader.entry(2).entry).toMatchObject({
      kind: 'refusals',
      refusals: { counts: { 'json.syntax': 2 } },
    });
  });

  test('a list is judged part by part under one entry', async () => {
    const here = await world({
      policies: `${PERMIT_ALL} @id("l") permit(principal, action == Action::"tools/list", resource == Tool::"bank/pay");`,
    });
    const part = (id: string) => ({
      action: { name: 'tools/list' },
      resource: { type: 'tool' as const, id },
    });
    const list = await here.guard.list({
      face: 'library',
      initiator: 'agent',
      phase: 'list',
      method: 'tools/list',
      parts: [part('bank/pay'), part('bank/close')],
      args: {},
    });
    expect(list).toMatchObject({ verdict: 'modify', visible: [true, false] });
    expect(kinds(here)).toEqual(['decision modify']);
  });

  test.each([
    ['file/delete', '/work', 'deny'],
    ['file/write', '/work/pol*/a.cedar', 'deny'],
    ['file/write', '/work', 'allow'],
    ['file/read', '/work', 'allow'],
  ])('%s of %s, with policies below it: %s', async (name, id, verdict) => {
    const policies = `@id("files") permit(principal, action in [Action::"file/read", Action::"file/write", Action::"file/delete"], resource);
@id("results") permit(principal, action == Action::"results/deliver", resource);`;
    const selfProtection = createSelfProtection({ paths: ['/work/policies/a.cedar'], bases: [] });
    const here = await world({ policies, ports: { selfProtection } });
    const args = { path: id, in_workspace: true, through_link: false, unresolved: [], by: 'rm' };
    const tool = counted();
    const end = await here.guard.enforce(
      {
        face: 'hook',
        initiator: 'agent',
        phase: 'call',
        method: 'tools/call',
        parts: [{ action: { name }, resource: { type: 'file', id }, args }],
        args: {},
      },
      tool.perform,
    );
    expect([end.verdict, tool.runs.length]).toStrictEqual([verdict, verdict === 'allow' ? 1 : 0]);
  });

  test('arguments that name a file of Writ are refused whatever policy says', async () => {
    const here = await world({
      ports: {
        selfProtection: {
          reachedBy: (args) => (JSON.stringify(args).includes('.writ') ? '.writ' : undefined),
          sweptBy: () => undefined,
        },
      },
    });
    const tool = counted();
    const end = await here.guard.enforce(toolCall('files/write', { path: '.writ/writ.db' }), tool.perform);
    expect(end).toMatchObject({ verdict: 'deny', decision: { code: 'guard.self-protection' } });
    expect(tool.runs).toHaveLength(0);
  });

  test('the caller cannot change what was judged while it waits', async () => {
    const here = await world();
    const args = { amount: 5 };
    const tool = counted();
    const running = here.guard.enforce(toolCall('bank/pay', args), tool.perform);
    args.amount = 1_000_000;
    await running;
    expect(tool.runs).toEqual([{ amount: 5 }]);
  });
});
