/** Changing the keys of a log in PostgreSQL. */
export { resealPostgresState, type ResealPostgresOptions } from './reseal-state.ts';
export {
  endPostgresLog,
  type PostgresSuccession,
  type SucceedPostgresOptions,
  succeedPostgresLog,
  successorSchema,
} from './succeed-log.ts';
