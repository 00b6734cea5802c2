/** Deciding: from a query to an outcome. */
export { decide, type DecisionBasis } from './decide.ts';
export { type EntitySnapshot, snapshotEntities, withIdAttribute } from './entities.ts';
export { type ArgumentJudge, createArgumentJudge } from './part-arguments.ts';
