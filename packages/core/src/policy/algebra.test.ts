/** The verdict algebra over all combinations, and its laws. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Mode, MODES, type Verdict, VERDICTS } from '../model/index.ts';
import { judge, type TakingPart } from './algebra.ts';

type State = 'absent' | 'applies' | 'errs' | 'lifted';

/** One policy of each kind, in each state. */
interface Combination {
  readonly forbid: State;
  readonly stepUp: State;
  readonly secondStepUp: State;
  readonly defer: State;
  readonly permit: State;
  readonly redacting: State;
}

const KINDS: readonly (keyof Combination)[] = [
  'forbid',
  'stepUp',
  'secondStepUp',
  'defer',
  'permit',
  'redacting',
];
const STATES: Readonly<Record<keyof Combination, readonly State[]>> = {
  forbid: ['absent', 'applies', 'errs'],
  stepUp: ['absent', 'applies', 'lifted', 'errs'],
  secondStepUp: ['absent', 'applies', 'lifted'],
  defer: ['absent', 'applies', 'errs'],
  permit: ['absent', 'applies', 'errs'],
  redacting: ['absent', 'applies', 'errs'],
};

function* combinations(): Generator<Combination> {
  let drafts: readonly Partial<Combination>[] = [{}];
  for (const kind of KINDS)
    drafts = drafts.flatMap((draft) => STATES[kind].map((state) => ({ ...draft, [kind]: state })));
  yield* drafts as readonly Combination[];
}

function policyOf(kind: keyof Combination, state: State, audit: boolean): TakingPart {
  const isPermit = kind === 'permit' || kind === 'redacting';
  return {
    effect: isPermit ? 'permit' : 'forbid',
    status: state === 'errs' ? 'errs' : 'applies',
    ...(kind === 'stepUp' || kind === 'secondStepUp' ? { verdict: 'step_up' as const } : {}),
    ...(kind === 'defer' ? { verdict: 'defer' as const } : {}),
    lifted: state === 'lifted',
    obliged: kind === 'redacting',
    changes: kind === 'redacting',
    audit,
  };
}

function policiesOf(
  combination: Combination,
  audited: ReadonlySet<string> = new Set(),
): readonly TakingPart[] {
  return KINDS.filter((kind) => combination[kind] !== 'absent').map((kind) =>
    policyOf(kind, combination[kind], audited.has(kind)),
  );
}

/** Rules 1 to 4 of the architecture, written down a second time over states. */
function expected(combination: Combination, open: boolean): Verdict {
  const { forbid, stepUp, secondStepUp, defer, permit, redacting } = combination;
  if (forbid !== 'absent' || [stepUp, secondStepUp, defer, redacting].includes('errs')) return 'deny';
  if (permit !== 'applies' && redacting !== 'applies' && !open) return 'deny';
  if (defer === 'applies') return 'defer';
  if (stepUp === 'applies' || secondStepUp === 'applies') return 'step_up';
  return redacting === 'applies' ? 'modify' : 'allow';
}

/** The combination with the audited policies taken away. */
function without(combination: Combination, audited: ReadonlySet<string>): Combination {
  const entries = KINDS.map((kind) => [kind, audited.has(kind) ? 'absent' : combination[kind]] as const);
  return Object.fromEntries(entries) as unknown as Combination;
}

function subsets(): readonly ReadonlySet<string>[] {
  return Array.from(
    { length: 2 ** KINDS.length },
    (_, bits) => new Set(KINDS.filter((__, index) => (bits >> index) % 2 === 1)),
  );
}

