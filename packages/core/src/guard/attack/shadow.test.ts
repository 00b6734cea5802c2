// A candidate set beside the one in force: heard, recorded, never followed.
import { expect, test } from 'vitest';
import type { Entry, PolicyDecisionPoint, PolicyOutcome } from '../../model/index.ts';
import { loadPolicySet } from '../../policy/index.ts';
import { type GuardWorld, toolCall } from '../../testing/index.ts';
import { CALL, counted, DELIVER, NOTHING, PERMIT_ALL, world } from './fixtures.ts';

const MAIL = toolCall('mail/send', { to: 'ann' });

function pointOf(text: string): PolicyDecisionPoint {
  return loadPolicySet({ sources: [{ name: 'candidate.cedar', text }], mode: 'strict' }).decisionPoint;
}

function beside(policies: string, shadow: () => PolicyDecisionPoint | undefined): Promise<GuardWorld> {
  return world({ policies, portsOver: (ports) => ({ ...ports, policy: { ...ports.policy, shadow } }) });
}

function shadows(here: GuardWorld): readonly unknown[] {
  return Array.from(
    { length: here.log.reader.size() },
    (_, index) => here.log.reader.entry(index).entry,
  ).flatMap((entry: Entry) => {
    if (entry.kind === 'decision') return [entry.decision.shadow];
    return entry.kind === 'outcome' ? [entry.delivery?.shadow] : [];
  });
}

test('a deny of the candidate does not deny, and is recorded on the decision and on the delivery', async () => {
  const candidate = pointOf(NOTHING);
  const here = await beside(PERMIT_ALL, () => candidate);
  const { runs, perform } = counted();
  const end = await here.guard.enforce(MAIL, perform);
  expect(end).toMatchObject({ verdict: 'allow', outcome: 'performed', result: { ok: true } });
  expect(runs).toHaveLength(1);
  const { policyHash } = candidate;
  const told = { policyHash, status: 'differs', verdict: 'deny', determining: [{ id: 'none' }] };
  expect(shadows(here)).toMatchObject([told, told]);
});

test('an allow of the candidate does not allow', async () => {
  const here = await beside(NOTHING, () => pointOf(PERMIT_ALL));
  const { runs, perform } = counted();
  const end = await here.guard.enforce(MAIL, perform);
  expect(end).toMatchObject({ verdict: 'deny' });
  expect(runs).toHaveLength(0);
  expect(shadows(here)).toMatchObject([
    { status: 'differs', verdict: 'allow', determining: [{ id: 'calls' }] },
  ]);
});

test('an allow of the candidate delivers no result that the set in force withholds', async () => {
  const here = await beside(CALL, () => pointOf(PERMIT_ALL));
  const end = await here.guard.enforce(MAIL, counted().perform);
  expect(end).toMatchObject({ verdict: 'deny', outcome: 'withheld' });
  expect(end.result).toBeUndefined();
  expect(shadows(here)).toMatchObject([{ status: 'same' }, { status: 'differs', verdict: 'allow' }]);
});

test('a candidate that answers the same is recorded as such, without its policies', async () => {
  const here = await beside(PERMIT_ALL, () => pointOf(`@id("renamed") permit(principal, action, resource);`));
  await here.guard.enforce(MAIL, counted().perform);
  expect(shadows(here)).toMatchObject([
    { status: 'same', verdict: 'allow', determining: [] },
    { status: 'same', verdict: 'allow', determining: [] },
  ]);
});

const broken = (): never => {
  throw new Error('the candidate broke');
};

test.each<[string, () => PolicyDecisionPoint]>([
  ['that cannot be had', broken],
  ['that throws when it is asked', () => ({ ...pointOf(NOTHING), decide: broken })],
  [
    'that answers nothing',
    () => ({ ...pointOf(NOTHING), decide: () => undefined as unknown as PolicyOutcome }),
  ],
])('a candidate %s changes nothing, and the record says so', async (_why, shadow) => {
  const here = await beside(PERMIT_ALL, shadow);
  const end = await here.guard.enforce(MAIL, counted().perform);
  expect(end).toMatchObject({ verdict: 'allow', outcome: 'performed' });
  expect(shadows(here)).toMatchObject([{ status: 'failed', determining: [] }, { status: 'failed' }]);
});

test('a list is judged beside as well, and shows what the set in force shows', async () => {
  const here = await beside(
    `${DELIVER} @id("see") permit(principal, action == Action::"tools/list", resource);`,
    () => pointOf(NOTHING),
  );
  const parts = ['mail/send', 'mail/read'].map((id) => ({
    action: { name: 'tools/list' },
    resource: { type: 'tool' as const, id },
  }));
  const end = await here.guard.list({ ...MAIL, phase: 'list', method: 'tools/list', parts, args: {} });
  expect(end.visible).toEqual([true, true]);
  expect(shadows(here)).toMatchObject([{ status: 'differs', verdict: 'deny' }]);
});

test('without a candidate nothing of one is recorded', async () => {
  const here = await beside(PERMIT_ALL, () => undefined);
  await here.guard.enforce(MAIL, counted().perform);
  expect(shadows(here)).toEqual([undefined, undefined]);
});
