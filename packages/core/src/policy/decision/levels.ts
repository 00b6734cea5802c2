/** The levels of a set, and which of them concern a principal. */
import type { CompiledSet, EntityStore } from '../compile/index.ts';
import type { EntityUid, Policy, PolicyLevel } from '../language/index.ts';
import { uidKey } from '../value/index.ts';
import type { MappedPrincipal } from './mapping.ts';

/** The policies of one level, compiled. */
export interface DecisionLevel {
  readonly level: PolicyLevel;
  readonly set: CompiledSet<Policy>;
}

/**
 * Levels that concern `principal`: the organisation's, those of the teams it is in by its identity or by the entities, its own.
 * Where no level concerns it, nothing permits.
 */
export function levelsFor(
  levels: readonly DecisionLevel[],
  { uid }: MappedPrincipal,
  entities: EntityStore,
): readonly DecisionLevel[] {
  return levels.filter(({ level }) => levelConcerns(level, uid, entities));
}

/** Whether policies of `level` are asked about `principal`. */
export function levelConcerns(level: PolicyLevel, principal: EntityUid, entities: EntityStore): boolean {
  switch (level.kind) {
    case 'organisation':
      return true;
    case 'team':
      return entities.find(principal)?.ancestors.has(uidKey({ type: 'Team', id: level.team })) === true;
    case 'agent':
      return principal.type === 'Agent' && principal.id === level.agent;
    default:
      return level satisfies never;
  }
}
