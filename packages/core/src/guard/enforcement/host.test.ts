/** Actions that a host runs itself: its own person is asked there, and what it loses the end of is no obstacle to the next. */
import { describe, expect, test } from 'vitest';
import { Fault } from '../../kernel/index.ts';
import { toolCall } from '../../testing/index.ts';
import type { InterceptedAction, Performance } from '../types.ts';
import { HOLD_PAYMENTS, kinds, PERMIT_ALL, world } from './fixtures.ts';

const OWN = `${PERMIT_ALL}
@id("own") @verdict("step_up") @approvers("requester") @reason("you decide about payments")
forbid(principal, action == Action::"bank/pay", resource);`;
/** The same action, run by a host. */
const action = (host: InterceptedAction['host'] | undefined): InterceptedAction => ({
  ...toolCall('bank/pay', { to: 'Ann', amount: 1 }),
  face: 'hook',
  wait: false,
  ...(host === undefined ? {} : { host }),
});

describe('a forbid that whoever asked may lift', () => {
  test('is put to the person at a host that can ask, and the record says that the permission supposes it', async () => {
    const here = await world({ policies: OWN });
    let seen: Performance | undefined;
    const end = await here.guard.enforce(action({ asks: true }), async (performance) => {
      seen = performance;
      return 'paid';
    });
    expect(end).toMatchObject({ verdict: 'allow', result: 'paid' });
    expect(seen?.ask?.join()).toContain('you decide about payments');
    expect(end.decision).toMatchObject({
      obligations: [{ type: 'ask', policies: ['own'] }],
      performedDigest: expect.any(String) as string,
    });
    const { entry } = here.log.reader.entry(2);
    expect(entry).toMatchObject({ decision: { obligations: [{ type: 'ask', names: ['own'] }] } });
  });

  test.each([
    ['cannot ask', { asks: false }],
    ['is none', undefined],
  ])('is a denial where the host %s: no approver is whoever asked', async (_what, host) => {
    const here = await world({ policies: OWN });
    const end = await here.guard.enforce(action(host), () => Promise.reject(new Error('it ran')));
    expect(end).toMatchObject({ verdict: 'deny', decision: { code: 'approval.nobody' } });
  });

  test.each([
    ['is for other people too', OWN.replace('@approvers("requester")', '@approvers("requester, ann")')],
    ['wants two', OWN.replace('@approvers("requester")', '@approvers("requester") @quorum("2")')],
    ['is for any approver', HOLD_PAYMENTS],
    ['is one of two', `${OWN}\n@id("no") forbid(principal, action == Action::"bank/pay", resource);`],
  ])('is nothing to ask at the host where it %s', async (_what, policies) => {
    const here = await world({ policies });
    const end = await here.guard.enforce(action({ asks: true }), () => Promise.reject(new Error('it ran')));
    expect(end.verdict).not.toBe('allow');
    expect(kinds(here)).not.toContain('outcome performed');
  });

  test('does not lift what others must agree to: that is held, and theirs is asked beside it', async () => {
    const policies = `${OWN}
@id("ann") @verdict("step_up") forbid(principal, action == Action::"bank/pay", resource);`;
    const here = await world({ policies, approvers: ['ann'] });
    const end = await here.guard.enforce(action({ asks: true }), () => Promise.reject(new Error('it ran')));
    expect(end.verdict).toBe('step_up');
    expect(end.decision.held.map(({ id }) => id)).toStrictEqual(['ann']);
  });
});

describe('an action that was under way when the node ended', () => {
  const again = async (host: InterceptedAction['host']): Promise<string> => {
    const here = await world();
    const ending = new AbortController();
    const unknown = await here.guard.enforce({ ...action(host), signal: ending.signal }, () => {
      ending.abort(new Fault('guard.closed', 'the node ends'));
      return new Promise(() => undefined);
    });
    expect(unknown.outcome).toBe('unknown');
    const { verdict } = await here.guard.enforce(action(host), () => Promise.resolve('again'));
    return verdict;
  };

  test.each([
    ['runs again at a host', { asks: true }, 'allow'],
    ['needs a person elsewhere', undefined, 'deny'],
  ])('%s', async (_what, host, verdict) => {
    expect(await again(host)).toBe(verdict);
  });
});
