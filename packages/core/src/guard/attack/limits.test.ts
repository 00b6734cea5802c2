/** Limits on the line: calls at once, races, what runs and what does not, and a limit that cannot be judged. */
import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../kernel/index.ts';
import { type Entry, type LimitUsage, parseDecision } from '../../model/index.ts';
import { type GuardWorld, type GuardWorldOptions, toolCall } from '../../testing/index.ts';
import { createGuardLine } from '../guard.ts';
import type { Enforced, GuardPorts, Perform, UsageMeter } from '../types.ts';
import { around, ASK, counted, PERMIT_ALL, world } from './fixtures.ts';

const TEN: JsonObject = { id: 'ten', kind: 'calls', amount: 10 };

function limited(limit: JsonObject, options: Partial<GuardWorldOptions> = {}): Promise<GuardWorld> {
  return world({ limits: [limit], ...options });
}

function verdicts(ends: readonly Enforced[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const { verdict } of ends) counts[verdict] = (counts[verdict] ?? 0) + 1;
  return counts;
}

const call = (here: GuardWorld, tool = 'bank/pay', args: JsonObject = {}): Promise<Enforced> =>
  here.guard.enforce(toolCall(tool, args), counted().perform);

/** A call whose tool has started, and runs until it is released. */
async function started(enforce: (perform: Perform) => Promise<Enforced>): Promise<{
  readonly end: Promise<Enforced>;
  release(result: JsonObject): void;
}> {
  const [start, result] = [Promise.withResolvers<undefined>(), Promise.withResolvers<JsonObject>()];
  const end = enforce(() => {
    start.resolve(undefined);
    return result.promise;
  });
  await start.promise;
  return { end, release: result.resolve };
}

/** A meter that takes both from the arguments. */
const METER: UsageMeter = {
  supplies: new Set(['tokens', 'cost']),
  estimate: (_request, args) => known({ tokens: args['max'] ?? null, cost: args['price'] ?? null }),
  actual: (_request, result) => known(result as JsonObject),
};

function known(values: JsonObject): LimitUsage {
  return Object.fromEntries(
    Object.entries(values).filter((pair): pair is [string, number] => typeof pair[1] === 'number'),
  );
}

const METERED: Partial<GuardWorldOptions> = { supplied: ['tokens', 'cost'], ports: { usage: METER } };

describe('fifty calls at once', () => {
  test.each<readonly [string, JsonObject]>([
    ['calls of a session', TEN],
    ['a rate', { id: 'ten', kind: 'rate', amount: 10, per: '1h' }],
    ['a quota', { id: 'ten', kind: 'quota', amount: 10, per: '1d' }],
    ['at once', { id: 'ten', kind: 'concurrency', amount: 10 }],
    ['tokens', { id: 'ten', kind: 'tokens', amount: 100, reserve: 10 }],
    ['money', { id: 'ten', kind: 'budget', amount: '1.00', reserve: '0.10' }],
  ])('never pass a limit of ten: %s', async (_what, limit) => {
    const here = await limited(limit, { supplied: ['tokens', 'cost'], ports: { maxConcurrent: 64 } });
    let release = (): void => undefined;
    const released = new Promise<void>((resolve) => {
      release = resolve;
    });
    let [running, most] = [0, 0];
    const ends = Array.from({ length: 50 }, () =>
      here.guard.enforce(toolCall('bank/pay', {}), async () => {
        running += 1;
        most = Math.max(most, running);
        await released;
        return {};
      }),
    );
    const denied = await Promise.all(ends.slice(10));
    release();
    expect(verdicts(denied)).toEqual({ deny: 40 });
    expect(verdicts(await Promise.all(ends.slice(0, 10)))).toEqual({ allow: 10 });
    expect(most).toBe(10);
  });

  test('without the limit all run', async () => {
    const here = await world({ ports: { maxConcurrent: 64 } });
    expect(verdicts(await Promise.all(Array.from({ length: 50 }, () => call(here))))).toEqual({ allow: 50 });
  });
});

