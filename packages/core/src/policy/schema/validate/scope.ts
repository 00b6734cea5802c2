/** What a scope says in one environment. */
import type { EntityOrSlot, EntityScope, PolicyTree } from '../../language/index.ts';
import { actionKey, type CedarSchema } from '../model/index.ts';
import { canBeIn, type RequestEnvironment, sameUid } from './environment.ts';

/** Whether some request of `environment` could satisfy the scopes of `policy`. */
export function canApply(policy: PolicyTree, environment: RequestEnvironment, schema: CedarSchema): boolean {
  return (
    actionApplies(policy, environment, schema) &&
    entityApplies(policy.principal, environment.principal, schema) &&
    entityApplies(policy.resource, environment.resource, schema)
  );
}

function actionApplies(
  { action: scope }: PolicyTree,
  { action }: RequestEnvironment,
  schema: CedarSchema,
): boolean {
  switch (scope.op) {
    case 'all':
      return true;
    case '==':
      return sameUid(scope.entity, action.uid);
    case 'in': {
      const above = schema.actionAncestors.get(actionKey(action.uid)) ?? [];
      return scope.entities.some((group) => above.some((uid) => sameUid(uid, group)));
    }
    default:
      return scope satisfies never;
  }
}

function entityApplies(scope: EntityScope, type: string, schema: CedarSchema): boolean {
  const isWithin = (entity: EntityOrSlot): boolean => 'slot' in entity || canBeIn(schema, type, entity.type);
  switch (scope.op) {
    case 'all':
      return true;
    case '==':
      return 'slot' in scope.entity || scope.entity.type === type;
    case 'in':
      return isWithin(scope.entity);
    case 'is':
      return scope.entityType === type && (scope.ancestor === undefined || isWithin(scope.ancestor));
    default:
      return scope satisfies never;
  }
}
