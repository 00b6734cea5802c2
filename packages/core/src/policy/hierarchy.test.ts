/** Organisation, team and agent levels: each is decided separately, and a lower one only narrows. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { PolicyDecisionPoint, Verdict } from '../model/index.ts';
import { strongestVerdict } from '../model/index.ts';
import { FILE_TOOLS, OVERFLOW, queryOf } from './fixtures.ts';
import type { PolicyLevel } from './language/index.ts';
import { loadPolicySet, type PolicySetOptions } from './load.ts';

const CALLS = 'principal, action in Action::"tools/call", resource';
const ORGANISATION: PolicyLevel = { kind: 'organisation' };
const RESEARCH: PolicyLevel = { kind: 'team', team: 'research' };
const SALES: PolicyLevel = { kind: 'team', team: 'sales' };
const BOT: PolicyLevel = { kind: 'agent', agent: 'bot' };

function pointOf(
  texts: readonly (readonly [PolicyLevel, string])[],
  options: Partial<PolicySetOptions> = {},
): PolicyDecisionPoint {
  const sources = texts.map(([level, text], index) => ({ name: `${index}.cedar`, text, level }));
  return loadPolicySet({ sources, tools: FILE_TOOLS, mode: 'strict', ...options }).decisionPoint;
}

const permit = (id: string): string => `@id("${id}") permit(${CALLS});`;
const forbid = (id: string, verdict?: string): string =>
  `@id("${id}") ${verdict === undefined ? '' : `@verdict("${verdict}")`} forbid(${CALLS});`;

describe('levels', () => {
  test('a permit of a lower level does not lift a forbid above it', () => {
    const outcome = pointOf([
      [ORGANISATION, `${permit('p')} ${forbid('no')}`],
      [RESEARCH, permit('t')],
      [BOT, permit('a')],
    ]).decide(queryOf());
    expect(outcome.verdict).toBe('deny');
    expect(outcome.determining.map(({ id }) => id)).toEqual(['no']);
  });

  test('every level that has policies must permit, and the denial names the one that does not', () => {
    const outcome = pointOf([
      [ORGANISATION, permit('p')],
      [RESEARCH, '@id("t") permit(principal, action == Action::"files/read_file", resource);'],
    ]).decide(queryOf());
    expect(outcome.verdict).toBe('deny');
    expect(outcome.reasons).toEqual([
      'no policy of the team `research` permits `tools/call` on `files/write_file`',
    ]);
  });

  test('a level of another team or agent concerns nobody else', () => {
    const other: PolicyLevel = { kind: 'agent', agent: 'other' };
    const texts = [
      [ORGANISATION, permit('p')],
      [SALES, forbid('t')],
      [other, forbid('a')],
    ] as const;
    expect(pointOf(texts).decide(queryOf()).verdict).toBe('allow');
  });

  test('a team is found through the entities too', () => {
    const entities = [
      { uid: { type: 'Agent', id: 'bot' }, attrs: {}, parents: [{ type: 'Team', id: 'sales' }] },
    ];
    const texts = [
      [ORGANISATION, permit('p')],
      [SALES, forbid('t')],
    ] as const;
    expect(pointOf(texts, { entities }).decide(queryOf()).verdict).toBe('deny');
  });

  test('an agent that no level concerns may nothing', () => {
    const outcome = pointOf([[SALES, permit('t')]]).decide(queryOf());
    expect(outcome).toMatchObject({ verdict: 'deny', source: 'policy', determining: [] });
    expect(pointOf([[SALES, permit('t')]], { mode: 'permissive' }).decide(queryOf()).verdict).toBe('allow');
  });

  test('each agent of a delegation chain is judged by its own levels', () => {
    const chained = queryOf({
      subject: { ...queryOf().subject, chain: [{ id: 'lead', team: 'sales', org: 'acme' }] },
    });
    const texts = [
      [ORGANISATION, permit('p')],
      [SALES, forbid('t')],
    ] as const;
    expect(pointOf(texts).decide(queryOf()).verdict).toBe('allow');
    expect(pointOf(texts).decide(chained).verdict).toBe('deny');
  });

  test('the level is part of the identity of the set', () => {
    const at = (level: PolicyLevel): string => pointOf([[level, permit('p')]]).policyHash;
    expect(new Set([ORGANISATION, RESEARCH, BOT].map(at)).size).toBe(3);
  });

  test('a lower level never weakens a verdict, and the whole is the strongest of the levels', () => {
    const bodies = [permit('P'), forbid('P'), `${permit('P')} ${forbid('Q', 'step_up')}`, ''];
    const body = fc.constantFrom(...bodies);
    fc.assert(
      fc.property(fc.tuple(body, body, body), (texts) => {
        const levels = [ORGANISATION, RESEARCH, BOT];
        const named = texts.map(
          (text, index) =>
            [levels[index] ?? ORGANISATION, text.replaceAll(/"([PQ])"/g, `"$1${index}"`)] as const,
        );
        const present = named.filter(([, text]) => text !== '');
        const alone = present.map((one): Verdict => pointOf([one]).decide(queryOf()).verdict);
        const together = pointOf(present).decide(queryOf()).verdict;
        expect(together).toBe(alone.length === 0 ? 'deny' : strongestVerdict(alone));
      }),
      { numRuns: 64 },
    );
  });
});

describe('on_error', () => {
  const slip = `${permit('p')} @id("slip") forbid(${CALLS}) when { ${OVERFLOW} };`;

  test('a forbid that fails denies by default, and is skipped and still reported under `skip`', () => {
    const denied = pointOf([[ORGANISATION, slip]]).decide(queryOf());
    const skipped = pointOf([[ORGANISATION, slip]], { onError: 'skip' }).decide(queryOf());
    expect([denied.verdict, skipped.verdict]).toEqual(['deny', 'allow']);
    expect([denied, skipped].map(({ errors }) => errors.map(({ policy }) => policy))).toEqual([
      ['slip'],
      ['slip'],
    ]);
  });

  test('it is part of the identity of the set', () => {
    const hash = (onError?: 'deny' | 'skip'): string =>
      pointOf([[ORGANISATION, permit('p')]], onError === undefined ? {} : { onError }).policyHash;
    expect(hash('skip')).not.toBe(hash());
    expect(hash('deny')).toBe(hash());
  });
});