describe('a limit that is used up', () => {
  test('denies as a forbid by its name, says when it resets, and runs nothing', async () => {
    const here = await limited({ id: 'hourly', kind: 'quota', amount: 1, per: '1h' });
    await call(here);
    const tool = counted();
    const end = await here.guard.enforce(toolCall('bank/pay', {}), tool.perform);
    expect(tool.runs).toHaveLength(0);
    expect(end).toMatchObject({ verdict: 'deny', decision: { source: 'policy' } });
    expect(end.decision.determining.map(({ id }) => id)).toEqual(['limit:hourly']);
    expect(parseDecision(end.decision)).toEqual(end.decision);
    expect(end.message).toContain(
      'Limit `hourly` has 0 calls of 1 call left and resets at 2026-01-01T01:00:00.000Z.',
    );
    here.clock.advance(3_600_000);
    expect((await call(here)).verdict).toBe('allow');
  });

  test('gives nothing back when the clock goes back', async () => {
    const here = await limited({ id: 'hourly', kind: 'rate', amount: 1, per: '1h' });
    await call(here);
    here.clock.advance(-7_200_000);
    expect((await call(here)).verdict).toBe('deny');
    here.clock.advance(7_200_000);
    expect((await call(here)).verdict).toBe('deny');
  });

  test('is lifted by no approval', async () => {
    const here = await limited(TEN, { policies: `${PERMIT_ALL} ${ASK}`, approvers: ['ann'] });
    const first = await here.guard.enforce(toolCall('bank/pay', {}, { wait: false }), counted().perform);
    expect(first.verdict).toBe('step_up');
    const none = await limited(
      { ...TEN, amount: 0 },
      { policies: `${PERMIT_ALL} ${ASK}`, approvers: ['ann'] },
    );
    const end = await none.guard.enforce(toolCall('bank/pay', {}, { wait: false }), counted().perform);
    expect(end.verdict).toBe('deny');
    expect(end.decision.held).toEqual([]);
  });

  test('in audit mode is said, counted and let through', async () => {
    const here = await limited({ ...TEN, amount: 1 }, { mode: 'audit' });
    await call(here);
    const end = await call(here);
    expect(end).toMatchObject({ verdict: 'allow', decision: { would: 'deny' } });
    expect(end.decision.determining.map(({ id }) => id)).toEqual(['limit:ten']);
  });
});

describe('a policy', () => {
  test('may ask a person before a limit is reached', async () => {
    const ask =
      '@id("near") @verdict("step_up") forbid(principal, action in Action::"tools/call", resource) when { context has limits.ten && context.limits.ten.remaining <= 8 };';
    const here = await limited(TEN, { policies: `${PERMIT_ALL} ${ask}`, approvers: ['ann'] });
    const pay = (): Promise<Enforced> =>
      here.guard.enforce(toolCall('bank/pay', {}, { wait: false }), counted().perform);
    expect(verdicts([await pay(), await pay(), await pay()])).toEqual({ allow: 2, step_up: 1 });
  });

  test('set has another identity with another limit', async () => {
    const [one, other] = [await limited(TEN), await limited({ ...TEN, amount: 11 })];
    expect((await call(one)).decision.policyHash).not.toBe((await call(other)).decision.policyHash);
  });
});

