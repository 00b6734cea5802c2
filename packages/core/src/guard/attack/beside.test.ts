/** What is sent beside the arguments is looked at by the same checks, and is no part of the action. */
import { expect, test } from 'vitest';
import { toolCall } from '../../testing/index.ts';
import { CALL, CARD, counted, DELIVER, world } from './fixtures.ts';

const FORBIDS = `${CALL} ${DELIVER}
  @id("no-cards") forbid(principal, action in Action::"tools/call", resource) when { context.findings.contains("payment-card") };`;
const REDACTS = `${CALL.replace('permit', '@redact("payment-card") permit')} ${DELIVER}`;
const call = (beside?: Record<string, string>, text = 'words') =>
  toolCall('notes/add', { text }, beside === undefined ? {} : { beside });

test('a policy that forbids what the checks find forbids it beside the arguments too', async () => {
  const here = await world({ policies: FORBIDS });
  const tool = counted();
  expect(await here.guard.enforce(call({ note: CARD }), tool.perform)).toMatchObject({
    verdict: 'deny',
    decision: { determining: [{ id: 'no-cards' }] },
  });
  expect(tool.runs).toHaveLength(0);
  expect(await here.guard.enforce(call({ note: 'nothing' }), tool.perform)).toMatchObject({
    verdict: 'allow',
  });
});

test('what would have to be redacted there lets nothing through, because nothing is changed there', async () => {
  const here = await world({ policies: REDACTS });
  const tool = counted();
  for (const text of ['words', CARD]) {
    const end = await here.guard.enforce(call({ note: CARD }, text), tool.perform);
    expect(end).toMatchObject({ verdict: 'deny', decision: { code: 'guard.redaction-incomplete' } });
    expect(JSON.stringify(end)).not.toContain(CARD);
  }
  expect(tool.runs).toHaveLength(0);
  expect(await here.guard.enforce(call({ note: 'x' }, CARD), tool.perform)).toMatchObject({
    verdict: 'modify',
  });
});

test('a check that breaks on it denies', async () => {
  const detector = {
    id: 'cards',
    version: '1',
    kinds: ['payment-card'],
    detect: ({ value }: { value: unknown }) => {
      if (JSON.stringify(value).includes('boom')) throw new Error('bug');
      return [];
    },
  };
  const here = await world({ policies: FORBIDS, ports: { detectors: [{ detector, mode: 'block' }] } });
  expect(await here.guard.enforce(call({ note: 'boom' }), counted().perform)).toMatchObject({
    verdict: 'deny',
    decision: { code: 'detector.failed' },
  });
});

test('it changes neither the digest nor what is performed', async () => {
  const here = await world({ policies: FORBIDS });
  const tool = counted();
  const digests: string[] = [];
  for (const beside of [undefined, { token: 'one' }, { token: 'two' }])
    await here.guard.enforce(call(beside), (performance) => {
      digests.push(performance.digest);
      return tool.perform(performance);
    });
  expect(new Set(digests).size).toBe(1);
  expect(tool.runs).toHaveLength(3);
});
