/** What a scope says in one environment. */
import type { EntityOrSlot, EntityScope, PolicyTree } from '../../language/index.ts';
import { actionKey, type CedarSchema } from '../model/index.ts';
import { canBeIn, type RequestEnvironment } from './environment.ts';

/** The environments in which some request could satisfy the scopes of a policy, in the order of the schema. */
type ScopeIndex = (policy: PolicyTree) => readonly RequestEnvironment[];

/** A {@link ScopeIndex}: a policy of one action looks at the environments of no other. */
export function indexScopes(environments: readonly RequestEnvironment[], schema: CedarSchema): ScopeIndex {
  const own = new Map<string, RequestEnvironment[]>();
  const within = new Map<string, RequestEnvironment[]>();
  for (const environment of environments) {
    const key = actionKey(environment.action.uid);
    put(own, key, environment);
    for (const group of schema.actionAncestors.get(key) ?? []) put(within, actionKey(group), environment);
  }
  const ofAction = ({ action: scope }: PolicyTree): readonly RequestEnvironment[] => {
    switch (scope.op) {
      case 'all':
        return environments;
      case '==':
        return own.get(actionKey(scope.entity)) ?? [];
      case 'in': {
        const found = scope.entities.map((group) => within.get(actionKey(group)) ?? []);
        if (found.length === 1) return found[0] ?? [];
        return [...new Set(found.flat())].sort((one, other) => one.place - other.place);
      }
      default:
        return scope satisfies never;
    }
  };
  return (policy) =>
    ofAction(policy).filter(
      ({ principal, resource }) =>
        entityApplies(policy.principal, principal, schema) &&
        entityApplies(policy.resource, resource, schema),
    );
}

function put<Key, Member>(lists: Map<Key, Member[]>, key: Key, member: Member): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [member]);
  else list.push(member);
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
