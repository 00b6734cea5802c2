/** Cedar's own decision: a permit and no forbid; what fails is skipped. */
import type { Effect } from '../language/index.ts';
import type { CedarRequest, CompiledSet } from './compiled-set.ts';
import type { EntityStore } from './store.ts';

/** The answer of Cedar. */
export interface Authorization {
  readonly decision: 'allow' | 'deny';
  /** Ids of the policies that determined it, sorted. */
  readonly reasons: readonly string[];
  /** Ids of the policies that failed, sorted. */
  readonly errors: readonly string[];
}

/** Decides as Cedar does, for comparison with other engines: our own decisions come from the verdict algebra. */
export function authorize(
  set: CompiledSet<{ readonly id: string; readonly effect: Effect }>,
  request: CedarRequest,
  store: EntityStore,
): Authorization {
  const { satisfied, errors } = set.evaluate(request, store);
  const of = (effect: Effect): readonly string[] =>
    satisfied
      .filter((policy) => policy.effect === effect)
      .map(({ id }) => id)
      .sort();
  const [permits, forbids] = [of('permit'), of('forbid')];
  const isAllowed = permits.length > 0 && forbids.length === 0;
  return {
    decision: isAllowed ? 'allow' : 'deny',
    reasons: forbids.length > 0 ? forbids : permits,
    errors: errors.map(({ ref }) => ref.id).sort(),
  };
}
