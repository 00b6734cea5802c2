/** Tables that are open, and of which kind of database. */
import type { Kysely } from 'kysely';
import type { Tables } from './schema.ts';

export type Dialect = 'sqlite' | 'postgres';

/** Closed by `database.destroy()`. */
export interface TableStore {
  readonly database: Kysely<Tables>;
  readonly dialect: Dialect;
  /** Of PostgreSQL. */
  readonly schema?: string;
}
