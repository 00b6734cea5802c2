import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isInCanary, judgeCanary } from './canary.ts';

const HASH = 'a'.repeat(64);
const counts = (decisions: number, denied: number, errors = 0) => ({ decisions, denied, errors });

describe('who a canary decides for', () => {
  test('whoever is in stays in as the share grows; 0 is nobody, 100 is everybody', () => {
    fc.assert(
      fc.property(
        fc.string(),
        fc.integer({ min: 0, max: 100 }),
        fc.integer({ min: 0, max: 100 }),
        (node, one, other) => {
          const [less, more] = [Math.min(one, other), Math.max(one, other)];
          if (isInCanary(HASH, node, less)) expect(isInCanary(HASH, node, more)).toBe(true);
          expect([isInCanary(HASH, node, 0), isInCanary(HASH, node, 100)]).toEqual([false, true]);
        },
      ),
    );
  });

  test('a share is about that many, and others for another bundle', () => {
    const nodes = Array.from({ length: 5_000 }, (_, index) => `node-${index}`);
    const inOne = nodes.filter((node) => isInCanary(HASH, node, 10));
    const inOther = nodes.filter((node) => isInCanary('b'.repeat(64), node, 10));
    expect(inOne.length).toBeGreaterThan(400);
    expect(inOne.length).toBeLessThan(600);
    expect(inOne.filter((node) => inOther.includes(node)).length).toBeLessThan(100);
  });
});

describe('when a canary is stopped', () => {
  test.each([
    ['denials doubled over many decisions', counts(1_000, 200), counts(1_000, 100), 'denied'],
    ['denials rose within what may be', counts(1_000, 110), counts(1_000, 100), undefined],
    ['denials rose, over too few decisions to tell', counts(49, 49), counts(1_000, 100), undefined],
    ['one error in a hundred, as chance has it', counts(100, 0, 1), counts(1_000, 0, 0), undefined],
    ['errors in a tenth', counts(200, 0, 20), counts(1_000, 0, 1), 'errors'],
    ['errors count before denials', counts(200, 100, 50), counts(1_000, 0, 0), 'errors'],
    ['as bad as what is in force', counts(500, 250), counts(500, 250), undefined],
    ['nothing in force to compare with, and everything denied', counts(200, 200), counts(0, 0), 'denied'],
    ['fewer denials', counts(1_000, 10), counts(1_000, 300), undefined],
  ])('%s', (_what, candidate, stable, expected) => {
    expect(judgeCanary(candidate, stable)).toBe(expected);
  });

  test('two that are the same are never told apart', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 10_000 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (decisions, share) => {
          const same = counts(decisions, Math.floor(decisions * share), Math.floor((decisions * share) / 2));
          expect(judgeCanary(same, same)).toBeUndefined();
        },
      ),
    );
  });
});
