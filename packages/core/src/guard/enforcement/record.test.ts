/** The record comes first: what cannot be recorded does not run, and an end that nobody knows is closed by a person. */
import { describe, expect, test } from 'vitest';
import { type LogWriter } from '../../model/index.ts';
import { toolCall } from '../../testing/index.ts';
import type { InterceptedAction } from '../types.ts';
import { counted, world } from './fixtures.ts';

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
      decision: {
        held: [{ id: 'writ.unresolved-outcome' }],
        // The policies that permit it do not hold it.
        determining: [{ id: 'writ.unresolved-outcome' }],
      },
    });
    expect(again.message).toMatch(/\(policy `writ\.unresolved-outcome`\).*nobody knows what it did/);
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

describe('an entry says what was done', () => {
  const egress = (method: string): InterceptedAction => ({
    face: 'egress',
    initiator: 'agent',
    phase: 'call',
    method,
    parts: [
      {
        action: { name: 'network/egress' },
        resource: { type: 'host', id: 'pypi.org' },
        args: {
          host: 'pypi.org',
          port: 443,
          scheme: 'https',
          network: 'unknown',
          by: 'proxy',
          unresolved: [],
        },
      },
    ],
    args: { connect: 'pypi.org:443' },
  });

  test.each([
    ['network/egress', 'network/egress'],
    ['network/other', 'other'],
  ])('%s stands there as %s', async (method, recorded) => {
    const here = await world();
    await here.guard.enforce(egress(method), counted().perform);
    const entries = Array.from(
      { length: here.log.reader.size() },
      (_, at) => here.log.reader.entry(at).entry,
    );
    const methods = entries.flatMap((entry) => (entry.kind === 'decision' ? [entry.decision.method] : []));
    expect(methods).toEqual([recorded]);
  });
});
