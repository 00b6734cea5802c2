// The straight line out of what is recorded: where it ended stands out, what was not reached is said so, and nothing is made up.
import { sampleDecision, sampleHash } from '@writ/core/testing';
import { describe, expect, test } from 'vitest';
import { STEPS } from '../../src/pages/log/decision/line/step.ts';
import { type LineOf, straightLine } from '../../src/pages/log/decision/line/straight-line.ts';
import type { OutcomeKnown } from '../../src/pages/log/decision/line/steps-after.ts';

type Changes = Parameters<typeof sampleDecision>[0];

const RECEIPT = 'node.example/log#7';
const DISCLOSED = {
  subject: { agent: { id: 'billing' }, person: { id: 'ada', roles: [] }, chain: [{ id: 'planner' }] },
  session: { id: 's-1' },
  target: [['tools/call', 'tool', 'bank/pay', 'bank']],
  input: {
    face: 'mcp_stdio',
    labels: ['source:web'],
    findings: [
      ['email', null, '/to', 0, 3],
      ['email', null, '/cc', 0, 3],
      ['secret', null, '/x', 0, 3],
    ],
    factsMissing: [],
  },
};

function of(decision: Changes, fields?: Readonly<Record<string, unknown>>): LineOf {
  return {
    receipt: RECEIPT,
    entry: { kind: 'decision', decision: sampleDecision(decision) },
    committed: ['subject', 'session', 'target', 'arguments', 'input'],
    ...(fields === undefined ? {} : { facts: { fields } }),
  };
}
const PERFORMED: OutcomeKnown = {
  receipt: 'node.example/log#8',
  outcome: 'performed',
  tookUs: 1_200,
  entry: {
    kind: 'outcome',
    outcome: 'performed',
    delivery: sampleDecision({
      verdict: 'modify',
      determining: [{ id: 'deliver', contentHash: sampleHash('1') }],
    }),
    redactions: { email: 2 },
  },
};

/** `+` passed, `X` ended, `-` not reached, `?` nothing recorded says. */
function drawn(line: LineOf, outcome?: OutcomeKnown): string {
  const marks = { passed: '+', ended: 'X', not_reached: '-', unknown: '?' };
  return straightLine(line, outcome)
    .map(({ state }) => marks[state])
    .join('');
}
function step(line: LineOf, number: number, outcome?: OutcomeKnown) {
  const found = straightLine(line, outcome)[number - 1];
  if (found === undefined) throw new Error('no such step');
  return found;
}
function factOf(
  line: LineOf,
  number: number,
  name: string,
  outcome?: OutcomeKnown,
): readonly string[] | undefined {
  return step(line, number, outcome).facts.find((one) => one.name === name)?.values;
}

describe('where the line ended', () => {
  test.each<[string, Changes, string]>([
    ['a policy', { verdict: 'deny', determining: [] }, '+++++X+----+'],
    ['a hold', { verdict: 'step_up' }, '+++++X+----+'],
    ['missing context', { verdict: 'defer' }, '+++++X+----+'],
    ['a kill switch', { verdict: 'deny', source: 'admission', code: 'kill.agent' }, '+++X--+----+'],
    ['a changed tool', { verdict: 'deny', source: 'admission', code: 'tool.quarantined' }, '+++X--+----+'],
    ['credentials', { verdict: 'deny', source: 'admission', code: 'auth.expired' }, '++X---+----+'],
    ['what cannot be read', { verdict: 'deny', source: 'fault', code: 'json.duplicate-key' }, '+X----+----+'],
    ['a check that failed', { verdict: 'deny', source: 'fault', code: 'detector.failed' }, '++++X-+----+'],
    ['a refused approval', { verdict: 'deny', source: 'admission', code: 'approval.denied' }, '+++++X+----+'],
    ['a lost race', { verdict: 'deny', source: 'admission', code: 'guard.limit_exceeded' }, '++++++X----+'],
    ['policies that changed', { verdict: 'deny', source: 'admission', code: 'guard.epoch' }, '+++++++X---+'],
    ['a code nobody knows', { verdict: 'deny', source: 'admission', code: 'new.code' }, '+++X--+----+'],
  ])('%s ends it there, and nothing after it is drawn as reached', (_what, decision, expected) => {
    expect(drawn(of(decision))).toBe(expected);
    expect(drawn(of(decision))).toHaveLength(STEPS);
  });

  test('of a fault that no step is known of nothing is made up', () => {
    const broken = of({ verdict: 'deny', source: 'fault', code: 'guard.fault' });
    expect(drawn(broken)).toBe('+????X+----+');
  });

  test.each<[string | undefined, string]>([
    ['performed', '++++++++++++'],
    ['failed', '++++++++++++'],
    ['withheld', '+++++++++X++'],
    ['unknown', '++++++++X-++'],
    ['not_performed', '+++++++X--++'],
    ['something new', '+++++++?????'],
  ])('what was permitted and %s is drawn so', (outcome, expected) => {
    expect(drawn(of({ verdict: 'allow' }), { receipt: 'x#8', outcome })).toBe(expected);
  });

  test('what was permitted and has no outcome yet is not drawn as done', () => {
    expect(drawn(of({ verdict: 'allow' }))).toBe('+++++++?????');
    expect(drawn(of({ verdict: 'modify', phase: 'list' }))).toBe('++++++++---+');
  });

  test('an entry of another kind, or of another shape, has no line', () => {
    const line = of({});
    expect(straightLine({ ...line, entry: { kind: 'outcome', outcome: 'performed' } }, undefined)).toEqual(
      [],
    );
    expect(straightLine({ ...line, entry: { kind: 'decision', decision: 'yes' } }, undefined)).toEqual([]);
    expect(
      straightLine(
        { ...line, entry: { kind: 'decision', decision: { verdict: 'allow', checks: 'many' } } },
        undefined,
      ),
    ).toHaveLength(STEPS);
  });
});