describe('a limit counts', () => {
  test('only what runs: a denied call, a list and a result take nothing', async () => {
    const forbid = '@id("no") forbid(principal, action == Action::"bank/steal", resource);';
    const here = await limited({ ...TEN, amount: 1 }, { policies: `${PERMIT_ALL} ${forbid}` });
    expect((await call(here, 'bank/steal')).verdict).toBe('deny');
    await here.guard.list({ ...toolCall('bank/pay', {}), phase: 'list', method: 'tools/list' });
    expect((await call(here)).verdict).toBe('allow');
    expect((await call(here)).verdict).toBe('deny');
  });

  test('nothing for a call that was recorded and did not start', async () => {
    const caller = new AbortController();
    let isFirst = true;
    const here = await limited(
      { ...TEN, amount: 1 },
      around('decision', {
        after: async () => {
          if (isFirst) caller.abort();
          isFirst = false;
        },
      }),
    );
    const gone = await here.guard.enforce(
      toolCall('bank/pay', {}, { signal: caller.signal }),
      counted().perform,
    );
    expect(gone.decision.code).toBe('guard.cancelled');
    expect((await call(here)).verdict).toBe('allow');
  });

  test('a call that was cut off: its budget is gone, its place is free', async () => {
    const here = await world({
      limits: [
        { ...TEN, amount: 1 },
        { id: 'single', kind: 'concurrency', amount: 1 },
      ],
    });
    const hanging = await started((perform) => here.guard.enforce(toolCall('bank/pay', {}), perform));
    expect((await call(here)).decision.determining.map(({ id }) => id)).toEqual([
      'limit:ten',
      'limit:single',
    ]);
    here.timers.advance(20_000);
    expect((await hanging.end).outcome).toBe('unknown');
    expect((await call(here, 'bank/other')).decision.determining.map(({ id }) => id)).toEqual(['limit:ten']);
  });

  test('each tool, each agent of a chain and each value of an argument by itself, where it is kept for them', async () => {
    const perTool = await limited({ ...TEN, amount: 1, key: ['tool'] });
    expect((await call(perTool, 'a/x')).verdict).toBe('allow');
    expect((await call(perTool, 'a/y')).verdict).toBe('allow');
    expect((await call(perTool, 'a/x')).verdict).toBe('deny');
    const perCustomer = await limited({ ...TEN, amount: 1, key: ['context.args.customer'] });
    expect((await call(perCustomer, 'a/x', { customer: 'c1' })).verdict).toBe('allow');
    expect((await call(perCustomer, 'a/x', { customer: 'c2' })).verdict).toBe('allow');
    expect((await call(perCustomer, 'a/x', { customer: 'c1' })).verdict).toBe('deny');
    const nameless = await call(perCustomer, 'a/x');
    expect(nameless.verdict).toBe('deny');
    expect(nameless.message).toContain('the call has no `context.args.customer`');
  });

  test('for every agent of a delegation chain, and for no other agent', async () => {
    let ports: GuardPorts | undefined;
    const here = await limited(
      { ...TEN, amount: 1, key: ['principal'] },
      { portsOver: (given) => (ports = { ...given, chain: [{ id: 'boss' }] }) },
    );
    expect((await call(here)).verdict).toBe('allow');
    const as = async (id: string): Promise<string> => {
      const { chain: _chain, ...rest } = ports as GuardPorts;
      const guard = createGuardLine({ ...rest, agent: { id } }, here.timers);
      return (await guard.enforce(toolCall('bank/pay', {}), counted().perform)).verdict;
    };
    expect([await as('boss'), await as('bot'), await as('other')]).toEqual(['deny', 'deny', 'allow']);
  });

  test('each part of an action', async () => {
    const here = await limited({ ...TEN, amount: 3 });
    const parts = ['a/x', 'a/y'].map((id) => ({
      action: { name: 'tools/call' },
      resource: { type: 'tool' as const, id },
    }));
    const both = (): Promise<Enforced> =>
      here.guard.enforce({ ...toolCall('a/x', {}), parts }, counted().perform);
    expect((await both()).verdict).toBe('allow');
    const second = await both();
    expect(second.verdict).toBe('deny');
    expect(second.message).toContain('1 call of 3 calls left');
  });
});

function decisions(here: GuardWorld): readonly number[] {
  return Array.from({ length: here.log.reader.size() }, (_, index) => index).filter(
    (index) => here.log.reader.entry(index).entry.kind === 'decision',
  );
}

function questionOf(here: GuardWorld, index: number): { readonly context: JsonObject } {
  const { input } = here.log.reader.body(index) as { input: { asked: readonly { context: JsonObject }[] } };
  return input.asked[0] ?? { context: {} };
}

describe('tokens and money', () => {
  test('are settled by what the call used', async () => {
    const here = await limited({ id: 'tokens', kind: 'tokens', amount: 100 }, METERED);
    const use = (max: number, tokens: number): Promise<Enforced> =>
      here.guard.enforce(toolCall('model/ask', { max }), async () => ({ tokens }));
    expect((await use(90, 20)).verdict).toBe('allow');
    expect((await use(81, 1)).verdict).toBe('deny');
    expect((await use(80, 80)).verdict).toBe('allow');
    expect((await use(1, 1)).verdict).toBe('deny');
  });

  test('of one call are held to their maximum, and a call that nobody measured is denied', async () => {
    const here = await limited({ id: 'tokens', kind: 'tokens', per_call: 50 }, METERED);
    expect((await call(here, 'model/ask', { max: 50 })).verdict).toBe('allow');
    const above = await call(here, 'model/ask', { max: 51 });
    expect(above.message).toContain('lets one call need 50 tokens, and this one needs 51 tokens');
    const unmeasured = await call(here, 'model/ask');
    expect(unmeasured.verdict).toBe('deny');
    expect(unmeasured.decision.checks).toContainEqual({
      id: 'limit:tokens',
      version: '1',
      status: 'failed',
      reason: 'limit.fact-missing',
      mode: 'block',
    });
  });

  test('of a call that nobody bounds are all that remains: such calls run one after another', async () => {
    const here = await limited({ id: 'cost', kind: 'budget', amount: 1 }, METERED);
    const first = await started((perform) => here.guard.enforce(toolCall('model/ask', {}), perform));
    expect((await call(here, 'model/ask')).verdict).toBe('deny');
    first.release({ cost: 400_000 });
    expect((await first.end).verdict).toBe('allow');
    expect((await call(here, 'model/ask', { price: 600_001 })).verdict).toBe('deny');
    expect((await call(here, 'model/ask', { price: 600_000 })).verdict).toBe('allow');
  });

  test('is told by the entry of the outcome, with a limit and without, and not where nobody knows', async () => {
    const last = (here: GuardWorld): Entry => here.log.reader.entry(here.log.reader.size() - 1).entry;
    for (const limit of [
      { id: 'cost', kind: 'budget', amount: 1 },
      { id: 'rate', kind: 'rate', amount: 9, per: '1h', actions: ['other/tool'] },
    ]) {
      const here = await limited(limit, METERED);
      await here.guard.enforce(toolCall('model/ask', { price: 9 }), async () => ({ cost: 400_000 }));
      expect(last(here)).toMatchObject({ kind: 'outcome', costMicros: 400_000 });
      await here.guard.enforce(toolCall('model/ask', { price: 9 }), async () => ({ cost: 0 }));
      expect(last(here)).toMatchObject({ kind: 'outcome', costMicros: 0 });
      for (const unknown of [{}, { cost: -1 }, { cost: 0.5 }]) {
        await here.guard.enforce(toolCall('model/ask', { price: 9 }), async () => unknown);
        expect(last(here)).toMatchObject({ kind: 'outcome' });
        expect(last(here)).not.toHaveProperty('costMicros');
      }
    }
  });

  test('that a meter misreports are not believed: what was reserved counts', async () => {
    const here = await limited({ id: 'tokens', kind: 'tokens', amount: 100 }, METERED);
    await here.guard.enforce(toolCall('model/ask', { max: 90 }), async () => ({ tokens: -90 }));
    await here.guard.enforce(toolCall('model/ask', { max: 5 }), async () => ({ tokens: 0.5 }));
    expect((await call(here, 'model/ask', { max: 6 })).verdict).toBe('deny');
  });
});

