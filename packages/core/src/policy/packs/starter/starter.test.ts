import { describe, expect, test } from 'vitest';
import { parseCases, type PolicyCase, runCases } from '../../cases/index.ts';
import { checkPolicySet } from '../../check-set.ts';
import { parseSources, type PolicySource } from '../../language/index.ts';
import { compilePack } from '../index.ts';
import { type StarterPack, starterPacks } from './index.ts';

/** Clauses that packs may say they serve, as the requirements and the standards name them. */
const CLAUSE =
  /^(?:OWASP-ASI(?:0[1-9]|10)|OWASP-MCP(?:0[1-9]|10)|AARM-1\.0-R[1-9]|SOC2-(?:CC6\.[1-8]|CC7\.[1-5]|CC8\.1|PI1\.[1-5]|C1\.[12]|A1\.[1-3]))$/;

function casesOf({ cases }: StarterPack): readonly PolicyCase[] {
  const parsed = parseCases(cases);
  if ('problems' in parsed) throw new Error(JSON.stringify(parsed.problems));
  return parsed.cases;
}

/** The set that the starter makes; `sources` in place of its Cedar. */
function setOf(starter: StarterPack) {
  const sources = starter.extra === undefined ? [] : [starter.extra];
  return { sources, packs: [starter.pack], tools: starter.tools, mode: 'strict' as const };
}

/** Verdict and policies of every case over nothing but `text`, what the pack looks for found. */
function answers(starter: StarterPack, text: string): readonly string[] {
  const { patterns } = compilePack(starter.pack, { tools: starter.tools });
  const set = { sources: [{ name: 'rest.cedar', text }], patterns, tools: starter.tools };
  return runCases({ ...set, mode: 'strict' }, casesOf(starter)).results.map(({ outcome }) =>
    [outcome.verdict, ...outcome.determining.map(({ id }) => id)].sort().join(' '),
  );
}

function sourcesOf(starter: StarterPack): readonly PolicySource[] {
  const { cedar } = compilePack(starter.pack, { tools: starter.tools });
  return [{ name: 'pack.cedar', text: cedar }, ...(starter.extra === undefined ? [] : [starter.extra])];
}

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
      const { problems, warnings } = checkPolicySet(setOf(starter));
      expect([problems, warnings]).toEqual([[], []]);
      const { results } = runCases(setOf(starter), casesOf(starter));
      expect(results.flatMap(({ name, failures }) => failures.map((why) => `${name}: ${why}`))).toEqual([]);
      expect(casesOf(starter).every(({ expect: { policies } }) => policies !== undefined)).toBe(true);
    });

    test('says of every rule which clauses it serves, and why it forbids', () => {
      for (const policy of parseSources(sourcesOf(starter)).policies) {
        if (/\.later(?:\.|$)/.test(policy.id)) continue;
        const odd = policy.controls.filter((control) => !CLAUSE.test(control));
        expect([policy.id, policy.controls.length > 0, odd]).toEqual([policy.id, true, []]);
      }
    });

    test('has no policy that could be taken out without a case noticing', () => {
      const { policies } = parseSources(sourcesOf(starter));
      const textWithout = (id: string | undefined): string =>
        policies
          .filter((policy) => policy.id !== id)
          .map(({ text }) => text)
          .join('\n');
      const whole = answers(starter, textWithout(undefined)).join('\n');
      const unnoticed = policies.filter(({ id }) => answers(starter, textWithout(id)).join('\n') === whole);
      expect(unnoticed.map(({ id }) => id)).toEqual([]);
    });
  },
);