describe('what each step produced', () => {
  test('who asked, with what was found, where the node disclosed it', () => {
    const line = of({ verdict: 'deny' }, DISCLOSED);
    expect(factOf(line, 3, 'Agent')).toEqual(['billing']);
    expect(factOf(line, 3, 'For')).toEqual(['ada']);
    expect(factOf(line, 3, 'Through')).toEqual(['planner']);
    expect(factOf(line, 5, 'Labels')).toEqual(['source:web']);
    expect(factOf(line, 5, 'Found')).toEqual(['email ×2', 'secret']);
    expect(step(line, 3).sealed).toEqual([]);
    expect(step(line, 2).sealed).toEqual(['arguments']);
  });

  test('what stays sealed is said, and not that there is nothing', () => {
    const line = of({ verdict: 'deny' });
    expect(step(line, 1).sealed).toEqual(['what it is for']);
    expect(step(line, 3).sealed).toEqual(['who asked, and for whom', 'session']);
    expect(step(line, 5).sealed).toEqual(['labels', 'what the checks found']);
    expect(factOf(line, 5, 'Labels')).toBeUndefined();
    const disclosed = of({}, { ...DISCLOSED, input: { labels: [], findings: [] } });
    expect(factOf(disclosed, 5, 'Labels')).toEqual(['none']);
    expect(factOf(disclosed, 5, 'Found')).toEqual(['none']);
  });

  test('each check, that it ran, was skipped and why, or failed', () => {
    const checks = [
      { id: 'secrets', version: '2', status: 'ran', mode: 'block' },
      { id: 'names', version: '1', status: 'failed', reason: 'detector.failed', mode: 'block' },
    ] as const;
    expect(factOf(of({ checks }), 5, 'Checks')).toEqual([
      'secrets 2 ran',
      'names 1 failed: detector.failed (must run)',
    ]);
    const refused = of({
      verdict: 'deny',
      source: 'admission',
      code: 'kill.all',
      checks: [{ id: 'secrets', version: '2', status: 'skipped', reason: 'admission', mode: 'block' }],
    });
    expect(factOf(refused, 5, 'Not run')).toEqual(['secrets 2 skipped: admission']);
  });

  test('how the result was judged, and what was taken out of it', () => {
    const line = of({ verdict: 'allow' });
    expect(factOf(line, 10, 'Verdict', PERFORMED)).toEqual(['modify']);
    expect(factOf(line, 10, 'Policies', PERFORMED)).toEqual(['deliver']);
    expect(factOf(line, 10, 'Taken out', PERFORMED)).toEqual(['email ×2']);
    expect(factOf(line, 11, 'Receipt', PERFORMED)).toEqual(['node.example/log#8']);
  });

  test('time stands where somebody measured it, and nowhere else', () => {
    const plain = straightLine(of({ verdict: 'allow' }), PERFORMED);
    expect(plain.filter(({ tookUs }) => tookUs !== undefined)).toEqual([]);
    const line = of({
      verdict: 'allow',
      spentUs: { identify: 40, wait: 2_000, admit: 0, facts: 31, decide: 2 },
    });
    const entry = { ...PERFORMED.entry, spentUs: { record: 90, perform: 1_500, inspect: 44, other: -1 } };
    expect(straightLine(line, { ...PERFORMED, entry }).map(({ tookUs }) => tookUs)).toEqual([
      undefined,
      undefined,
      40,
      0,
      31,
      2,
      90,
      undefined,
      1_500,
      44,
      undefined,
      undefined,
    ]);
    expect(factOf(line, 4, 'Waited')).toEqual(['2.0 ms']);
    expect(factOf(line, 11, 'Since decided', PERFORMED)).toEqual(['1.2 ms']);
  });
});
