/** What comes back is judged, however it comes. */
import { describe, expect, test } from 'vitest';
import type { Detector } from '../../model/index.ts';
import { toolCall } from '../../testing/index.ts';
import type { Perform } from '../types.ts';
import { CALL, CARD, counted, DELIVER, labelsOf, outcomes, PERMIT_ALL, world } from './fixtures.ts';

describe('what a tool throws is a result too', () => {
  const thrower =
    (error: unknown): Perform =>
    async () => {
      throw error;
    };

  test('an error that policy does not deliver is withheld', async () => {
    const here = await world({
      policies: `${CALL} ${DELIVER} @id("no-cards") forbid(principal, action == Action::"results/deliver", resource) when { context.findings.contains("payment-card") };`,
    });
    const end = await here.guard.enforce(toolCall('files/read', {}), thrower(new Error(`no ${CARD}`)));
    expect(end).toMatchObject({
      verdict: 'deny',
      outcome: 'withheld',
      delivery: { determining: [{ id: 'no-cards' }] },
    });
    expect(end).not.toHaveProperty('error');
    expect(JSON.stringify(end)).not.toContain('4111');
  });

  test.each([
    ['in its message', new Error(`no ${CARD}`)],
    ['in its cause', new Error('no', { cause: new Error(CARD) })],
    ['in a property', Object.assign(new Error('no'), { response: { body: CARD } })],
    ['as it stands', CARD],
  ])('an error with a card number %s is handed on redacted', async (_where, error) => {
    const here = await world({
      policies: `${CALL} ${DELIVER.replace('permit', '@redact("payment-card") permit')}`,
    });
    const end = await here.guard.enforce(toolCall('files/read', {}), thrower(error));
    expect(end).toMatchObject({
      verdict: 'modify',
      outcome: 'failed',
      redactions: { 'payment-card': expect.any(Number) },
    });
    const told = [
      end.message,
      String(end.error),
      JSON.stringify(end.error),
      String((end.error as Error).cause),
    ];
    expect(told.join(' ')).not.toContain('4111');
    expect((end.error as Error).stack).not.toContain('4111');
  });

  test('an error with something in it that cannot be judged is handed on without that', async () => {
    const here = await world();
    const error = Object.assign(new RangeError('no'), { body: new Map([['card', CARD]]) });
    const end = await here.guard.enforce(toolCall('bank/pay', {}), thrower(error));
    expect(end.error).toMatchObject({ name: 'RangeError', message: 'no' });
    expect(end.error).not.toHaveProperty('body');
  });

  test('an error that policy delivers as it is stays the same object', async () => {
    const here = await world();
    const error = new TypeError('no such account');
    const end = await here.guard.enforce(toolCall('bank/pay', {}), thrower(error));
    expect(end).toMatchObject({ verdict: 'allow', outcome: 'failed' });
    expect(end.error).toBe(error);
  });

  test('an error labels the session as a result would', async () => {
    const here = await world({
      policies: `${CALL.replace('permit', '@label("confidential") permit')} ${DELIVER}`,
    });
    await here.guard.enforce(toolCall('hr/read', {}), thrower(new Error('row 7 is Ann')));
    expect(await labelsOf(here)).toEqual(['confidential']);
  });

  test('an error that throws when it is read is withheld, and its outcome recorded', async () => {
    const here = await world();
    const error = {
      get message(): string {
        throw new Error('again');
      },
    };
    const end = await here.guard.enforce(toolCall('bank/pay', {}), thrower(error));
    expect(end).toMatchObject({ verdict: 'deny', outcome: 'withheld' });
    expect(outcomes(here)).toHaveLength(1);
  });
});

describe('what a result is judged by', () => {
  test.each([
    ['its session’s labels', 'context.session.labels.contains("frozen")'],
    ['the purpose of its call', 'context has purpose && context.purpose == "training"'],
    ['whether the tool calls it an error', 'context has is_error && context.is_error'],
    ['what no check could tell', 'context.facts_missing.contains("shy")'],
  ])('%s', async (_what, condition) => {
    const shy: Detector = {
      id: 'shy',
      version: '1',
      kinds: ['x'],
      detect: ({ direction }) => {
        if (direction === 'result') throw new Error('not today');
        return [];
      },
    };
    const here = await world({
      policies: `${PERMIT_ALL} @id("no") forbid(principal, action == Action::"results/deliver", resource) when { resource == Tool::"bank/pay" && ${condition} };
        @id("freeze") @label("frozen") permit(principal, action == Action::"bank/freeze", resource);`,
      ports: { detectors: [{ detector: shy, mode: 'observe' }] },
    });
    await here.guard.enforce(toolCall('bank/freeze', {}), counted().perform);
    const end = await here.guard.enforce(
      toolCall('bank/pay', {}, { purpose: 'training' }),
      counted({ isError: true }).perform,
      () => ({ isError: true }),
    );
    expect(end).toMatchObject({ outcome: 'withheld', delivery: { determining: [{ id: 'no' }] } });
  });

  test('more findings than can be kept withhold it', async () => {
    const noisy: Detector = {
      id: 'noisy',
      version: '1',
      kinds: ['dot'],
      detect: ({ value }) =>
        Array.from({ length: typeof value === 'string' ? 4097 : 0 }, (_, start) => ({
          kind: 'dot',
          severity: 'low' as const,
          confidence: 1,
          span: { pointer: '', start, end: start + 1 },
          detector: 'noisy',
        })),
    };
    const here = await world({ ports: { detectors: [{ detector: noisy, mode: 'observe' }] } });
    const end = await here.guard.enforce(toolCall('x/y', {}), counted('.'.repeat(5000)).perform);
    expect(end).toMatchObject({ outcome: 'withheld', delivery: { code: 'bound.exceeded' } });
  });
});

describe('a result of something else than what was asked', () => {
  const get = {
    method: 'tasks/get',
    parts: [{ action: { name: 'tasks/get' }, resource: { type: 'server' as const, id: 'bank' } }],
    delivers: [{ type: 'tool' as const, id: 'bank/pay' }],
  };
  const GET = '@id("get") permit(principal, action == Action::"tasks/get", resource);';

  test('is judged as a result of that', async () => {
    const own = `@id("no-pay") forbid(principal, action == Action::"results/deliver", resource == Tool::"bank/pay");`;
    const here = await world({ policies: `${GET} ${DELIVER} ${own}` });
    const { perform } = counted();
    expect(await here.guard.enforce({ ...toolCall('', {}), ...get }, perform)).toMatchObject({
      outcome: 'withheld',
      delivery: { determining: [{ id: 'no-pay' }] },
    });
    const { delivers: _delivers, ...plain } = get;
    expect((await here.guard.enforce({ ...toolCall('', {}), ...plain }, perform)).outcome).toBe('performed');
  });

  test('is withheld once that was killed', async () => {
    const here = await world({ policies: `${GET} ${DELIVER}` });
    const end = await here.guard.enforce({ ...toolCall('', {}), ...get }, async () => {
      await here.kill('tool', 'bank/pay');
      return {};
    });
    expect(end).toMatchObject({ outcome: 'withheld', delivery: { code: 'kill.tool' } });
  });
});
