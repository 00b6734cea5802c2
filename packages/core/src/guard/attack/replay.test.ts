// What is recorded suffices to decide again: exactly, by any set.
import { describe, expect, test } from 'vitest';
import { Fault } from '../../kernel/index.ts';
import type { PolicyDecisionPoint } from '../../model/index.ts';
import { loadPolicySet, readRecordedDecisions, replay, type ReplayReport } from '../../policy/index.ts';
import { type GuardWorld, guardWorld, toolCall } from '../../testing/index.ts';
import { CARD, counted } from './fixtures.ts';

const POLICIES = `
@id("calls") permit(principal, action in Action::"tools/call", resource);
@id("see") permit(principal, action == Action::"tools/list", resource);
@id("no-drop") forbid(principal, action == Action::"db/drop", resource);
@id("ask-pay") @verdict("step_up") forbid(principal, action == Action::"bank/pay", resource);
@id("cards") @redact("payment-card") @label("seen-card") permit(principal, action == Action::"mail/send", resource);
@id("results") @redact("email-address") permit(principal, action == Action::"results/deliver", resource)
  unless { context.session.labels.contains("seen-card") && context has is_error && context.is_error };
@id("later") @verdict("defer") @needs("context.user.mfa") forbid(principal, action == Action::"db/grant", resource) unless { context has user };
@id("night") forbid(principal, action == Action::"db/sleep", resource) when { context.time.toTime() < duration("24h") };
`;

function pointOf(text: string): PolicyDecisionPoint {
  return loadPolicySet({ sources: [{ name: 'test.cedar', text }], mode: 'strict' }).decisionPoint;
}

function replayed(here: GuardWorld, text: string = POLICIES): ReplayReport {
  return replay(readRecordedDecisions(here.log.reader), pointOf(text));
}

/** Everything that a record may have to say: all verdicts, changed arguments, an approval, results, an error, lists, a killed agent. */
async function busy(): Promise<GuardWorld> {
  const here = await guardWorld({ policies: POLICIES, approvers: ['ann'] });
  const { perform } = counted({ text: 'reach me at bob@example.org' });
  const call = (tool: string, args = {}): Promise<unknown> =>
    here.guard.enforce({ ...toolCall(tool, args), wait: false }, perform);
  await call('files/read', { path: '/a' });
  await here.guard.enforce(toolCall('files/read', {}), () => Promise.reject(new Error('no such file')));
  await call('db/drop');
  await call('db/grant');
  await call('db/sleep');
  await call('mail/send', { body: `pay with ${CARD}` });
  await call('bank/pay', { amount: 5 });
  const [hold] = here.log.state.holds();
  if (hold === undefined) throw new Error('nothing waits');
  await here.answer(hold, 'ann', 'approve');
  await call('bank/pay', { amount: 5 });
  await here.guard.enforce(toolCall('files/read', {}), () => Promise.reject(new Error('no such file')));
  await here.kill('tool', 'files/read');
  await call('files/read', { path: '/b' });
  const parts = ['mail/send', 'files/read'].map((id) => ({
    action: { name: 'tools/list' },
    resource: { type: 'tool' as const, id },
  }));
  await here.guard.list({ ...toolCall('mail/send', {}), phase: 'list', method: 'tools/list', parts });
  return here;
}

test('the set that decided answers every recorded question as it did', async () => {
  const here = await busy();
  const report = replayed(here);
  expect(report.groups).toEqual([]);
  expect(report).toMatchObject({
    differs: 0,
    erased: 0,
    sealed: 0,
    unasked: 1,
    unrecorded: 0,
    otherSchema: 0,
  });
  expect(report.same).toBeGreaterThanOrEqual(14);
});

describe('a fact that decided was recorded', () => {
  test.each([
    [
      'arguments',
      '@id("x") forbid(principal, action == Action::"files/read", resource) when { context.args has path && context.args.path == "/a" };',
    ],
    [
      'changed arguments',
      '@id("x") forbid(principal, action == Action::"mail/send", resource) when { context.args has body && context.args.body like "pay with 4111*" };',
    ],
    [
      'findings',
      '@id("x") forbid(principal, action == Action::"mail/send", resource) when { context.findings.contains("payment-card") };',
    ],
    [
      'labels',
      '@id("x") forbid(principal, action == Action::"results/deliver", resource) when { context.session.labels.contains("seen-card") };',
    ],
    [
      'the session',
      '@id("x") forbid(principal, action == Action::"bank/pay", resource) when { context.session.id != "" };',
    ],
    ['the agent', '@id("x") forbid(principal == Agent::"bot", action, resource);'],
    [
      'whether a result is an error',
      '@id("x") forbid(principal, action == Action::"results/deliver", resource) when { context has is_error && context.is_error };',
    ],
    [
      'the time',
      '@id("x") forbid(principal, action in Action::"tools/call", resource) when { context.time > datetime("1971-01-01") };',
    ],
    [
      'what approval lifts',
      '@id("x") forbid(principal, action == Action::"bank/pay", resource) when { context has approval };',
    ],
    [
      'each tool of a list',
      '@id("x") forbid(principal, action == Action::"tools/list", resource == Tool::"mail/send");',
    ],
  ])('%s', async (_what, policy) => {
    const report = replayed(await busy(), `${POLICIES}\n${policy}`);
    expect(report.differs).toBeGreaterThan(0);
    expect(report.groups.every(({ after, to }) => after.includes('x') || to === 'deny')).toBe(true);
  });
});

test('an example names its record, both answers and the question', async () => {
  const here = await busy();
  const { groups, differs } = replayed(
    here,
    POLICIES.replace('@id("no-drop") forbid', '@id("no-drop") permit'),
  );
  expect(differs).toBe(1);
  expect(groups).toMatchObject([{ from: 'deny', to: 'allow', before: ['no-drop'], count: 1 }]);
  const index = groups[0]?.examples[0]?.index ?? -1;
  expect(here.log.reader.entry(index).entry).toMatchObject({
    kind: 'decision',
    decision: { verdict: 'deny' },
  });
});

test('what was asked is nowhere in the clear', async () => {
  const here = await busy();
  for (let index = 0; index < here.log.reader.size(); index += 1) {
    const text = new TextDecoder().decode(here.log.reader.entry(index).bytes);
    expect(text).not.toContain('"asked"');
    expect(text).not.toContain(CARD);
  }
});

test('a body that was erased, and one that nobody here can open, are counted as such', async () => {
  const { log } = await busy();
  const { reader } = log;
  const faulty = (code: 'log.body-erased' | 'key.missing') => ({
    size: () => reader.size(),
    entry: (index: number) => reader.entry(index),
    body: () => {
      throw new Fault(code, 'no body');
    },
  });
  const all = replayed({ log } as GuardWorld);
  const total = all.same + all.unasked;
  expect(replay(readRecordedDecisions(faulty('log.body-erased')), pointOf(POLICIES))).toMatchObject({
    erased: total,
    same: 0,
  });
  expect(replay(readRecordedDecisions(faulty('key.missing')), pointOf(POLICIES))).toMatchObject({
    sealed: total,
    same: 0,
  });
});
