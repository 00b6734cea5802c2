/** Entry point of @writ/postgres: the port of `@writ/core/postgres` over the `pg` driver. */
export { openPool } from './open-pool.ts';
export { openPostgres, type PostgresDatabase, type PostgresOptions } from './open-postgres.ts';
export { createPostgresLeases, type PostgresLeases, type PostgresLeasesOptions } from './postgres-leases.ts';
