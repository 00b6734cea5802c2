/** Whether one scope holds wherever another does; `false` where that is not plain from the text. */
import type { ActionScopeTree, EntityScope, EntityUid, PolicyTree } from '../language/index.ts';

/** Whether every request in the scope of `inner` is in the scope of `outer`. */
export function scopeCovers(outer: PolicyTree, inner: PolicyTree): boolean {
  return (
    entityCovers(outer.principal, inner.principal) &&
    actionCovers(outer.action, inner.action) &&
    entityCovers(outer.resource, inner.resource)
  );
}

function entityCovers(outer: EntityScope, inner: EntityScope): boolean {
  if (outer.op === 'all') return true;
  const own = uidOf(inner);
  switch (outer.op) {
    case '==':
      return inner.op === '==' && same(uidOf(outer), own);
    case 'in':
      return (inner.op === '==' || inner.op === 'in' || inner.op === 'is') && same(uidOf(outer), own);
    case 'is': {
      const type = inner.op === 'is' ? inner.entityType : inner.op === '==' ? own?.type : undefined;
      return type === outer.entityType && (outer.ancestor === undefined || same(uidOf(outer), own));
    }
    default:
      return outer satisfies never;
  }
}

function actionCovers(outer: ActionScopeTree, inner: ActionScopeTree): boolean {
  if (outer.op === 'all') return true;
  const named = outer.op === '==' ? [outer.entity] : outer.entities;
  if (inner.op === 'all') return false;
  const wanted = inner.op === '==' ? [inner.entity] : inner.entities;
  if (outer.op === '==' && inner.op === 'in') return false;
  return wanted.length > 0 && wanted.every((uid) => named.some((one) => same(one, uid)));
}

function uidOf(scope: EntityScope): EntityUid | undefined {
  if (scope.op === 'all') return undefined;
  const entity = scope.op === 'is' ? scope.ancestor : scope.entity;
  return entity === undefined || 'slot' in entity ? undefined : entity;
}

function same(one: EntityUid | undefined, other: EntityUid | undefined): boolean {
  return one !== undefined && other !== undefined && one.type === other.type && one.id === other.id;
}
