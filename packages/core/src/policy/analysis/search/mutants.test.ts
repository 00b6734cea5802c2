// How much the search finds: real packs with one thing changed in each of their policies.
import { describe, expect, test } from 'vitest';
import type { Mode } from '../../../model/index.ts';
import { parseSources, type Policy, type PolicySource } from '../../language/index.ts';
import { compilePack, type StarterPack, starterPacks } from '../../packs/index.ts';
import { type ComparedSet, openComparedSet, searchDifference } from './index.ts';

/** Requests that a mutant may need. */
const ENOUGH = 4_000;

function sourcesOf({ pack, extra, tools }: StarterPack): readonly PolicySource[] {
  const { cedar } = compilePack(pack, { tools });
  return [{ name: 'pack.cedar', text: cedar }, ...(extra === undefined ? [] : [extra])];
}

function setOf(
  { tools }: StarterPack,
  texts: readonly string[],
  mode: Mode = 'strict',
): ComparedSet | undefined {
  try {
    return openComparedSet({
      sources: [{ name: 'all.cedar', text: texts.join('\n') }],
      tools,
      mode,
    });
  } catch {
    // A mutant that does not load is no mutant.
    return undefined;
  }
}

/** Ways in which one policy is made another. */
const MUTATIONS: readonly (readonly [string, (text: string) => string])[] = [
  [
    'a bound moved by one',
    (text) =>
      text.replace(
        /([<>]=? )(\d+)/,
        (_all, operator: string, digits: string) => `${operator}${Number(digits) + 1}`,
      ),
  ],
  ['a comparison without its equal', (text) => text.replace(/([<>])= /, '$1 ')],
  ['when turned into unless', (text) => text.replace(/\bwhen \{/, 'unless {')],
  ['another letter in the last text', (text) => text.replace(/"([^"@]*[a-z])"(?=[^"]*$)/, '"$1q"')],
];

describe.each(starterPacks().map((starter) => [starter.name, starter] as const))(
  'in the pack %s',
  (_name, starter) => {
    const { policies } = parseSources(sourcesOf(starter));
    const whole = policies.map(({ text }) => text);

    const unfound = (
      mutate: (policy: Policy, index: number) => readonly string[] | undefined,
      modeOf: (policy: Policy) => Mode = () => 'strict',
    ): readonly string[] =>
      policies.flatMap((policy, index) => {
        const texts = mutate(policy, index);
        const mode = modeOf(policy);
        const [one, other] = [
          setOf(starter, whole, mode),
          texts === undefined ? undefined : setOf(starter, texts, mode),
        ];
        if (one === undefined || other === undefined) return [];
        return searchDifference(one, other, { requests: ENOUGH }).found === undefined ? [policy.id] : [];
      });

    // Where nothing permits anyway, a forbid that is gone changes no answer; where everything is permitted, it does.
    test('a policy that is taken out is found', () => {
      const modeOf = ({ effect }: Policy): Mode => (effect === 'forbid' ? 'permissive' : 'strict');
      expect(unfound((_policy, index) => whole.toSpliced(index, 1), modeOf)).toEqual([]);
    });

    test.each(MUTATIONS)('%s is found', (_what, change) => {
      const mutants = (policy: Policy, index: number): readonly string[] | undefined => {
        const start = policy.text.search(/\b(?:permit|forbid) ?\(/);
        const changed = policy.text.slice(0, start) + change(policy.text.slice(start));
        return changed === policy.text ? undefined : whole.toSpliced(index, 1, changed);
      };
      expect(unfound(mutants)).toEqual([]);
    });
  },
);
