import { describe, expect, test } from 'vitest';
import { type Fault, isFault, parseStrictJson } from '../kernel/index.ts';
import { type Decision, MAX_PARTS, parseDecision } from './index.ts';

const HASH = 'a'.repeat(64);
const POLICY = { id: 'pay-limit', contentHash: HASH };
const APPROVAL = { hold: 'example.org/log#7', keyIds: ['0123456789abcdef'], lifts: [HASH] };
/** A decision with every field. */
const FULL: Decision = {
  verdict: 'step_up',
  would: 'deny',
  mode: 'audit',
  source: 'policy',
  code: 'json.duplicate-key',
  determining: [POLICY],
  errors: [{ policy: 'pay-limit', code: 'policy.evaluation', message: 'type\nerror' }],
  policyHash: HASH,
  schemaHash: HASH,
  entitiesHash: HASH,
  engineVersion: 'cedar-wasm 4.12.0',
  killEpoch: 0,
  policyEpoch: 1,
  labelsVersion: 2,
  parts: [{ verdict: 'step_up', determining: [POLICY] }],
  obligations: [
    { type: 'redact', target: 'result', kinds: ['payment-card', 'secret'] },
    { type: 'label', labels: ['confidential'] },
  ],
  checks: [
    { id: 'secrets', version: '1', status: 'ran', mode: 'block' },
    { id: 'personal-data', version: '1', status: 'failed', reason: 'detector.timeout', mode: 'observe' },
  ],
  performedDigest: HASH,
  approvals: [APPROVAL],
  isolation: 'unisolated',
  held: [{ ...POLICY, approvers: ['finance'], quorum: 2, timeoutMs: 45_000 }],
  needs: ['context.user.mfa'],
  unjudgedArgs: ['options'],
  reasons: ['payments above 100 need a person'],
};
const OPTIONAL = ['would', 'code', 'performedDigest'];
const REQUIRED = Object.keys(FULL).filter((key) => !OPTIONAL.includes(key));

function faultOf(value: unknown): Fault {
  try {
    parseDecision(value);
  } catch (thrown) {
    if (isFault(thrown, 'decision.invalid')) return thrown;
    throw thrown;
  }
  throw new Error('the decision was accepted');
}

