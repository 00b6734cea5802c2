/** Lint: policies that hold, and that their author probably did not mean so. */
import { PURPOSE_STATUSES } from '../../model/index.ts';
import { levelKey, type Place, type Policy } from '../language/index.ts';
import { TOOL_CALLS } from '../schema/index.ts';
import {
  alwaysHolds,
  type Condition,
  conditionsIn,
  contradict,
  follows,
  followsInOrder,
} from './conditions.ts';
import { scopeCovers } from './covers.ts';
import { unknownStatus } from './statuses.ts';

/** The rules, with what each is about. */
export const LINT_RULES = {
  'missing-id': 'a policy without `@id` changes its name when another is put before it',
  'missing-reason': 'a forbid without `@reason` tells the agent nothing it can act on',
  'over-broad': 'a permit without scope and condition permits everything that nothing forbids',
  'no-selective-scope':
    'a policy without scope, and without an equality to begin with, is asked on every request',
  unreachable: 'a policy whose conditions exclude one another, so that it never applies',
  shadowed: 'a policy that another one makes superfluous',
  contradictory: 'a permit that a forbid denies whenever it applies',
  duplicate: 'two policies that say the same',
  'unknown-status': 'a policy that compares the status of a purpose with a word that is none',
  'hidden-character': 'a character that is not shown, or shows text in another order than it is read',
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
  const linted = policies.map(linting);
  const findings = linted.flatMap((one) => [
    ...lintAlone(one),
    ...(isComplete ? lintAmong(one, linted) : []),
  ]);
  return { findings, isComplete };
}

interface Linted {
  readonly policy: Policy;
  readonly conditions: readonly Condition[];
  /** Equal where conditions and annotations are, id and reason left out. */
  readonly said: string;
}

function linting(policy: Policy): Linted {
  const conditions = conditionsIn(policy.tree);
  const texts = conditions.map(({ text, truth }) => [text, truth]);
  const annotations = policy.tree.annotations
    .filter(({ name }) => name !== 'id' && name !== 'reason')
    .map(({ name, value }) => JSON.stringify([name, value]))
    .sort();
  return { policy, conditions, said: JSON.stringify([texts, annotations]) };
}

/** Controls, invisible characters, and those that turn the direction of text (Unicode TR 36). */
const HIDDEN = /(?![\n\r\t])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/u;

function lintAlone({ policy, conditions }: Linted): readonly LintFinding[] {
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
        `write ${/\.ya?ml$/.test(policy.place.file) ? '`reason: …`' : '`@reason("…")`'}: what to do instead`,
      ),
    );
  const hidden = HIDDEN.exec(policy.text)?.[0].codePointAt(0)?.toString(16);
  if (hidden !== undefined)
    findings.push(
      finding(
        'hidden-character',
        policy,
        `its text has U+${hidden.toUpperCase().padStart(4, '0')}, so that it is not what it looks like`,
        `take it out, or write it as \`\\u{${hidden}}\` in a string`,
      ),
    );
  const status = unknownStatus(tree);
  if (status !== undefined)
    findings.push(
      finding(
        'unknown-status',
        policy,
        `no purpose is ever \`${status.slice(0, 60)}\``,
        `write one of ${PURPOSE_STATUSES.join(', ')}`,
      ),
    );
  if (contradict(conditions))
    findings.push(
      finding(
        'unreachable',
        policy,
        'no request meets all of its conditions',
        'join them with `||`, or take one of them out',
      ),
    );
  // Below the organisation a policy is asked for few agents only, and a permit of everything is how a level adds nothing but forbids.
  if (policy.level.kind !== 'organisation' || !isWide(policy)) return findings;
  const { principal, resource } = tree;
  if (policy.effect === 'permit' && isAny(principal) && isAny(resource) && conditions.every(alwaysHolds))
    findings.push(
      finding(
        'over-broad',
        policy,
        'it permits everything',
        'name the principal, the action or the resource',
      ),
    );
  else if (principal.op === 'all' && resource.op === 'all' && !beginsWithEquality(policy))
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

/** A type alone leaves out nothing that matters: all that call are agents. */
function isAny(scope: Policy['tree']['principal']): boolean {
  return scope.op === 'all' || (scope.op === 'is' && scope.ancestor === undefined);
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

function lintAmong(one: Linted, all: readonly Linted[]): readonly LintFinding[] {
  const { policy, conditions } = one;
  // What never applies is told as such.
  if (policy.audit || contradict(conditions)) return [];
  const own = all.indexOf(one);
  for (const [index, another] of all.entries()) {
    const { policy: other, conditions: others } = another;
    if (other === policy || other.audit || levelKey(other.level) !== levelKey(policy.level)) continue;
    if (!scopeCovers(other.tree, policy.tree)) continue;
    if (policy.effect === 'permit' && denies(other) && others.every((asked) => follows(asked, conditions))) {
      const message = `whenever it permits, ${named(other)} denies`;
      return [finding('contradictory', policy, message, 'narrow the forbid, or take the permit out')];
    }
    if (policy.effect !== other.effect) continue;
    // Of two that stand for one another the later one is told.
    const isLater = index < own;
    if (isLater && saysTheSame(one, another))
      return [finding('duplicate', policy, `it says what ${named(other)} says`, 'take one of them out')];
    if (standsFor(another, one) && (isLater || !standsFor(one, another))) {
      const message = `wherever it applies, ${named(other)} does`;
      return [finding('shadowed', policy, message, 'take it out, or narrow the other')];
    }
  }
  return [];
}

function named({ id, place }: Policy): string {
  return `\`${id}\` (${place.file}:${place.line})`;
}

/** Whether two of one effect differ in nothing but their ids and reasons. */
function saysTheSame(one: Linted, other: Linted): boolean {
  return (
    one.said === other.said &&
    scopeCovers(one.policy.tree, other.policy.tree) &&
    scopeCovers(other.policy.tree, one.policy.tree)
  );
}

/** Whether nothing changes without `inner`, because `outer` does the same wherever it applies. */
function standsFor(outer: Linted, inner: Linted): boolean {
  if (!isSuperfluous(inner.policy, outer.policy) || !scopeCovers(outer.policy.tree, inner.policy.tree))
    return false;
  // A forbid that fails denies, so the other one must fail with it.
  if (inner.policy.effect === 'forbid' && outer.conditions.length > 0)
    return followsInOrder(outer.conditions, inner.conditions);
  return outer.conditions.every((asked) => follows(asked, inner.conditions));
}

/** Whether nothing is lost when `other`, of the same effect, applies in place of `policy`: a denial is stronger than any waiting. */
function isSuperfluous(policy: Policy, other: Policy): boolean {
  if (policy.redact.length > 0 || policy.labels.length > 0 || policy.confine !== undefined) return false;
  return denies(other) || (isPlain(policy) && policy.verdict === other.verdict);
}

function denies({ effect, verdict }: Policy): boolean {
  return effect === 'forbid' && verdict === undefined;
}

/** Whether nothing is lost when another policy of the same effect applies in its place. */
function isPlain({ redact, labels, confine, verdict, approvers, needs }: Policy): boolean {
  return (
    redact.length === 0 &&
    labels.length === 0 &&
    confine === undefined &&
    verdict === undefined &&
    approvers.length === 0 &&
    needs.length === 0
  );
}

function finding(rule: LintRule, policy: Policy, message: string, hint: string): LintFinding {
  return { rule, message, hint, policy: policy.id, place: policy.place };
}
