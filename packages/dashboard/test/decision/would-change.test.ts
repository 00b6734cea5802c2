// What would have changed the answer, in sentences that say no more than is known.
import { sampleDecision, sampleHash } from '@writ/core/testing';
import { expect, test } from 'vitest';
import { disclosedIn } from '../../src/pages/log/decision/line/disclosed.ts';
import { decisionIn } from '../../src/pages/log/decision/line/recorded.ts';
import { type Change, whatWouldChange } from '../../src/pages/log/decision/line/would-change.ts';

const LEAD = { id: 'payments-need-a-lead', contentHash: sampleHash('5') };

function told(
  changes: Parameters<typeof sampleDecision>[0],
  fields?: Readonly<Record<string, unknown>>,
  outcome?: { readonly outcome: string; readonly code?: string },
): readonly string[] {
  const decision = decisionIn({ kind: 'decision', decision: sampleDecision(changes) });
  if (decision === undefined) throw new Error('no decision');
  return whatWouldChange(decision, disclosedIn(fields), outcome).map(plain);
}

function plain({ said, sealed }: Change): string {
  const text = said.map((piece) => (typeof piece === 'string' ? piece : `«${piece.quoted}»`)).join('');
  return sealed === undefined ? text : `${text} [sealed: ${sealed}]`;
}

const HELD = {
  verdict: 'step_up',
  determining: [LEAD],
  held: [{ contentHash: LEAD.contentHash, quorum: 2 }],
} as const;

test('a held call says how many have to agree, and that nobody knows here whom it asks where that is sealed', () => {
  expect(told(HELD)).toEqual([
    'An approval by 2 different people, as «payments-need-a-lead» asks. [sealed: whom it asks]',
  ]);
});

test('a held call says whom it asks, where its node disclosed that', () => {
  const asked = [{ answer: { held: [{ ...LEAD, approvers: ['leads', 'cfo'], quorum: 2 }] } }];
  expect(told(HELD, { input: { asked } })).toEqual([
    'An approval by 2 different people of «leads» and «cfo», as «payments-need-a-lead» asks. Nobody who asked for it counts.',
  ]);
});

test('a call whose earlier end nobody knows needs a person', () => {
  const id = { id: 'writ.unresolved-outcome', contentHash: sampleHash('6') };
  expect(
    told({ verdict: 'step_up', determining: [id], held: [{ contentHash: id.contentHash, quorum: 1 }] }),
  ).toEqual([
    'An approval by one person: an earlier run of exactly this call ended, and nobody knows what it did.',
  ]);
});

test('what waits for context names it, where that is known', () => {
  const deferred = {
    verdict: 'defer',
    determining: [{ id: 'mfa-first', contentHash: sampleHash('1') }],
  } as const;
  expect(told(deferred)).toEqual(['Context that is missing, as «mfa-first» asks. [sealed: which it is]']);
  expect(told(deferred, { input: { needs: ['context.user.mfa'] } })).toEqual([
    'A call that comes with «context.user.mfa» is judged anew; «mfa-first» waits for that.',
  ]);
});

test('where nothing permits it a permit would have, and no approval', () => {
  const nothing = { verdict: 'deny', determining: [], determiningCount: 0 } as const;
  expect(told(nothing)).toEqual([
    'A policy that permits «tools/call». There is none that applies, and what nothing permits is denied. No approval helps. [sealed: what was asked for]',
  ]);
  const fields = { subject: { agent: { id: 'bot' } }, target: [['tools/call', 'tool', 'bank/pay', null]] };
  expect(told(nothing, fields)[0]).toMatch(/^A policy that permits «bank\/pay» for «bot»\./);
});

test('forbids, limits and policies that fail are each told as what they are', () => {
  const determining = [
    { id: 'no-strangers', contentHash: sampleHash('1') },
    { id: 'limit:daily', contentHash: sampleHash('2') },
    { id: 'broken', contentHash: sampleHash('3') },
  ];
  expect(
    told({
      verdict: 'deny',
      determining,
      determiningCount: 3,
      errors: [{ policy: 'broken', code: 'policy.evaluation' }],
    }),
  ).toEqual([
    'If «no-strangers» had not applied: one of its conditions, marked below, would have to come out otherwise. No approval lifts it; only then would it count what permits the call.',
    'Room under the limit «daily»: it was used up, and fills again with time.',
    'If «broken» could have been evaluated: what fails where it could apply denies. [sealed: why it failed]',
  ]);
});

test('what is too much to name is counted', () => {
  const determining = Array.from({ length: 8 }, (_, at) => ({ id: `p${at}`, contentHash: sampleHash('1') }));
  expect(told({ verdict: 'deny', determining, determiningCount: 70 })[0]).toContain(
    'If none of «p0», «p1», «p2», «p3», «p4» and 65 more had applied',
  );
});

test('what is only watched says what it would have been', () => {
  expect(told({ verdict: 'allow', would: 'step_up', mode: 'audit' })).toEqual([
    'Policies are only watched here (mode audit). Enforced, the answer would have been step up, because of «allow-reads».',
  ]);
});

test('what was permitted rests on what permits it, and on its approval', () => {
  const approvals = [{ hold: 'node.example/log#3', keyIds: ['a'], lifts: [] }];
  expect(told({ verdict: 'allow', approvals })).toEqual([
    'Without the approval of «node.example/log#3», which is used up now, it would wait for people.',
    'If «allow-reads» had not applied, nothing would have permitted it.',
  ]);
  expect(told({ verdict: 'allow', mode: 'permissive', determining: [], determiningCount: 0 })).toEqual([
    'No policy permits it: the mode permissive does. In mode strict it would be denied.',
  ]);
});

test('a kill switch, and whatever else the guard refuses by itself, has its sentence', () => {
  const by = (code: string) => told({ verdict: 'deny', source: 'admission', code, determining: [] });
  expect(by('kill.agent')[0]).toMatch(/^The agent was stopped by a kill switch\./);
  expect(by('tool.quarantined')[0]).toContain('writ tools accept');
  expect(by('new.code')).toEqual(['The guard refused it by itself («new.code»), and no policy was asked.']);
  const checks = [
    { id: 'secrets', version: '2', status: 'failed', reason: 'detector.failed', mode: 'block' },
  ] as const;
  expect(told({ verdict: 'deny', source: 'fault', code: 'detector.failed', checks })[1]).toMatch(
    /^The check «secrets» has to run here, and failed\./,
  );
});

test('what was permitted and not done says why', () => {
  expect(
    told({ verdict: 'allow' }, undefined, { outcome: 'not_performed', code: 'guard.cancelled' }),
  ).toContain('The caller gave up before it was done.');
});
