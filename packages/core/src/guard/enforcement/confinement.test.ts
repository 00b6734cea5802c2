/** `@confine`: what policy lets run only confined is confined, or does not run. */
import { describe, expect, test } from 'vitest';
import { type Confinement, CONFINEMENTS } from '../../model/index.ts';
import type { InterceptedAction, Performance } from '../types.ts';
import { PERMIT_ALL, world } from './fixtures.ts';

const action = (confines?: Confinement): InterceptedAction => ({
  face: 'hook',
  initiator: 'agent',
  phase: 'call',
  method: 'tools/call',
  parts: [{ action: { name: 'tools/call' }, resource: { type: 'tool', id: 'bank/pay' } }],
  args: { to: 'Ann', amount: 1 },
  ...(confines === undefined ? {} : { confines }),
});

/** Whoever performs it, writing down how it was asked to confine. */
function performer(): { readonly seen: Performance[]; perform(performance: Performance): Promise<string> } {
  const seen: Performance[] = [];
  return {
    seen,
    async perform(performance) {
      seen.push(performance);
      return 'done';
    },
  };
}

const confined = (how: string): string =>
  PERMIT_ALL.replace('@id("calls")', `@id("calls") @confine("${how}")`);

describe('an action that must be confined', () => {
  test('is denied where whoever performs it cannot confine, and the record says why', async () => {
    const here = await world({ policies: confined('moderate') });
    const { seen, perform } = performer();
    const end = await here.guard.enforce(action(), perform);
    expect(end).toMatchObject({
      verdict: 'deny',
      decision: { source: 'admission', code: 'guard.unconfined' },
    });
    expect(end.message).toContain('writ run --profile moderate');
    expect(seen).toStrictEqual([]);
  });

  test.each(CONFINEMENTS)('as moderate runs where %s is possible only if that is as strict', async (able) => {
    const here = await world({ policies: confined('moderate') });
    const { seen, perform } = performer();
    const end = await here.guard.enforce(action(able), perform);
    const isAble = able !== 'permissive';
    expect([end.verdict, seen.map(({ confinement }) => confinement)]).toStrictEqual(
      isAble ? ['allow', ['moderate']] : ['deny', []],
    );
  });

  test('is confined as strictly as the strictest of all policies that permit it', async () => {
    const policies = `${confined('permissive')}
@id("too") @confine("restrictive") permit(principal, action == Action::"bank/pay", resource);
@id("also") @confine("moderate") permit(principal, action == Action::"bank/pay", resource);`;
    const here = await world({ policies });
    const { seen, perform } = performer();
    const end = await here.guard.enforce(action('restrictive'), perform);
    expect(end.decision.obligations).toStrictEqual([{ type: 'confine', confinement: 'restrictive' }]);
    expect(seen[0]?.confinement).toBe('restrictive');
    const { entry } = here.log.reader.entry(2);
    expect(entry).toMatchObject({
      decision: { obligations: [{ type: 'confine', names: ['restrictive'] }] },
    });
  });

  test('waits for nobody where no approval could help', async () => {
    const policies = `${confined('moderate')}
@id("ask") @verdict("step_up") forbid(principal, action == Action::"bank/pay", resource);`;
    const here = await world({ policies });
    const end = await here.guard.enforce(action(), performer().perform);
    expect([end.verdict, end.hold]).toStrictEqual(['deny', undefined]);
  });

  test.each([
    ['the agent that acts', 'bot', 'boss'],
    ['an agent that delegated to it', 'boss', 'bot'],
  ])('is confined where only %s is permitted so', async (_who, one, other) => {
    const policies = `@id("results") permit(principal, action == Action::"results/deliver", resource);
@id("plain") permit(principal == Agent::"${other}", action in Action::"tools/call", resource);
@id("only") @confine("moderate") permit(principal == Agent::"${one}", action in Action::"tools/call", resource);`;
    const here = await world({ policies, ports: { chain: [{ id: 'boss' }] } });
    const { seen, perform } = performer();
    expect((await here.guard.enforce(action('moderate'), perform)).verdict).toBe('allow');
    expect(seen[0]?.confinement).toBe('moderate');
    expect(await here.guard.enforce(action(), perform)).toMatchObject({
      verdict: 'deny',
      decision: { code: 'guard.unconfined' },
    });
  });

  test('is confined where one of its parts must be', async () => {
    const policies = `${PERMIT_ALL}
@id("only") @confine("moderate") permit(principal, action == Action::"bank/pay", resource);`;
    const here = await world({ policies });
    const [pay] = action().parts;
    const parts = [
      { action: { name: 'tools/call' }, resource: { type: 'tool' as const, id: 'bank/read' } },
      pay!,
    ];
    expect(await here.guard.enforce({ ...action(), parts }, performer().perform)).toMatchObject({
      decision: { code: 'guard.unconfined' },
    });
  });

  test('is confined also where the same policies have its arguments redacted', async () => {
    const policies = PERMIT_ALL.replace(
      '@id("calls")',
      '@id("calls") @confine("moderate") @redact("payment-card")',
    );
    const here = await world({ policies });
    const { seen, perform } = performer();
    const card = { ...action('moderate'), args: { to: '4111 1111 1111 1111' } };
    expect((await here.guard.enforce(card, perform)).verdict).toBe('modify');
    expect(seen).toMatchObject([{ confinement: 'moderate', args: { to: '[redacted:payment-card]' } }]);
    expect(await here.guard.enforce({ ...card, confines: 'permissive' }, perform)).toMatchObject({
      verdict: 'deny',
    });
  });

  test('is confined also once a person agreed, and performed by nobody who cannot', async () => {
    const policies = `${confined('moderate')}
@id("ask") @verdict("step_up") forbid(principal, action == Action::"bank/pay", resource);`;
    const here = await world({ policies, approvers: ['ann'] });
    const held = { ...action('moderate'), wait: false };
    const { seen, perform } = performer();
    expect((await here.guard.enforce(held, perform)).verdict).toBe('step_up');
    await here.answer(here.log.state.holds()[0]!, 'ann', 'approve');
    expect((await here.guard.enforce({ ...action(), wait: false }, perform)).verdict).toBe('deny');
    expect((await here.guard.enforce(held, perform)).verdict).toBe('allow');
    expect(seen.map(({ confinement }) => confinement)).toStrictEqual(['moderate']);
  });

  test('is asked of nobody where no policy says so', async () => {
    const here = await world();
    const { seen, perform } = performer();
    await here.guard.enforce(action('restrictive'), perform);
    expect(seen.map((one) => 'confinement' in one)).toStrictEqual([false]);
  });
});