describe('over all combinations of policies', () => {
  test.each(MODES)('in %s mode the verdict is what rules 1 to 4 say', (mode: Mode) => {
    for (const combination of combinations()) {
      for (const reached of [true, false]) {
        const { enforced, would } = judge(policiesOf(combination), mode, reached);
        const ruled = expected(combination, mode === 'permissive' && reached);
        const label = JSON.stringify({ combination, reached });
        expect(would.verdict, label).toBe(ruled);
        expect(enforced.verdict, label).toBe(mode === 'audit' ? 'allow' : ruled);
      }
    }
  });

  test.each(['strict', 'permissive'] as const)(
    'in %s mode policies that are only watched change nothing but `would`',
    (mode) => {
      for (const audited of subsets()) {
        for (const combination of combinations()) {
          const { enforced, would } = judge(policiesOf(combination, audited), mode);
          const open = mode === 'permissive';
          if (
            enforced.verdict !== expected(without(combination, audited), open) ||
            would.verdict !== expected(combination, open)
          ) {
            expect.fail(JSON.stringify({ combination, audited: [...audited], enforced, would }));
          }
        }
      }
    },
  );

  test('what determined a verdict is named for everything but a denial by default', () => {
    for (const combination of combinations()) {
      const policies = policiesOf(combination);
      const { enforced } = judge(policies, 'strict');
      for (const policy of enforced.determining) expect(policies).toContain(policy);
      const byDefault =
        enforced.verdict === 'deny' && expected({ ...combination, permit: 'applies' }, false) !== 'deny';
      expect(enforced.determining.length === 0, JSON.stringify(combination)).toBe(byDefault);
    }
  });
});

const policy: fc.Arbitrary<TakingPart> = fc
  .record({
    effect: fc.constantFrom('permit' as const, 'forbid' as const),
    status: fc.constantFrom('applies' as const, 'errs' as const),
    verdict: fc.constantFrom(undefined, 'step_up' as const, 'defer' as const),
    lifted: fc.boolean(),
    obliged: fc.boolean(),
    changes: fc.boolean(),
    audit: fc.boolean(),
  })
  .map(({ effect, status, verdict, lifted, obliged, changes, audit }) => ({
    effect,
    status,
    ...(effect === 'forbid' && verdict !== undefined ? { verdict } : {}),
    lifted: verdict === 'step_up' && lifted,
    obliged: obliged || changes,
    changes,
    audit,
  }));
const strictness = (verdict: Verdict): number => VERDICTS.indexOf(verdict);

describe('laws', () => {
  test('the order of policies never matters', () => {
    fc.assert(
      fc.property(
        fc.array(policy),
        fc.constantFrom(...MODES),
        fc.infiniteStream(fc.nat()),
        (policies, mode, keys) => {
          const shuffled = policies
            .map((one) => ({ one, key: keys.next().value }))
            .sort((left, right) => left.key - right.key)
            .map(({ one }) => one);
          const [first, second] = [judge(policies, mode), judge(shuffled, mode)];
          expect(second.enforced.verdict).toBe(first.enforced.verdict);
          expect(second.would.verdict).toBe(first.would.verdict);
          expect(new Set(second.enforced.determining)).toEqual(new Set(first.enforced.determining));
        },
      ),
    );
  });

  test('adding a forbid never makes a verdict weaker', () => {
    fc.assert(
      fc.property(fc.array(policy), policy, fc.constantFrom(...MODES), (policies, added, mode) => {
        const forbid: TakingPart = { ...added, effect: 'forbid' };
        const [before, after] = [judge(policies, mode), judge([...policies, forbid], mode)];
        expect(strictness(after.enforced.verdict)).toBeGreaterThanOrEqual(
          strictness(before.enforced.verdict),
        );
        expect(strictness(after.would.verdict)).toBeGreaterThanOrEqual(strictness(before.would.verdict));
      }),
    );
  });

  test('a policy that fails never permits: taking it away never makes a verdict stronger', () => {
    fc.assert(
      fc.property(fc.array(policy), policy, fc.constantFrom(...MODES), (policies, added, mode) => {
        const failing: TakingPart = { ...added, status: 'errs' };
        const [without_, with_] = [judge(policies, mode), judge([...policies, failing], mode)];
        expect(strictness(with_.enforced.verdict)).toBeGreaterThanOrEqual(
          strictness(without_.enforced.verdict),
        );
      }),
    );
  });
});
