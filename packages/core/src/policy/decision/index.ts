/** Deciding: from a query to an outcome. */
export { decide, type DecisionBasis } from './decide.ts';
export { snapshotEntities, withIdAttribute } from './entities.ts';
export { createArgumentJudge } from './part-arguments.ts';
export { type DecisionLevel, levelConcerns } from './levels.ts';
export type { CedarEntity } from './cedar-entity.ts';
export { type DecisionTurn, openTurns } from './turns.ts';
