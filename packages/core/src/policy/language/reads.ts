/** What a policy reads: paths of the context, and entities it names. */
import { childrenOf } from './depth.ts';
import type { EntityUid } from './names.ts';
import type { EntityOrSlot, EntityScope, Expression, PolicyTree } from './tree.ts';

/** A path below `context`; the empty path is the whole context. */
export interface ContextRead {
  readonly path: readonly string[];
  /** `presence`: only whether it is there (`has`). `value`: what it is, with everything below. */
  readonly kind: 'value' | 'presence';
}

/** Everything a policy reads. */
export interface PolicyReads {
  readonly context: readonly ContextRead[];
  /** Entities named in scope or conditions. */
  readonly entities: readonly EntityUid[];
}

/** The reads of `policy`. */
export function findReads(policy: PolicyTree): PolicyReads {
  const context: ContextRead[] = [];
  const entities: EntityUid[] = [];
  collectScope(policy.principal, entities);
  if (policy.action.op === '==') entities.push(policy.action.entity);
  if (policy.action.op === 'in') entities.push(...policy.action.entities);
  collectScope(policy.resource, entities);
  for (const { body } of policy.conditions) walk(body, context, entities);
  return { context, entities };
}

function collectScope(scope: EntityScope, entities: EntityUid[]): void {
  const named: EntityOrSlot | undefined =
    scope.op === 'all' ? undefined : scope.op === 'is' ? scope.ancestor : scope.entity;
  if (named !== undefined && !('slot' in named)) entities.push(named);
}

function walk(expression: Expression, context: ContextRead[], entities: EntityUid[]): void {
  const path = contextPath(expression);
  if (path !== undefined) {
    context.push({ path, kind: 'value' });
    return;
  }
  if (expression.kind === 'entity') entities.push(expression.uid);
  if (expression.kind === 'has') {
    const above = contextPath(expression.target);
    if (above !== undefined) {
      // `has a.b` is `has a && .a has b`: each step is a test of its own, and those above it are read.
      for (const [index] of expression.path.entries())
        context.push({ path: [...above, ...expression.path.slice(0, index + 1)], kind: 'presence' });
      return;
    }
  }
  for (const child of childrenOf(expression)) walk(child, context, entities);
}

/** `['args', 'path']` for `context.args.path`; `undefined` for anything that is not such a chain. */
export function contextPath(expression: Expression): readonly string[] | undefined {
  const attributes: string[] = [];
  let at = expression;
  while (at.kind === 'get') {
    attributes.push(at.attribute);
    at = at.target;
  }
  return at.kind === 'variable' && at.name === 'context' ? attributes.reverse() : undefined;
}
