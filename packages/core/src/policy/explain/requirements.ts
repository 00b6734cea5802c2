/** A policy as a list of what must be so for it to apply, in the order Cedar looks at it. */
import type {
  ActionScopeTree,
  EntityOrSlot,
  EntityScope,
  Expression,
  PolicyTree,
  Span,
} from '../language/index.ts';

/** One thing that must be so. */
export interface Requirement {
  readonly part: 'principal' | 'action' | 'resource' | 'condition';
  readonly expression: Expression;
  /** What the expression must come to. */
  readonly truth: boolean;
}

/** The requirements of `tree`, conjuncts apart. */
export function requirementsOf(tree: PolicyTree): readonly Requirement[] {
  return [
    ...scopeOf('principal', entityTest('principal', tree.principal)),
    ...scopeOf('action', actionTest(tree.action)),
    ...scopeOf('resource', entityTest('resource', tree.resource)),
    ...tree.conditions.flatMap(({ kind, body }) => conditionsOf(body, kind === 'when')),
  ];
}

function scopeOf(part: Requirement['part'], test: Expression | undefined): readonly Requirement[] {
  return test === undefined ? [] : [{ part, expression: test, truth: true }];
}

/** `when { a && b }` requires both, `unless { a || b }` requires neither; a `!` turns it around. */
function conditionsOf(expression: Expression, truth: boolean): readonly Requirement[] {
  if (expression.kind === 'not') return conditionsOf(expression.operand, !truth);
  if (expression.kind === (truth ? 'and' : 'or')) {
    return linksOf(expression).flatMap((link) => conditionsOf(link, truth));
  }
  return [{ part: 'condition', expression, truth }];
}

/** The operands of a chain of one operator, in order; the expression itself where it is no chain. */
export function linksOf(expression: Expression): readonly Expression[] {
  if (expression.kind !== 'and' && expression.kind !== 'or') return [expression];
  const links: Expression[] = [];
  let at: Expression = expression;
  while (at.kind === expression.kind) {
    links.push(at.right);
    at = at.left;
  }
  return [at, ...links.reverse()];
}

function entityTest(name: 'principal' | 'resource', scope: EntityScope): Expression | undefined {
  const { start, end } = scope;
  const span = { start, end };
  const target: Expression = { kind: 'variable', name, ...span };
  switch (scope.op) {
    case 'all':
      return undefined;
    case '==':
    case 'in':
      return {
        kind: 'binary',
        operator: scope.op,
        left: target,
        right: entityOf(scope.entity, span),
        ...span,
      };
    case 'is': {
      const { ancestor, entityType } = scope;
      const above = ancestor === undefined ? {} : { ancestor: entityOf(ancestor, span) };
      return { kind: 'is', target, entityType, ...above, ...span };
    }
    default:
      return scope satisfies never;
  }
}

function actionTest(scope: ActionScopeTree): Expression | undefined {
  const { start, end } = scope;
  const span = { start, end };
  const left: Expression = { kind: 'variable', name: 'action', ...span };
  switch (scope.op) {
    case 'all':
      return undefined;
    case '==':
      return { kind: 'binary', operator: '==', left, right: entityOf(scope.entity, span), ...span };
    case 'in': {
      const [first] = scope.entities;
      const elements = scope.entities.map((entity) => entityOf(entity, span));
      const right: Expression =
        scope.listed || first === undefined ? { kind: 'set', elements, ...span } : entityOf(first, span);
      return { kind: 'binary', operator: 'in', left, right, ...span };
    }
    default:
      return scope satisfies never;
  }
}

/** Policies of a loaded set are linked: a slot stands for nothing any more. */
function entityOf(entity: EntityOrSlot, span: Span): Expression {
  const uid = 'slot' in entity ? { type: 'Slot', id: entity.slot } : entity;
  return { kind: 'entity', uid, ...span };
}
