/** How much of what others collected is found, and how much of what is clean is questioned: per source, never pooled. */
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import type { JsonObject } from '@writ/core';
import { defectOf } from './defects.ts';
import { createReview } from './review.ts';

interface Row {
  readonly tool: JsonObject & { readonly name: string };
  readonly label: 'clean' | 'poisoned' | 'code-mismatch';
  readonly attack: string | null;
  readonly source: string;
}

const CORPUS = fileURLToPath(
  new URL('../../../../../shared/corpora/detection/mcp-tools.jsonl', import.meta.url),
);
const isPresent = existsSync(CORPUS);
if (!isPresent) {
  if (process.env['WRIT_REQUIRE_CORPORA'] === '1') throw new Error('corpus of tool definitions not present');
  console.warn('corpus of tool definitions not present: review of definitions not measured');
}
const rows: readonly Row[] = isPresent
  ? readFileSync(CORPUS, 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Row)
  : [];

/** Least part of each kind of poisoned definition that is questioned, somewhat below what was measured. What is not in English is mostly not found. */
const LEAST_FOUND: Readonly<Record<string, number>> = {
  'derived:chain-first': 0.9,
  'derived:default-inject': 0.9,
  'derived:env-dump': 0.9,
  'derived:fake-system': 0.9,
  'derived:german': 0.9,
  'derived:html-comment': 0.9,
  'derived:param-exfil': 0.9,
  'derived:preempt': 0.9,
  'derived:retry-escalate': 0.9,
  'derived:shadow-email': 0.9,
  'derived:whitespace-push': 0.9,
  'example-server': 0.5,
  'shadowing/rug-pull': 1,
};

const idOf = (source: string): string => source.replace(/[^a-z0-9-]/g, '-');

function isQuestioned(row: Row, all: readonly Row[]): boolean {
  const own = all.filter(({ source }) => source === row.source);
  const review = createReview({
    server: idOf(row.source),
    listed: new Set(own.map(({ tool }) => tool.name)),
    pinned: [],
    neighbours: all
      .filter(({ source }) => source !== row.source)
      .map(({ source, tool }) => ({ server: idOf(source), name: tool.name, definition: tool })),
  });
  return review({ server: idOf(row.source), name: row.tool.name, definition: row.tool }).length > 0;
}

describe.runIf(isPresent)('of the corpus', () => {
  const clean = rows.filter(({ label }) => label === 'clean');

  test.each([...new Set(clean.map(({ source }) => source))])(
    'nothing clean of %s is refused, and hardly any questioned',
    (source) => {
      const own = clean.filter((row) => row.source === source);
      expect(own.filter(({ tool }) => defectOf(tool) !== undefined)).toEqual([]);
      const questioned = own.filter((row) => isQuestioned(row, clean));
      expect(questioned.map(({ tool }) => tool.name).slice(Math.ceil(own.length / 100))).toEqual([]);
    },
  );

  test.each(Object.entries(LEAST_FOUND))('of `%s` at least %d is questioned', (attack, least) => {
    const own = rows.filter((row) => row.label === 'poisoned' && row.attack === attack);
    expect(own.length).toBeGreaterThan(0);
    expect(own.filter((row) => isQuestioned(row, [])).length / own.length).toBeGreaterThanOrEqual(least);
  });
});
