/** What each verdict makes of a call and of its result. */
import { describe, expect, test } from 'vitest';
import { toolCall } from '../../testing/index.ts';
import { PERMIT_ALL, CARD, counted, kinds, world } from './fixtures.ts';

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
