/** Why a decision came out as it did: what determined it, what nearly would have, and which facts were read. Nothing of it runs when deciding. */
import { isFault } from '../../kernel/index.ts';
import {
  isPermitting,
  type PolicyDecisionPoint,
  type PolicyOutcome,
  type PolicyQuery,
} from '../../model/index.ts';
import { checkPolicySet } from '../check-set.ts';
import { levelConcerns, openTurns } from '../decision/index.ts';
import type { Policy } from '../language/index.ts';
import { loadPolicySet, patternsOf, type PolicySetOptions } from '../load.ts';
import type { Asking } from './asking.ts';
import { type ExplainedPolicy, type PolicyInspection, inspectPolicy } from './explain-policy.ts';
import { type FactRead, factsRead } from './facts.ts';

/**
 * A decision, explained. It quotes arguments and facts of the request, secrets among them: for the operator's own terminal, never for an agent,
 * nor unsealed into a log.
 */
export interface DecisionExplanation {
  readonly outcome: PolicyOutcome;
  readonly policyHash: string;
  /** The policies that determined it. */
  readonly determined: readonly ExplainedPolicy[];
  /** Policies about the same action that do not apply, those with the fewest requirements in the way first. */
  readonly near: readonly ExplainedPolicy[];
  readonly facts: readonly FactRead[];
  /** Policies of the set that are about other actions. */
  readonly others: number;
}

/** A set that can explain itself. */
export interface Explainer {
  readonly decisionPoint: PolicyDecisionPoint;
  readonly policies: readonly Policy[];
  /** `near`: how many policies that do not apply are told, default {@link NEAR}. */
  explain(query: PolicyQuery, near?: number): DecisionExplanation;
}

/** Policies that nearly applied, told where no other number is given. */
export const NEAR = 5;

/** Loads a set for explaining. Throws as `loadPolicySet`. */
export function openExplainer(options: PolicySetOptions): Explainer {
  const { decisionPoint } = loadPolicySet(options);
  const { policies, schema, patterns } = checkPolicySet(options);
  const turnsOf = openTurns({
    policies,
    schema,
    entities: options.entities ?? [],
    ...patternsOf({ patterns }),
  });
  return {
    decisionPoint,
    policies,
    explain(query, near = NEAR) {
      const outcome = decisionPoint.decide(query);
      const traces = tracesOf(policies, () => turnsOf(query));
      return { policyHash: decisionPoint.policyHash, ...assemble(outcome, traces, near) };
    },
  };
}

interface Traced extends PolicyInspection {
  readonly asking: Asking;
}

/** Every policy before every judgement of the request; none where the request cannot be put to the policies at all. */
function tracesOf(
  policies: readonly Policy[],
  turns: () => readonly Omit<Asking, 'policy'>[],
): readonly Traced[] {
  try {
    return turns().flatMap((turn) =>
      policies
        .filter(({ level }) => levelConcerns(level, turn.request.principal, turn.store))
        .map((policy) => {
          const asking = { ...turn, policy };
          return { ...inspectPolicy(asking), asking };
        }),
    );
  } catch (thrown) {
    // The outcome says so already: it is a fault, and no policy was asked.
    if (isFault(thrown)) return [];
    throw thrown;
  }
}

function assemble(
  outcome: PolicyOutcome,
  traces: readonly Traced[],
  near: number,
): Omit<DecisionExplanation, 'policyHash'> {
  const hashes = new Set(outcome.determining.map(({ contentHash }) => contentHash));
  const about = traces.filter(({ isAbout }) => isAbout);
  const determined = about.filter(
    ({ explained }) => explained.status !== 'fails' && hashes.has(explained.contentHash),
  );
  const hasPermit = about.some(
    ({ explained }) => explained.status === 'applies' && explained.effect === 'permit',
  );
  const wanted = new Set([
    ...(hasPermit ? [] : ['permit']),
    ...(isPermitting(outcome.verdict) ? ['forbid'] : []),
  ]);
  const nearly = about
    .filter(({ explained }) => explained.status !== 'applies' && !hashes.has(explained.contentHash))
    .sort(
      (one, other) =>
        rank(wanted, one) - rank(wanted, other) || one.explained.failing - other.explained.failing,
    );
  const shown = unique(nearly).slice(0, near);
  const told = new Map(
    [...determined, ...shown]
      .flatMap(({ asking, looked }) => factsRead(asking, looked))
      .map((fact) => [fact.path, fact]),
  );
  const aboutHashes = new Set(about.map(({ explained }) => explained.contentHash));
  return {
    outcome,
    determined: unique(determined).map(({ explained }) => explained),
    near: shown.map(({ explained }) => explained),
    facts: [...told.values()],
    others: new Set(traces.map(({ explained }) => explained.contentHash)).size - aboutHashes.size,
  };
}

/** Policies of the kind that would have changed the answer come first. */
function rank(wanted: ReadonlySet<string>, { explained }: Traced): number {
  return wanted.has(explained.effect) ? 0 : 1;
}

/** One telling of each policy: the first, which is the closest. */
function unique(traces: readonly Traced[]): readonly Traced[] {
  const seen = new Set<string>();
  return traces.filter(({ explained: { contentHash, sentence } }) => {
    const key = `${contentHash} ${sentence}`;
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}