describe('a decision', () => {
  test('with every field is read as it is, from text too, and read again the same', () => {
    const read = parseDecision(FULL);
    expect(read).toStrictEqual(FULL);
    expect(parseDecision(read)).toStrictEqual(FULL);
    expect(parseDecision(parseStrictJson(JSON.stringify(FULL)))).toStrictEqual(FULL);
  });

  test('with the required fields alone, and empty lists, is read', () => {
    const least = Object.fromEntries(
      REQUIRED.map((key) => [
        key,
        Array.isArray(FULL[key as keyof Decision]) ? [] : FULL[key as keyof Decision],
      ]),
    );
    expect(parseDecision(least)).toStrictEqual(least);
  });

  test.each(REQUIRED)('without `%s` is refused, and the field named', (name) => {
    const { [name as keyof Decision]: _left, ...rest } = FULL;
    expect(faultOf(rest).data['path']).toBe(name);
  });

  test.each<[string, object]>([
    ['unknown', { unknown: 1 }],
    ['determining[0].unknown', { determining: [{ ...POLICY, unknown: 1 }] }],
    ['errors[0].unknown', { errors: [{ ...FULL.errors[0], unknown: 1 }] }],
    ['parts[0].unknown', { parts: [{ ...FULL.parts[0], unknown: 1 }] }],
    [
      'parts[0].determining[0].unknown',
      { parts: [{ verdict: 'allow', determining: [{ ...POLICY, unknown: 1 }] }] },
    ],
    ['obligations[0].unknown', { obligations: [{ ...FULL.obligations[0], unknown: 1 }] }],
    [
      'obligations[1].target',
      { obligations: [FULL.obligations[0], { ...FULL.obligations[1], target: 'result' }] },
    ],
    ['checks[0].unknown', { checks: [{ ...FULL.checks[0], unknown: 1 }] }],
    ['approvals[0].unknown', { approvals: [{ ...APPROVAL, unknown: 1 }] }],
    ['held[0].unknown', { held: [{ ...FULL.held[0], unknown: 1 }] }],
  ])('with the unknown field `%s` is refused, and the field named', (path, change) => {
    const fault = faultOf({ ...FULL, ...change });
    expect(fault.data['path']).toBe(path);
    expect(fault.message).toBe(`decision at \`${path}\`: is not a known field`);
  });

  test.each<[string, string, object]>([
    ['another verdict', 'verdict', { verdict: 'permit' }],
    ['a verdict in capitals', 'verdict', { verdict: 'ALLOW' }],
    ['another would-be verdict', 'would', { would: 'maybe' }],
    ['a part with another verdict', 'parts[0].verdict', { parts: [{ verdict: '', determining: [] }] }],
    ['another mode', 'mode', { mode: 'off' }],
    ['another source', 'source', { source: 'model' }],
    ['a code with a space', 'code', { code: 'kill agent' }],
    [
      'a policy named like a sentence',
      'determining[0].id',
      { determining: [{ id: 'no payments', contentHash: HASH }] },
    ],
    ['a hash cut short', 'policyHash', { policyHash: 'a'.repeat(63) }],
    ['a hash in capitals', 'schemaHash', { schemaHash: 'A'.repeat(64) }],
    ['a version of two lines', 'engineVersion', { engineVersion: 'a\nb' }],
    ['a negative epoch', 'killEpoch', { killEpoch: -1 }],
    ['an epoch that is no number', 'policyEpoch', { policyEpoch: '1' }],
    ['an epoch beyond 2^53', 'labelsVersion', { labelsVersion: 2 ** 53 }],
    ['an unknown obligation', 'obligations[0].type', { obligations: [{ type: 'ignore' }] }],
    [
      'an obligation without its kinds',
      'obligations[0].kinds',
      { obligations: [{ type: 'redact', target: 'result' }] },
    ],
    [
      'an unknown status of a check',
      'checks[0].status',
      { checks: [{ ...FULL.checks[0], status: 'passed' }] },
    ],
    ['an approval of no receipt', 'approvals[0].hold', { approvals: [{ ...APPROVAL, hold: 'log' }] }],
    ['a quorum of nobody', 'held[0].quorum', { held: [{ ...FULL.held[0], quorum: 0 }] }],
    ['half an approver', 'held[0].quorum', { held: [{ ...FULL.held[0], quorum: 1.5 }] }],
    ['another isolation', 'isolation', { isolation: 'partly' }],
    ['a lone surrogate in a reason', 'reasons[0]', { reasons: ['\ud800'] }],
    ['undefined for an absent field', 'would', { would: undefined }],
  ])('with %s is refused, and the place named', (_what, path, change) => {
    expect(faultOf({ ...FULL, ...change }).data['path']).toBe(path);
  });

  test.each<[string, number, (count: number) => object, string]>([
    ['parts', MAX_PARTS, (count) => ({ parts: Array(count).fill(FULL.parts[0]) }), 'parts'],
    ['determining policies', 10_000, (count) => ({ determining: Array(count).fill(POLICY) }), 'determining'],
    ['checks', 1024, (count) => ({ checks: Array(count).fill(FULL.checks[0]) }), 'checks'],
    [
      'obligations',
      1024,
      (count) => ({ obligations: Array(count).fill(FULL.obligations[0]) }),
      'obligations',
    ],
    ['approvals', 1024, (count) => ({ approvals: Array(count).fill(APPROVAL) }), 'approvals'],
    ['reasons', 1024, (count) => ({ reasons: Array(count).fill('') }), 'reasons'],
    ['characters of a reason', 65_536, (count) => ({ reasons: ['x'.repeat(count)] }), 'reasons[0]'],
  ])('%s: %d are read, one more is refused', (_what, most, make, path) => {
    expect(() => parseDecision({ ...FULL, ...make(most) })).not.toThrow();
    expect(faultOf({ ...FULL, ...make(most + 1) }).data['path']).toBe(path);
  });

  test.each([
    ['nothing', undefined],
    ['null', null],
    ['a text', 'allow'],
    ['a list', [FULL]],
  ])('is not %s', (_what, value) => {
    expect(faultOf(value).data['path']).toBe('');
  });
});
