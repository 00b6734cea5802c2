/** The levels of a set, and which of them concern a principal. */
import type { Evaluator } from '../engine/index.ts';
import type { Policy, PolicyLevel } from '../language/index.ts';
import type { MappedPrincipal } from './mapping.ts';

/** The policies of one level with what evaluates them. */
export interface DecisionLevel {
  readonly level: PolicyLevel;
  /** In the order the evaluator numbers them. */
  readonly policies: readonly Policy[];
  readonly evaluator: Evaluator;
}

/**
 * Levels that concern `principal`: the organisation's, those of the teams it is in, its own. `isIn` tells whether it is in a team, directly or through
 * others. Where no level concerns it, nothing permits.
 */
export function levelsFor(
  levels: readonly DecisionLevel[],
  { uid }: MappedPrincipal,
  isIn: (team: string) => boolean,
): readonly DecisionLevel[] {
  return levels.filter(({ level }) => {
    switch (level.kind) {
      case 'organisation':
        return true;
      case 'team':
        return isIn(level.team);
      case 'agent':
        return uid.type === 'Agent' && uid.id === level.agent;
      default:
        return level satisfies never;
    }
  });
}
