/** Runs cases over a set, and says which policies and conditions they reached. */
import type { PolicyOutcome, PolicyQuery } from '../../model/index.ts';
import { conjunctsOf, tracePolicy } from '../compile/index.ts';
import { type DecisionTurn, levelConcerns, openTurns } from '../decision/index.ts';
import { checkPolicySet } from '../check-set.ts';
import type { Place, Policy } from '../language/index.ts';
import { loadPolicySet, patternsOf, type PolicySetOptions } from '../load.ts';
import { type PolicyCase, queryOfCase } from './policy-case.ts';

/** What became of one case. */
export interface CaseResult {
  readonly name: string;
  readonly passed: boolean;
  /** One line for each expectation that was not met; empty where it passed. */
  readonly failures: readonly string[];
  readonly outcome: PolicyOutcome;
}

/** How far the cases reach into one policy. */
export interface PolicyCoverage {
  readonly policy: string;
  readonly place: Place;
  /** Whether it applied to some case. */
  readonly applied: boolean;
  /** Conjuncts of its conditions that were both true and false (or failed) in some case, and all of them. */
  readonly conditions: { readonly covered: number; readonly total: number };
  /** Texts of the conjuncts that were only ever one of both, or never reached. */
  readonly uncovered: readonly string[];
}

/** Results in the order of the cases, coverage in the order of the policies. */
export interface CaseReport {
  readonly results: readonly CaseResult[];
  readonly coverage: readonly PolicyCoverage[];
}

/** Runs `cases` over the set; `findingsOf` adds what pattern checks would find in a call. Throws as `loadPolicySet`. */
export function runCases(
  options: PolicySetOptions,
  cases: readonly PolicyCase[],
  findingsOf: (one: PolicyCase) => readonly string[] = () => [],
): CaseReport {
  const { decisionPoint } = loadPolicySet(options);
  const { policies, schema, patterns } = checkPolicySet(options);
  const turnsOf = openTurns({
    policies,
    schema,
    entities: options.entities ?? [],
    ...patternsOf({ patterns }),
  });
  const tracked = policies.map((policy) => new Tracked(policy));
  const results = cases.map((one): CaseResult => {
    const query = queryOfCase(one, findingsOf(one));
    const outcome = decisionPoint.decide(query);
    if (outcome.source === 'policy') track(query, tracked, turnsOf);
    const failures = failuresOf(one, outcome);
    return { name: one.name, passed: failures.length === 0, failures, outcome };
  });
  return { results, coverage: tracked.map((one) => one.coverage()) };
}

function track(query: PolicyQuery, tracked: readonly Tracked[], turnsOf: ReturnType<typeof openTurns>): void {
  for (const turn of turnsOf(query)) for (const one of tracked) one.ask(turn);
}

function failuresOf({ expect }: PolicyCase, outcome: PolicyOutcome): readonly string[] {
  const failures: string[] = [];
  if (outcome.verdict !== expect.verdict) {
    const why = outcome.reasons.length === 0 ? '' : `: ${outcome.reasons.join('; ')}`;
    failures.push(`expected ${expect.verdict}, was ${outcome.verdict}${why}`);
  }
  const compare = (what: string, wanted: readonly string[] | undefined, found: readonly string[]): void => {
    if (wanted === undefined || sorted(wanted) === sorted(found)) return;
    failures.push(`expected ${what} ${sorted(wanted) || 'none'}, found ${sorted(found) || 'none'}`);
  };
  compare('policies', expect.policies, [...new Set(outcome.determining.map(({ id }) => id))]);
  compare(
    'redactions',
    expect.redact,
    outcome.obligations.flatMap((one) => (one.type === 'redact' ? one.kinds : [])),
  );
  compare(
    'labels',
    expect.label,
    outcome.obligations.flatMap((one) => (one.type === 'label' ? one.labels : [])),
  );
  compare(
    'held',
    expect.held,
    outcome.held.map(({ id }) => id),
  );
  return failures;
}

function sorted(texts: readonly string[]): string {
  return [...texts].sort().join(', ');
}

/** One policy and what the cases made of its conjuncts. */
class Tracked {
  readonly #policy: Policy;
  readonly #seen: Set<boolean | 'error'>[];
  #applied = false;

  constructor(policy: Policy) {
    this.#policy = policy;
    this.#seen = conjunctsOf(policy.tree).map(() => new Set());
  }

  ask({ request, store }: DecisionTurn): void {
    if (!levelConcerns(this.#policy.level, request.principal, store)) return;
    const { outcome, reached } = tracePolicy(this.#policy.tree, request, store);
    if (outcome === 'satisfied') this.#applied = true;
    for (const [index, { result }] of reached.entries()) this.#seen[index]?.add(result);
  }

  coverage(): PolicyCoverage {
    const { id, place, source, tree } = this.#policy;
    const isCovered = (seen: ReadonlySet<unknown>): boolean => seen.size > 1;
    const uncovered = conjunctsOf(tree)
      .filter((_, index) => !isCovered(this.#seen[index] ?? new Set()))
      .map(({ expression }) => source.text.slice(expression.start, expression.end).replaceAll(/\s+/g, ' '));
    const total = this.#seen.length;
    return {
      policy: id,
      place,
      applied: this.#applied,
      conditions: { covered: total - uncovered.length, total },
      uncovered,
    };
  }
}
