import { describe, expect, test } from 'vitest';
import type { JsonValue } from '../kernel/index.ts';
import type { LogWriter } from '../model/index.ts';
import { guardWorld, type GuardWorld, type GuardWorldOptions, toolCall } from '../testing/index.ts';
import type { Perform } from './types.ts';

const PERMIT_ALL = `
@id("calls") permit(principal, action in Action::"tools/call", resource);
@id("results") permit(principal, action == Action::"results/deliver", resource);
`;
const HOLD_PAYMENTS = `${PERMIT_ALL}
@id("ask") @verdict("step_up") @reason("payments need a person")
forbid(principal, action == Action::"bank/pay", resource);
`;
const CARD = '4111 1111 1111 1111';

/** A tool that counts its runs. */
function counted(result: JsonValue = { ok: true }): {
  readonly runs: JsonValue[];
  readonly perform: Perform;
} {
  const runs: JsonValue[] = [];
  return {
    runs,
    perform: async ({ args }) => {
      runs.push(args);
      return result;
    },
  };
}

function kinds(world: GuardWorld): readonly string[] {
  return Array.from({ length: world.log.reader.size() }, (_, index) => {
    const { entry } = world.log.reader.entry(index);
    return entry.kind === 'outcome'
      ? `outcome ${entry.outcome}`
      : entry.kind === 'decision'
        ? `decision ${entry.decision.verdict}`
        : entry.kind;
  }).slice(2);
}

const world = (options: Partial<GuardWorldOptions> = {}): Promise<GuardWorld> =>
  guardWorld({ policies: PERMIT_ALL, ...options });

describe('verdicts', () => {
  test('a permitted call runs once, and decision and outcome stand in the log', async () => {
    const here = await world();
    const tool = counted();
    const end = await here.guard.enforce(toolCall('bank/pay', { amount: 5 }), tool.perform);
    expect(end).toMatchObject({
      verdict: 'allow',
      outcome: 'performed',
      result: { ok: true },
      receipt: 'test.example/log#2',
    });
    expect(tool.runs).toEqual([{ amount: 5 }]);
    expect(kinds(here)).toEqual(['decision allow', 'outcome performed']);
  });

  test('what no policy permits does not run, and the refusal says why', async () => {
    const here = await world({
      policies: `@id("r") permit(principal, action == Action::"results/deliver", resource);`,
    });
    const tool = counted();
    const end = await here.guard.enforce(toolCall('bank/pay', {}), tool.perform);
    expect(end.verdict).toBe('deny');
    expect(end.message).toContain('No policy permits');
    expect(tool.runs).toHaveLength(0);
    expect(kinds(here)).toEqual(['decision deny']);
  });

  test('a deferred call returns at once and names what it needs', async () => {
    const here = await world({
      policies: `${PERMIT_ALL} @id("mfa") @verdict("defer") @needs("context.user.mfa") forbid(principal, action in Action::"tools/call", resource) unless { context has user && context.user has mfa && context.user.mfa };`,
    });
    const tool = counted();
    const end = await here.guard.enforce(toolCall('bank/pay', {}), tool.perform);
    expect(end).toMatchObject({ verdict: 'defer', decision: { needs: ['context.user.mfa'] } });
    expect(end.message).toContain('context.user.mfa');
    expect(tool.runs).toHaveLength(0);
  });

  test('redacted arguments are what runs, and the record holds both digests', async () => {
    const here = await world({
      policies: `@id("calls") @redact("payment-card") permit(principal, action in Action::"tools/call", resource); @id("r") permit(principal, action == Action::"results/deliver", resource);`,
    });
    const tool = counted();
    const end = await here.guard.enforce(toolCall('notes/add', { text: `card ${CARD}` }), tool.perform);
    expect(end).toMatchObject({ verdict: 'modify', outcome: 'performed' });
    expect(JSON.stringify(tool.runs)).not.toContain('1111');
    expect(JSON.stringify(tool.runs)).toContain('[redacted:payment-card]');
    const body = here.log.reader.body(2);
    expect(JSON.stringify(body)).toContain(CARD);
    expect(end.decision.performedDigest).toMatch(/^[0-9a-f]{64}$/);
  });

  test('a result is judged again: redacted where policy says so', async () => {
    const here = await world({
      policies: `@id("c") permit(principal, action in Action::"tools/call", resource); @id("r") @redact("payment-card") permit(principal, action == Action::"results/deliver", resource);`,
    });
    const end = await here.guard.enforce(
      toolCall('files/read', {}),
      counted({ text: `x ${CARD} y` }).perform,
    );
    expect(end).toMatchObject({ verdict: 'modify', outcome: 'performed', redactions: { 'payment-card': 1 } });
    expect(end.result).toEqual({ text: 'x [redacted:payment-card] y' });
  });

  test('a result that may not be delivered is withheld, and the caller is told not to retry', async () => {
    const here = await world({
      policies: `@id("c") permit(principal, action in Action::"tools/call", resource); @id("r") permit(principal, action == Action::"results/deliver", resource) unless { context.findings.contains("payment-card") };`,
    });
    const tool = counted({ text: CARD });
    const end = await here.guard.enforce(toolCall('files/read', {}), tool.perform);
    expect(end).toMatchObject({ verdict: 'deny', outcome: 'withheld' });
    expect(end.result).toBeUndefined();
    expect(end.message).toContain('do not retry');
    expect(tool.runs).toHaveLength(1);
    expect(kinds(here)).toEqual(['decision allow', 'outcome withheld']);
  });

  test('a tool that throws is recorded as failed and its error is handed on', async () => {
    const here = await world();
    const end = await here.guard.enforce(toolCall('bank/pay', {}), async () => {
      throw new Error('no such account');
    });
    expect(end).toMatchObject({ verdict: 'allow', outcome: 'failed' });
    expect(end.error).toBeInstanceOf(Error);
    expect(kinds(here)).toEqual(['decision allow', 'outcome failed']);
  });
});

