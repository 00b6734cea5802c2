/** What a pack looks for in arguments is a fact of every decision of a set that was loaded with it. */
import { describe, expect, test } from 'vitest';
import { queryOf } from '../fixtures.ts';
import { loadPolicySet } from '../load.ts';
import { toolOf } from './fixtures.ts';
import { compilePack } from './index.ts';

const TOOLS = [toolOf('shell/run', { command: { type: 'string' } }, ['command'])];
const PACK = {
  name: 'pack.yaml',
  text: `version: 1
name: p
rules:
  - id: run
    allow: shell/run
  - id: no-destruction
    block: shell/run
    argument: command
    regex: 'rm +-r'
    reason: Nothing is deleted by the folder.
`,
};

const pack = compilePack(PACK, { tools: TOOLS });
const load = (patterns = pack.patterns) =>
  loadPolicySet({ sources: [{ name: 'p.cedar', text: pack.cedar }], tools: TOOLS, mode: 'strict', patterns })
    .decisionPoint;
const verdictOf = (command: string, point = load()): string =>
  point.decide(queryOf({ id: 'shell/run', args: { command } })).verdict;

describe('patterns of a pack', () => {
  test('are looked for by the decision itself', () => {
    expect(pack.problems).toEqual([]);
    expect(pack.patterns.length).toBeGreaterThan(0);
    expect([verdictOf('ls'), verdictOf('rm   -rf /')]).toEqual(['allow', 'deny']);
  });

  test('that nobody looks for deny every call they are about', () => {
    expect([verdictOf('ls', load([])), verdictOf('rm -rf /', load([]))]).toEqual(['deny', 'deny']);
  });

  test('are part of the identity of the set', () => {
    expect(load().policyHash).not.toBe(load([]).policyHash);
  });
});
