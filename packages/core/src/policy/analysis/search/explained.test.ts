// Explanations agree with decisions, over requests that are aimed at real policies.
import { expect, test } from 'vitest';
import { openExplainer } from '../../explain/index.ts';
import type { PolicySource } from '../../language/index.ts';
import { compilePack, type StarterPack, starterPacks } from '../../packs/index.ts';
import { generateDraft } from './generate.ts';
import { openComparedSet } from './index.ts';
import { createSeeded } from './seeded.ts';
import { vocabularyOf } from './vocabulary.ts';

const REQUESTS = 200;

function sourcesOf({ pack, extra, tools }: StarterPack): readonly PolicySource[] {
  const { cedar } = compilePack(pack, { tools });
  return [{ name: 'pack.cedar', text: cedar }, ...(extra === undefined ? [] : [extra])];
}

test.each(starterPacks().map((starter) => [starter.name, starter] as const))(
  'every policy that determined a decision of the pack %s is explained as applying, and no other as determining',
  (_name, starter) => {
    const options = { sources: sourcesOf(starter), tools: starter.tools, mode: 'strict' as const };
    const explainer = openExplainer(options);
    const set = openComparedSet(options);
    const words = vocabularyOf(set, set);
    const seeded = createSeeded(11);
    for (let count = 0; count < REQUESTS; count += 1) {
      const query = generateDraft(words, seeded, [set]).query();
      const { outcome, determined, near } = explainer.explain(query, 1_000);
      const hashes = new Set(outcome.determining.map(({ contentHash }) => contentHash));
      expect(new Set(determined.map(({ contentHash }) => contentHash))).toEqual(hashes);
      expect(determined.every(({ status }) => status !== 'fails')).toBe(true);
      for (const { contentHash, failing, sentence } of near) {
        expect(hashes.has(contentHash)).toBe(false);
        expect(failing).toBeGreaterThan(0);
        expect(sentence).toMatch(/^`[\w.-]+` (?:would .+ if .+; .+|could not be evaluated: .+)$/);
      }
    }
  },
);
