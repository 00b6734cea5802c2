/** Changing the keys of a log in PostgreSQL. */
export {
  postgresBodiesByKey,
  type PostgresBodyKeysOptions,
  rewrapPostgresBodies,
  type RewrapPostgresOptions,
} from './rewrap-bodies.ts';
export { resealPostgresState, type ResealPostgresOptions } from './reseal-state.ts';
export {
  endPostgresLog,
  type PostgresSuccession,
  type SucceedPostgresOptions,
  succeedPostgresLog,
  successorSchema,
} from './succeed-log.ts';
