/** Scopes as keys: which keys a policy stands under, and which an entity satisfies. A scope found by its key is exact and never tested again. */
import { Fault } from '../../kernel/index.ts';
import type { ActionScopeTree, EntityOrSlot, EntityScope, EntityUid } from '../language/index.ts';
import { uidKey } from '../value/index.ts';
import type { EntityNode } from './store.ts';

/** The key of a scope that everything satisfies. */
export const ANY = '*';

const equal = (key: string): string => `=${key}`;
const within = (key: string): string => `^${key}`;
const ofType = (type: string): string => `:${type}`;
const ofTypeWithin = (type: string, key: string): string => `:${type}^${key}`;

/** The key of the scope of a principal or resource. Throws `policy.syntax` for a slot: a template decides nothing. */
export function scopeKey(scope: EntityScope): string {
  switch (scope.op) {
    case 'all':
      return ANY;
    case '==':
      return equal(uidKey(entityOf(scope.entity)));
    case 'in':
      return within(uidKey(entityOf(scope.entity)));
    case 'is':
      return scope.ancestor === undefined
        ? ofType(scope.entityType)
        : ofTypeWithin(scope.entityType, uidKey(entityOf(scope.ancestor)));
    default:
      return scope satisfies never;
  }
}

/** The keys of the scope of an action, each once; none for `in []`, which no action satisfies. */
export function actionKeys(scope: ActionScopeTree): readonly string[] {
  switch (scope.op) {
    case 'all':
      return [ANY];
    case '==':
      return [equal(uidKey(scope.entity))];
    case 'in':
      return [...new Set(scope.entities.map((uid) => within(uidKey(uid))))];
    default:
      return scope satisfies never;
  }
}

/** The keys that `node` satisfies, of those that are `used`. */
export function satisfiedKeys(node: EntityNode, used: { has(key: string): boolean }): readonly string[] {
  const { uid, ancestors } = node;
  const self = uidKey(uid);
  const keys = [ANY, equal(self), ofType(uid.type), within(self), ofTypeWithin(uid.type, self)];
  for (const key of ancestors) keys.push(within(key), ofTypeWithin(uid.type, key));
  return keys.filter((key) => used.has(key));
}

function entityOf(entity: EntityOrSlot): EntityUid {
  if ('slot' in entity)
    throw new Fault('policy.syntax', `the slot \`${entity.slot}\` is not filled: a template needs a link`);
  return entity;
}
