import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import type { JsonObject } from '../../../kernel/index.ts';
import type { Part, PolicyOutcome, PolicyQuery } from '../../../model/index.ts';
import { parseSources, type PolicySource } from '../../language/index.ts';
import { loadPolicySet } from '../../load.ts';
import { compilePack, createPatternMatcher } from '../index.ts';
import { type StarterPack, starterPacks } from './index.ts';

/** A case as `cases.yaml` has it. */
interface Case {
  readonly name: string;
  readonly phase?: 'list' | 'result';
  readonly tool?: string;
  readonly action?: string;
  readonly resource?: Part['resource'];
  readonly args?: JsonObject;
  readonly team?: string;
  readonly user?: { readonly id: string; readonly roles: readonly string[]; readonly mfa?: boolean };
  readonly findings?: readonly string[];
  readonly labels?: readonly string[];
  readonly time?: string;
  readonly expect: { readonly verdict: string; readonly policies: readonly string[] };
}

const METHODS = { call: 'tools/call', list: 'tools/list', result: 'results/deliver' } as const;
/** Clauses that packs may say they serve, as the requirements and the standards name them. */
const CLAUSE =
  /^(?:OWASP-ASI(?:0[1-9]|10)|OWASP-MCP(?:0[1-9]|10)|AARM-1\.0-R[1-9]|SOC2-(?:CC6\.[1-8]|CC7\.[1-5]|CC8\.1|PI1\.[1-5]|C1\.[12]|A1\.[1-3]))$/;

function casesOf(starter: StarterPack): readonly Case[] {
  return parse(starter.cases.text) as readonly Case[];
}

function queryOfCase(one: Case, patternFindings: readonly string[]): PolicyQuery {
  const phase = one.phase ?? 'call';
  const part: Part =
    one.tool === undefined
      ? { action: { name: one.action ?? '' }, resource: one.resource ?? { type: 'tool', id: '' } }
      : { action: { name: METHODS[phase] }, resource: { type: 'tool', id: one.tool } };
  return {
    subject: {
      agent: { id: 'bot', org: 'acme', ...(one.team === undefined ? {} : { team: one.team }) },
      ...(one.user === undefined ? {} : { person: one.user }),
      chain: [],
      authentication: { method: 'configured', assurance: 1, credentialId: 'test', at: 0 },
    },
    initiator: 'agent',
    phase,
    parts: [part],
    lifted: new Set(),
    context: {
      ...(phase === 'call' ? { args: one.args ?? {} } : {}),
      session: { id: 'session-1', labels: one.labels ?? [] },
      findings: [...(one.findings ?? []), ...patternFindings].sort(),
      factsMissing: [],
      time: Date.parse(one.time ?? '2026-01-30T12:00:00Z'),
    },
  };
}

/** Answers every case over `sources`. */
function answers(starter: StarterPack, sources: readonly PolicySource[]): readonly PolicyOutcome[] {
  const { decisionPoint } = loadPolicySet({ sources, tools: starter.tools, mode: 'strict' });
  const { patterns } = compilePack(starter.pack, { tools: starter.tools });
  const matcher = createPatternMatcher(patterns);
  return casesOf(starter).map((one) =>
    decisionPoint.decide(queryOfCase(one, matcher.findingsOf(one.tool ?? '', one.args ?? {}))),
  );
}

function sourcesOf(starter: StarterPack): readonly PolicySource[] {
  const { cedar, problems, warnings } = compilePack(starter.pack, { tools: starter.tools });
  expect([problems, warnings]).toEqual([[], []]);
  return [{ name: 'pack.cedar', text: cedar }, ...(starter.extra === undefined ? [] : [starter.extra])];
}

const summary = ({ verdict, determining }: PolicyOutcome): string =>
  `${verdict} ${[...new Set(determining.map(({ id }) => id))].sort().join(' ')}`;

test('there is one for each kind of agent', () => {
  expect(starterPacks().map(({ name }) => name)).toEqual([
    'coding-agent',
    'customer-support',
    'data-analyst',
    'finance',
    'sre-kubernetes',
    'browsing',
    'email',
  ]);
});

describe.each(starterPacks().map((starter) => [starter.name, starter] as const))(
  'the starter pack %s',
  (_name, starter) => {
    test('loads without a warning, and answers its cases as they say', () => {
      const sources = sourcesOf(starter);
      expect(loadPolicySet({ sources, tools: starter.tools, mode: 'strict' }).warnings).toEqual([]);
      const cases = casesOf(starter);
      const found = answers(starter, sources).map((outcome, index) => [cases[index]?.name, summary(outcome)]);
      expect(found).toEqual(
        cases.map(({ name, expect: { verdict, policies } }) => [
          name,
          `${verdict} ${[...policies].sort().join(' ')}`,
        ]),
      );
    });

    test('says of every rule which clauses it serves, and why it forbids', () => {
      for (const policy of parseSources(sourcesOf(starter)).policies) {
        if (/\.later(?:\.|$)/.test(policy.id)) continue;
        const odd = policy.controls.filter((control) => !CLAUSE.test(control));
        expect([policy.id, policy.controls.length > 0, odd]).toEqual([policy.id, true, []]);
      }
    });

    test('has no policy that could be taken out without a case noticing', () => {
      const sources = sourcesOf(starter);
      const { policies } = parseSources(sources);
      const whole = answers(starter, sources).map(summary);
      const unnoticed = policies
        .map(({ id }) => id)
        .filter((id) => {
          const rest = policies.filter((policy) => policy.id !== id).map(({ text }) => text);
          const found = answers(starter, [{ name: 'rest.cedar', text: rest.join('\n') }]).map(summary);
          return found.join('\n') === whole.join('\n');
        });
      expect(unnoticed).toEqual([]);
    });
  },
);
