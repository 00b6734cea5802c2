import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { PolicyQuery } from '../../model/index.ts';
import { OVERFLOW, pointOf, queryOf, type QuerySpec } from '../fixtures.ts';

const POLICIES = [
  '@id("calls") permit(principal, action in Action::"tools/call", resource);',
  '@id("calls-too") @label("seen") permit(principal, action, resource) when { context.args has path && context.args.path == "/a" };',
  '@id("results") @redact("secret") permit(principal, action == Action::"results/deliver", resource);',
  '@id("lists") @redact("secret") permit(principal, action == Action::"tools/list", resource) when { !context.findings.contains("email") };',
  '@id("both") @redact("secret") permit(principal, action in [Action::"tools/call", Action::"tools/list"], resource);',
  '@id("tried") @mode("audit") permit(principal, action in Action::"tools/call", resource);',
  '@id("no") @reason("not here") forbid(principal, action, resource) when { context.findings.contains("secret") };',
  '@id("ask") @verdict("step_up") forbid(principal, action, resource) when { context.findings.contains("email") };',
  '@id("watched") @mode("audit") forbid(principal, action, resource) when { context.findings.contains("iban") };',
  `@id("slip") forbid(principal, action, resource) when { context.findings.contains("jwt") && ${OVERFLOW} };`,
];

const AUDIT_UNTIL = 1_000;

const SPEC: fc.Arbitrary<QuerySpec> = fc
  .record({
    kind: fc.constantFrom(
      { method: 'tools/call', phase: 'call' },
      { method: 'results/deliver', phase: 'result' },
      { method: 'tools/list', phase: 'list' },
      { method: 'sampling/createMessage', phase: 'call', type: 'server', initiator: 'server' },
    ),
    id: fc.constantFrom('files/read_file', 'files/write_file'),
    args: fc.constantFrom({ path: '/a' }, { path: '/b' }, { path: '/b', extra: 1 }),
    findings: fc.subarray(['secret', 'email', 'iban', 'jwt']),
    agent: fc.constantFrom('bot', 'other'),
    chain: fc.constantFrom([], [{ id: 'boss' }]),
    time: fc.constantFrom(AUDIT_UNTIL - 1, AUDIT_UNTIL),
    initiator: fc.constantFrom<PolicyQuery['initiator']>('agent', 'operator'),
    lifted: fc.constantFrom([], ['0'.repeat(64)]),
  })
  .map(({ kind, id, args, findings, agent, chain, time, initiator, lifted }) => ({
    id: kind.type === 'server' ? 'files' : id,
    args,
    initiator,
    initiatingServer: 'files',
    ...kind,
    lifted: new Set(lifted),
    subject: { ...queryOf().subject, agent: { id: agent }, chain },
    context: { findings, time },
  })) as fc.Arbitrary<QuerySpec>;

describe('what was answered before', () => {
  test.each(['strict', 'permissive', 'audit'] as const)('changes no later answer of a %s set', (mode) => {
    fc.assert(
      fc.property(
        fc.subarray(POLICIES, { minLength: 1 }),
        fc.array(SPEC, { minLength: 2, maxLength: 12 }),
        (policies, specs) => {
          const fresh = () => pointOf(policies.join('\n'), { mode, auditUntil: AUDIT_UNTIL });
          const kept = fresh();
          for (const spec of [...specs, ...specs]) {
            const query = queryOf(spec);
            expect(kept.decide(query)).toEqual(fresh().decide(query));
          }
        },
      ),
      { numRuns: 60 },
    );
  });

  test('permits nothing to a server that only agents are permitted by default', () => {
    const point = pointOf('@id("none") permit(principal == Agent::"nobody", action, resource);', {
      mode: 'permissive',
    });
    const asServer = {
      method: 'sampling/createMessage',
      type: 'server',
      id: 'files',
      initiator: 'server',
    } as const;
    expect(point.decide(queryOf()).verdict).toBe('allow');
    expect(point.decide(queryOf({ ...asServer, initiatingServer: 'files' })).verdict).toBe('deny');
    expect(point.decide(queryOf()).verdict).toBe('allow');
  });

  test('by an approval is not permitted without it', () => {
    const point = pointOf(
      '@id("all") permit(principal, action, resource); @id("ask") @verdict("step_up") forbid(principal, action, resource);',
    );
    const asked = point.decide(queryOf());
    const lifted = new Set(asked.held.map(({ contentHash }) => contentHash));
    const verdicts = [lifted, new Set<string>(), lifted, new Set<string>()].map(
      (lifts) => point.decide(queryOf({ lifted: lifts })).verdict,
    );
    expect(verdicts).toEqual(['allow', 'step_up', 'allow', 'step_up']);
  });

  test('beside a policy that failed says so for that request alone', () => {
    const point = pointOf(
      `@id("all") permit(principal, action, resource);
       @id("slip") permit(principal, action, resource) when { context.findings.contains("jwt") && ${OVERFLOW} };`,
    );
    const failed = (findings: readonly string[]) =>
      point.decide(queryOf({ context: { findings } })).errors.map(({ policy }) => policy);
    expect([failed(['jwt']), failed([]), failed(['jwt']), failed([])]).toEqual([['slip'], [], ['slip'], []]);
  });

  test('was no denial: each names what was asked', () => {
    const point = pointOf('@id("none") permit(principal == Agent::"nobody", action, resource);');
    const reasons = (id: string) => point.decide(queryOf({ id, args: { path: '/a' } })).reasons;
    for (const id of ['files/read_file', 'files/write_file', 'files/read_file'])
      expect(reasons(id)).toEqual([`no policy permits \`tools/call\` on \`${id}\``]);
  });

  test('is of that request alone in what it says of arguments', () => {
    const point = pointOf(POLICIES.join('\n'));
    const unjudged = (args: NonNullable<QuerySpec['args']>) => point.decide(queryOf({ args })).unjudgedArgs;
    expect(unjudged({ path: '/b', one: 1 })).toEqual(['one']);
    expect(unjudged({ path: '/b' })).toEqual([]);
    expect(unjudged({ path: '/b', two: 2 })).toEqual(['two']);
  });

  test('cannot be changed by who was given it', () => {
    const point = pointOf(POLICIES.join('\n'));
    const first = point.decide(queryOf());
    expect(() => (first.determining as unknown as { id: string }[]).push({ id: 'mine' })).toThrow(TypeError);
    expect(point.decide(queryOf()).determining.map(({ id }) => id)).toEqual(['both', 'calls']);
  });

  test('is forgotten when it is too much, and worked out again', () => {
    const point = pointOf(
      Array.from(
        { length: 11 },
        (_, at) =>
          `@id("p${at}") permit(principal, action, resource) when { context.findings.contains("f${at}") };`,
      ).join('\n'),
    );
    for (let bits = 1; bits < 2 ** 11; bits += 1) {
      const set = Array.from({ length: 11 }, (_, at) => at).filter((at) => (bits >> at) & 1);
      const { determining } = point.decide(queryOf({ context: { findings: set.map((at) => `f${at}`) } }));
      expect(new Set(determining.map(({ id }) => id))).toEqual(new Set(set.map((at) => `p${at}`)));
    }
  });
});
