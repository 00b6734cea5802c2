/** Runs cases over a set, and says which policies and conditions they reached. */
import type { LimitDeclaration, LimitStanding, PolicyOutcome, PolicyQuery } from '../../model/index.ts';
import { conjunctsOf, tracePolicy } from '../compile/index.ts';
import { type DecisionTurn, levelConcerns, openTurns } from '../decision/index.ts';
import { checkPolicySet } from '../check-set.ts';
import { didYouMean, type Place, type Policy } from '../language/index.ts';
import type { PolicySchema } from '../schema/index.ts';
import { loadPolicySet, patternsOf, type PolicySetOptions } from '../load.ts';
import { type PolicyCase, queryOfCase } from './policy-case.ts';

/** What became of one case. */
export interface CaseResult {
  readonly name: string;
  readonly passed: boolean;
  /** One line for each expectation that was not met; empty where it passed. */
  readonly failures: readonly string[];
  /** What makes the case ask something other than it seems to: a tool or an argument that is nearly one the policies know. */
  readonly notes: readonly string[];
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

/** What limits say of one case. */
export interface CaseLimits {
  /** What policies see as `context.limits`. */
  readonly standings: Readonly<Record<string, LimitStanding>>;
  /** The outcome with the forbids of limits, and ids of those the call counts for and of those that refuse it. */
  concludes(decided: PolicyOutcome): LimitedOutcome;
}

/** An outcome as limits leave it. */
export interface LimitedOutcome {
  readonly outcome: PolicyOutcome;
  readonly takes: readonly string[];
  readonly refuses: readonly string[];
}

/** Judges a case by limits; see `judgeCaseLimits`. */
export type JudgeCaseLimits = (
  one: PolicyCase,
  query: PolicyQuery,
  limits: readonly LimitDeclaration[],
) => CaseLimits;

/** Runs `cases` over the set; without `judgeLimits`, cases about limits fail. Throws as `loadPolicySet`. */
export function runCases(
  options: PolicySetOptions,
  cases: readonly PolicyCase[],
  judgeLimits?: JudgeCaseLimits,
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
    const limits = decisionPoint.limits ?? [];
    const judged = isAboutLimits(one) ? judgeLimits?.(one, queryOfCase(one), limits) : undefined;
    const query = withStandings(queryOfCase(one), judged);
    const decided = decisionPoint.decide(query);
    if (decided.source === 'policy') track(query, tracked, turnsOf);
    const limited = judged?.concludes(decided) ?? { outcome: decided, takes: [], refuses: [] };
    const unknown =
      isAboutLimits(one) && judged === undefined
        ? ['limits are not judged here']
        : unknownLimits(one, limits);
    const failures = [...unknown, ...failuresOf(one, limited)];
    return {
      name: one.name,
      passed: failures.length === 0,
      failures,
      notes: notesOf(one, schema),
      outcome: limited.outcome,
    };
  });
  return { results, coverage: tracked.map((one) => one.coverage()) };
}

/** A denial is expected of a misspelt tool too, and found: such a case passes and tests nothing. */
function notesOf({ tool, args = {} }: PolicyCase, schema: PolicySchema): readonly string[] {
  if (tool === undefined) return [];
  const note = (what: string, name: string, known: readonly string[]): readonly string[] => {
    const hint = known.includes(name) ? undefined : didYouMean(name, known);
    return hint === undefined ? [] : [`no ${what} \`${name}\` is known to the set: ${hint}`];
  };
  const declared = [...(schema.args.get(tool)?.fields.keys() ?? [])];
  const missing = declared.filter((name) => !Object.hasOwn(args, name));
  return [
    ...note('tool', tool, [...schema.tools]),
    ...Object.keys(args).flatMap((name) => (declared.includes(name) ? [] : note('argument', name, missing))),
  ];
}

function isAboutLimits({ limits, estimate, expect }: PolicyCase): boolean {
  return limits !== undefined || estimate !== undefined || expect.limits !== undefined;
}

function withStandings(query: PolicyQuery, judged: CaseLimits | undefined): PolicyQuery {
  if (judged === undefined || Object.keys(judged.standings).length === 0) return query;
  return { ...query, context: { ...query.context, limits: judged.standings } };
}

/** A case about a limit that the set does not have would pass or fail for no reason. */
function unknownLimits(
  { limits = {}, expect }: PolicyCase,
  declared: readonly LimitDeclaration[],
): readonly string[] {
  const ids = declared.map(({ id }) => id);
  const named = [...Object.keys(limits), ...(expect.limits?.takes ?? []), ...(expect.limits?.refuses ?? [])];
  return [...new Set(named)]
    .filter((id) => !ids.includes(id))
    .map((id) => {
      const hint = didYouMean(id, ids);
      return `the set declares no limit \`${id}\`${hint === undefined ? '' : `: ${hint}`}`;
    });
}

function track(query: PolicyQuery, tracked: readonly Tracked[], turnsOf: ReturnType<typeof openTurns>): void {
  for (const turn of turnsOf(query)) for (const one of tracked) one.ask(turn);
}

function failuresOf({ expect }: PolicyCase, { outcome, takes, refuses }: LimitedOutcome): readonly string[] {
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
    'confinement',
    expect.confine === undefined ? undefined : [expect.confine],
    outcome.obligations.flatMap((one) => (one.type === 'confine' ? [one.confinement] : [])),
  );
  compare(
    'held',
    expect.held,
    outcome.held.map(({ id }) => id),
  );
  compare('limits that it counts for', expect.limits?.takes, takes);
  compare('limits that refuse it', expect.limits?.refuses, refuses);
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
