/** What audit mode must not relax. */
import { describe, expect, test } from 'vitest';
import { type GuardWorld, type GuardWorldOptions, toolCall } from '../../testing/index.ts';
import { counted, NOTHING, PERMIT_ALL, world } from './fixtures.ts';

describe('audit mode relaxes policy and nothing else', () => {
  const audited = (options: Partial<GuardWorldOptions> = {}) =>
    world({ policies: NOTHING, mode: 'audit', ...options });

  test('policy would deny, and the call runs', async () => {
    const here = await audited();
    expect(await here.guard.enforce(toolCall('bank/pay', {}), counted().perform)).toMatchObject({
      verdict: 'allow',
      decision: { would: 'deny' },
    });
  });

  test.each([
    ['a kill', (here: GuardWorld) => here.kill('agent', 'bot'), 'kill.agent'],
    ['a policy not loaded here', (here: GuardWorld) => here.changePolicy(PERMIT_ALL, false), 'policy.stale'],
  ])('%s denies', async (_what, act, code) => {
    const here = await audited();
    await act(here);
    const tool = counted();
    expect(await here.guard.enforce(toolCall('bank/pay', {}), tool.perform)).toMatchObject({
      verdict: 'deny',
      decision: { code },
    });
    expect(tool.runs).toHaveLength(0);
  });

  test('a face’s refusal denies', async () => {
    const here = await audited();
    const refusal = { code: 'tool.quarantined', reason: 'changed' };
    expect(await here.guard.enforce(toolCall('bank/pay', {}, { refusal }), counted().perform)).toMatchObject({
      verdict: 'deny',
      decision: { code: 'tool.quarantined' },
    });
  });

  test('an argument outside its declared type denies', async () => {
    const here = await audited({
      tools: [
        {
          server: 'bank',
          name: 'pay',
          definition: {
            name: 'pay',
            inputSchema: { type: 'object', properties: { amount: { type: 'integer' } } },
          },
        },
      ],
    });
    const tool = counted();
    expect(await here.guard.enforce(toolCall('bank/pay', { amount: '5' }), tool.perform)).toMatchObject({
      verdict: 'deny',
      decision: { source: 'fault', code: 'policy.arguments' },
    });
    expect(tool.runs).toHaveLength(0);
  });

  test('a failed check that must run withholds the result', async () => {
    let isResult = false;
    const here = await audited({
      ports: {
        detectors: [
          {
            mode: 'block',
            detector: {
              id: 'd',
              version: '1',
              kinds: ['x'],
              detect: ({ direction }) => {
                isResult = direction === 'result';
                if (isResult) throw new Error('bug');
                return [];
              },
            },
          },
        ],
      },
    });
    const end = await here.guard.enforce(toolCall('bank/pay', {}), counted().perform);
    expect(end).toMatchObject({
      verdict: 'deny',
      outcome: 'withheld',
      delivery: { code: 'detector.failed' },
    });
    expect(isResult).toBe(true);
  });
});
