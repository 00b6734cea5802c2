/** `context.limits`: what policies may read of the limits of their set. */
import { expect, test } from 'vitest';
import { parseLimits } from '../../model/index.ts';
import { parseSources } from '../language/index.ts';
import { checkPolicies, schemaForTools } from './index.ts';

const LIMITS = parseLimits([{ id: 'calls', kind: 'calls', amount: 10 }], 'test');

function problemsOf(condition: string, limits = LIMITS): readonly string[] {
  const text = `@id("p") forbid(principal, action in Action::"tools/call", resource) when { ${condition} };`;
  const { policies, problems } = parseSources([{ name: 'p', text }]);
  expect(problems).toEqual([]);
  return checkPolicies(policies, schemaForTools([], limits)).problems.map(({ message }) => message);
}

test.each([
  'context has limits && context.limits has calls && context.limits.calls.remaining < 3',
  'context has limits.calls && context.limits.calls.used >= context.limits.calls.limit',
  'context has limits.calls && context.limits.calls.exceeded',
  'context has limits.calls.resets && context.limits.calls.resets > context.time',
])('a policy may read a limit of its set: %s', (condition) => {
  expect(problemsOf(condition)).toEqual([]);
});

test.each([
  ['one that the set does not declare', 'context has limits.calls && context.limits.budget.remaining < 3'],
  ['one that may not apply, without asking', 'context.limits.calls.remaining < 3'],
  ['a number as a truth', 'context has limits.calls && context.limits.calls.remaining'],
])('%s is a problem', (_what, condition) => {
  expect(problemsOf(condition)).not.toEqual([]);
});

test('a set without limits has none to read, and the schema it always had', () => {
  expect(problemsOf('context.limits.calls.exceeded', [])).not.toEqual([]);
  expect(schemaForTools([], []).hash).toBe(schemaForTools([]).hash);
  expect(schemaForTools([], LIMITS).hash).not.toBe(schemaForTools([]).hash);
});