describe('time', () => {
  test('is measured, and one call runs no longer than it may', async () => {
    const here = await limited({ id: 'time', kind: 'time', amount: '3s', per_call: '1s' });
    await here.guard.enforce(toolCall('a/b', {}), async () => {
      here.clock.advance(500);
      return {};
    });
    const hanging = await started((perform) => here.guard.enforce(toolCall('a/b', { n: 1 }), perform));
    here.timers.advance(1_000);
    expect(await hanging.end).toMatchObject({ outcome: 'unknown' });
    expect((await call(here, 'a/b', { n: 2 })).verdict).toBe('allow');
    const index = decisions(here).at(-1) ?? 0;
    expect(questionOf(here, index).context).toHaveProperty('limits.time.remaining', 1_500);
  });
});

describe('a receipt', () => {
  test('names each limit: ran, skipped because it does not apply, or because the call was not let in', async () => {
    const limits = [TEN, { ...TEN, id: 'other', actions: ['a/other'] }];
    const here = await world({ limits });
    const checksOf = ({ decision }: Enforced): readonly string[] =>
      decision.checks
        .filter(({ id }) => id.startsWith('limit:'))
        .map(({ id, status, reason }) => `${id} ${status} ${reason ?? ''}`.trim());
    expect(checksOf(await call(here))).toEqual(['limit:ten ran', 'limit:other skipped limit.not-applicable']);
    await here.kill('agent', 'bot');
    expect(checksOf(await call(here))).toEqual([
      'limit:ten skipped admission',
      'limit:other skipped admission',
    ]);
  });
});

describe('the state of limits', () => {
  test('that cannot be read denies, and the receipt says so', async () => {
    const here = await limited(TEN, {
      portsOver: (ports) => ({
        ...ports,
        state: {
          ...ports.state,
          limitUse: () => {
            throw new Error('the disk is gone');
          },
        },
      }),
    });
    const end = await call(here);
    expect(end).toMatchObject({ verdict: 'deny', decision: { code: 'limit.unavailable' } });
    expect(end.decision.checks.at(-1)).toMatchObject({ id: 'limit:ten', status: 'failed' });
  });

  test('that a reading missed is taken atomically all the same: judged again once, then denied', async () => {
    const stale = await limited(
      { ...TEN, amount: 1 },
      { portsOver: (ports) => ({ ...ports, state: { ...ports.state, limitUse: () => undefined } }) },
    );
    expect((await call(stale)).verdict).toBe('allow');
    const tool = counted();
    const end = await stale.guard.enforce(toolCall('bank/pay', {}), tool.perform);
    expect(tool.runs).toHaveLength(0);
    expect(end).toMatchObject({ verdict: 'deny', decision: { code: 'guard.limit_exceeded' } });
    expect(end.message).toContain('limit `ten`');
  });
});
