/** The seam to the engine: it survives whatever is put to it. */
import { describe, expect, test } from 'vitest';
import { createEvaluator, engineVersion, type EngineRequest, parsePolicyText } from './index.ts';

const ALL = 'permit(principal, action, resource)';
const REQUEST: EngineRequest = {
  principal: { type: 'Agent', id: 'bot' },
  action: { type: 'Action', id: 'x' },
  resource: { type: 'Server', id: 'files' },
  context: {},
  entities: [],
};

describe('defect 2: a policy that exhausts the engine is an error, and the engine goes on', () => {
  test.each([
    ['brackets', `${ALL} when { ${'['.repeat(2000)}${']'.repeat(2000)} == [] };`],
    ['a long chain', `${ALL} when { ${Array.from({ length: 50_000 }, () => 'true').join(' && ')} };`],
    ['conditions in conditions', `${ALL} when { ${'if true then true else '.repeat(5000)}true };`],
  ])('%s', (_what, text) => {
    const evaluator = createEvaluator('test', [{ effect: 'permit', effectStart: 0, text: `${ALL};` }]);
    const parsed = parsePolicyText(text);
    expect(parsed.status).toBe('refused');
    expect(parsePolicyText(`${ALL};`).status).toBe('parsed');
    expect(evaluator.evaluate(REQUEST)).toEqual({ satisfied: [0], errors: [] });
  });
});

describe('an evaluator', () => {
  test('names satisfied and failing policies of both effects', () => {
    const evaluator = createEvaluator('both', [
      { effect: 'permit', effectStart: 0, text: `${ALL};` },
      { effect: 'forbid', effectStart: 0, text: 'forbid(principal, action, resource);' },
      { effect: 'permit', effectStart: 0, text: `${ALL} when { context.nope };` },
      {
        effect: 'forbid',
        effectStart: 0,
        text: 'forbid(principal, action, resource) when { context.nope };',
      },
      { effect: 'forbid', effectStart: 0, text: 'forbid(principal == Agent::"other", action, resource);' },
    ]);
    const { satisfied, errors } = evaluator.evaluate(REQUEST);
    expect(new Set(satisfied)).toEqual(new Set([0, 1]));
    expect(new Set(errors.map(({ policy }) => policy))).toEqual(new Set([2, 3]));
  });

  test('of no policies answers with nothing', () => {
    expect(createEvaluator('none', []).evaluate(REQUEST)).toEqual({ satisfied: [], errors: [] });
  });

  test.each([
    ['a lone surrogate', { s: '\ud800' }],
    ['a lone surrogate in a name', { '\udc00': 1 }],
    ['a number that is no integer', { n: 1.5 }],
    ['an integer that is not exact', { n: 2 ** 60 }],
  ])('refuses %s', (_what, context) => {
    expect(() => createEvaluator('one', []).evaluate({ ...REQUEST, context })).toThrow(
      expect.objectContaining({ code: 'policy.query' }),
    );
  });

  test('says which engine it is', () => {
    expect(engineVersion()).toBe('cedar-wasm 4.12.0');
  });
});
