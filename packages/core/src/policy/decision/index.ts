/** Deciding: from a query to an outcome. */
export { decide, type DecisionBasis } from './decide.ts';
export { snapshotEntities, withIdAttribute } from './entities.ts';
export { createArgumentJudge } from './part-arguments.ts';
export type { DecisionLevel } from './levels.ts';