describe('the record comes first', () => {
  const failing = (when: (draft: Parameters<LogWriter['append']>[0]) => boolean, after = false) => ({
    wrapLog: (log: LogWriter): LogWriter => ({
      ...log,
      append: async (draft) => {
        if (!when(draft)) return log.append(draft);
        if (after) await log.append(draft);
        throw new Error('disk full');
      },
    }),
  });

  test.each([
    ['the decision cannot be written', false],
    ['the decision was written and its confirmation was lost', true],
  ])('%s: nothing runs', async (_why, after) => {
    const here = await world(failing(({ detail }) => detail.kind === 'decision', after));
    const tool = counted();
    const end = await here.guard.enforce(toolCall('bank/pay', {}), tool.perform);
    expect(end.verdict).toBe('deny');
    expect(end.receipt).toBeUndefined();
    expect(tool.runs).toHaveLength(0);
  });

  test('the outcome cannot be written: the result is withheld and nobody is told that nothing happened', async () => {
    const here = await world(failing(({ detail }) => detail.kind === 'outcome'));
    const tool = counted({ text: 'secret of the tool' });
    const end = await here.guard.enforce(toolCall('bank/pay', {}), tool.perform);
    expect(tool.runs).toHaveLength(1);
    expect(end).toMatchObject({ verdict: 'deny', outcome: 'withheld' });
    expect(JSON.stringify(end)).not.toContain('secret of the tool');
    expect(end.message).toContain('do not retry');
  });

  test('the decision is durable before the tool starts', async () => {
    const here = await world();
    let sizeAtStart = 0;
    await here.guard.enforce(toolCall('bank/pay', {}), async () => {
      sizeAtStart = here.log.reader.size();
      return null;
    });
    expect(sizeAtStart).toBe(3);
  });
});

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

async function sessionOf(here: GuardWorld): Promise<string> {
  const body = here.log.reader.body(2);
  const text = JSON.stringify(body);
  return /"session":\{"id":"([0-9a-f]{32})"/.exec(text)?.[1] ?? '';
}

describe('unknown outcomes', () => {
  test('an action cut off at its deadline needs a person before it runs again', async () => {
    const here = await world({ approvers: ['alice'] });
    const started = Promise.withResolvers<void>();
    const running = here.guard.enforce(
      toolCall('bank/pay', {}, { wait: false }),
      () => (started.resolve(), new Promise(() => {})),
    );
    await started.promise;
    here.timers.advance(10_000);
    expect(await running).toMatchObject({ outcome: 'unknown' });
    const tool = counted();
    const again = await here.guard.enforce(toolCall('bank/pay', {}, { wait: false }), tool.perform);
    expect(again).toMatchObject({
      verdict: 'step_up',
      decision: { held: [{ id: 'writ.unresolved-outcome' }] },
    });
    await here.answer(here.log.state.holds()[0]!, 'alice', 'approve');
    expect(await here.guard.enforce(toolCall('bank/pay', {}, { wait: false }), tool.perform)).toMatchObject({
      outcome: 'performed',
    });
    expect(tool.runs).toHaveLength(1);
    expect(await here.guard.enforce(toolCall('bank/pay', {}, { wait: false }), tool.perform)).toMatchObject({
      verdict: 'allow',
    });
  });

  test('an action that its caller cancelled may be asked for again', async () => {
    const here = await world();
    const started = Promise.withResolvers<void>();
    const caller = new AbortController();
    const running = here.guard.enforce(
      toolCall('files/read', {}, { signal: caller.signal }),
      () => (started.resolve(), new Promise(() => {})),
    );
    await started.promise;
    caller.abort();
    expect(await running).toMatchObject({ outcome: 'unknown' });
    expect(await here.guard.enforce(toolCall('files/read', {}), counted().perform)).toMatchObject({
      verdict: 'allow',
    });
  });
});

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

  test('arguments that name a file of Writ are refused whatever policy says', async () => {
    const here = await world({
      ports: {
        selfProtection: {
          reachedBy: (args) => (JSON.stringify(args).includes('.writ') ? '.writ' : undefined),
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
