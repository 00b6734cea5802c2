/** A policy, compiled. */
import type { Effect, Expression, PolicyTree } from '../language/index.ts';
import { compileTest, type Environment, type SharedParts, type Test } from './closures/index.ts';
import { findSelector, type Selector } from './selector.ts';
import { actionKeys, scopeKey } from './scope.ts';

/** A policy to compile. `ref` is whatever the caller knows it by; evaluation gives it back. */
export interface PolicyToCompile<Ref> {
  readonly id: string;
  readonly tree: PolicyTree;
  readonly ref: Ref;
}

/** A compiled policy: where it stands in the index, and its conditions. */
export interface CompiledPolicy<Ref> {
  readonly id: string;
  readonly ref: Ref;
  readonly effect: Effect;
  readonly actions: readonly string[];
  readonly principal: string;
  readonly resource: string;
  /** Whether the conditions hold; throws where evaluation fails. */
  readonly holds: Test;
  /** An equality that its conditions begin with. */
  readonly selector?: Selector;
}

/** Compiles one static policy. Throws `policy.syntax` for a template. */
export function compilePolicy<Ref>(
  { id, tree, ref }: PolicyToCompile<Ref>,
  parts: SharedParts,
): CompiledPolicy<Ref> {
  const selector = findSelector(tree.conditions, parts);
  return {
    id,
    ref,
    effect: tree.effect,
    actions: actionKeys(tree.action).map((key) => parts.text(key)),
    principal: parts.text(scopeKey(tree.principal)),
    resource: parts.text(scopeKey(tree.resource)),
    holds: compileConditions(tree.conditions, parts),
    ...(selector === undefined ? {} : { selector }),
  };
}

const ALWAYS: Test = () => true;

function compileConditions(
  conditions: readonly { readonly kind: 'when' | 'unless'; readonly body: Expression }[],
  parts: SharedParts,
): Test {
  const tests = conditions.map(({ kind, body }): Test => {
    const test = compileTest(body, parts);
    return kind === 'when' ? test : (environment) => !test(environment);
  });
  const [first, second] = tests;
  if (first === undefined) return ALWAYS;
  if (second === undefined) return first;
  return (environment: Environment) => {
    for (const test of tests) if (!test(environment)) return false;
    return true;
  };
}
