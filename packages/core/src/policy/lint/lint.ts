/** Lint: policies that hold, and that their author probably did not mean so. */
import { expressionToJson, levelKey, type Place, type Policy } from '../language/index.ts';
import { printExactJson } from '../value/index.ts';
import { TOOL_CALLS } from '../schema/index.ts';
import { scopeCovers } from './covers.ts';

/** The rules, with what each is about. */
export const LINT_RULES = {
  'missing-id': 'a policy without `@id` changes its name when another is put before it',
  'missing-reason': 'a forbid without `@reason` tells the agent nothing it can act on',
  'over-broad': 'a permit without scope and condition permits everything that nothing forbids',
  'no-selective-scope':
    'a policy without scope, and without an equality to begin with, is asked on every request',
  shadowed: 'a policy that another one makes superfluous',
  contradictory: 'a permit that a forbid denies whenever it applies',
  duplicate: 'two policies that say the same',
} as const;

export type LintRule = keyof typeof LINT_RULES;

/** One finding. */
export interface LintFinding {
  readonly rule: LintRule;
  /** Lower case, one line. */
  readonly message: string;
  readonly policy: string;
  readonly place: Place;
  readonly hint: string;
}

/** Most policies that are compared with one another; beyond, only rules on single policies are looked at, and the answer says so. */
const MAX_COMPARED = 2000;

/** Findings in the order of the policies; `isComplete` is false where the set is too large to compare every two. */
export function lintPolicies(policies: readonly Policy[]): {
  readonly findings: readonly LintFinding[];
  readonly isComplete: boolean;
} {
  const isComplete = policies.length <= MAX_COMPARED;
  const findings = policies.flatMap((policy) => [
    ...lintAlone(policy),
    ...(isComplete ? lintAmong(policy, policies) : []),
  ]);
  return { findings, isComplete };
}

function lintAlone(policy: Policy): readonly LintFinding[] {
  const { tree } = policy;
  const findings: LintFinding[] = [];
  if (!tree.annotations.some(({ name }) => name === 'id'))
    findings.push(finding('missing-id', policy, 'it has no `@id`', 'write `@id("…")` before it'));
  if (policy.effect === 'forbid' && policy.reason === undefined)
    findings.push(
      finding(
        'missing-reason',
        policy,
        'it forbids and says no reason',
        'write `@reason("…")`: what to do instead',
      ),
    );
  const isScopeless = tree.principal.op === 'all' && tree.resource.op === 'all' && isWide(policy);
  if (!isScopeless) return findings;
  if (policy.effect === 'permit' && tree.conditions.length === 0)
    findings.push(
      finding(
        'over-broad',
        policy,
        'it permits everything',
        'name the principal, the action or the resource',
      ),
    );
  else if (!beginsWithEquality(policy))
    findings.push(
      finding(
        'no-selective-scope',
        policy,
        'it is asked on every request',
        'name an action, or begin the condition with an equality',
      ),
    );
  return findings;
}

function isWide({ tree: { action } }: Policy): boolean {
  return action.op === 'all' || (action.op === 'in' && action.entities.some(({ id }) => id === TOOL_CALLS));
}

function beginsWithEquality({ tree }: Policy): boolean {
  let at = tree.conditions[0]?.kind === 'when' ? tree.conditions[0].body : undefined;
  while (at?.kind === 'and') at = at.left;
  return (
    (at?.kind === 'binary' && at.operator === '==') ||
    (at?.kind === 'method' && at.name === 'contains') ||
    at?.kind === 'has'
  );
}

function lintAmong(policy: Policy, policies: readonly Policy[]): readonly LintFinding[] {
  if (policy.audit) return [];
  const findings: LintFinding[] = [];
  for (const other of policies) {
    if (other === policy || other.audit || levelKey(other.level) !== levelKey(policy.level)) continue;
    const where = `\`${other.id}\` (${other.place.file}:${other.place.line})`;
    if (!scopeCovers(other.tree, policy.tree)) continue;
    if (policy.effect === 'permit' && denies(other) && other.tree.conditions.length === 0) {
      const message = `whenever it permits, ${where} denies`;
      findings.push(
        finding('contradictory', policy, message, 'give the forbid a condition, or take the permit out'),
      );
      break;
    }
    if (policy.effect !== other.effect || !isPlain(policy) || policy.verdict !== other.verdict) continue;
    const isSame = conditionsOf(policy) === conditionsOf(other);
    const isEqual = isSame && scopeCovers(policy.tree, other.tree);
    if (isEqual && policies.indexOf(other) < policies.indexOf(policy)) {
      findings.push(finding('duplicate', policy, `it says what ${where} says`, 'take one of them out'));
      break;
    }
    if (!isEqual && (isSame || other.tree.conditions.length === 0)) {
      findings.push(
        finding('shadowed', policy, `wherever it applies, ${where} does`, 'take it out, or narrow the other'),
      );
      break;
    }
  }
  return findings;
}

function denies({ effect, verdict }: Policy): boolean {
  return effect === 'forbid' && verdict === undefined;
}

/** Whether nothing is lost when another policy of the same effect applies in its place. */
function isPlain({ redact, labels, verdict, approvers, needs }: Policy): boolean {
  return (
    redact.length === 0 &&
    labels.length === 0 &&
    verdict === undefined &&
    approvers.length === 0 &&
    needs.length === 0
  );
}

function conditionsOf({ tree }: Policy): string {
  return JSON.stringify(
    tree.conditions.map(({ kind, body }) => [kind, printExactJson(expressionToJson(body))]),
  );
}

function finding(rule: LintRule, policy: Policy, message: string, hint: string): LintFinding {
  return { rule, message, hint, policy: policy.id, place: policy.place };
}
