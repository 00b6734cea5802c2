/** Kysely over Node's own SQLite. */
import { DatabaseSync, type SQLInputValue } from 'node:sqlite';
import { type DialectAdapter, Kysely, SqliteAdapter, type SqliteDatabase, SqliteDialect } from 'kysely';
import type { Tables } from './schema.ts';
import type { TableStore } from './store.ts';

/** How long a writer waits for another process, in milliseconds. */
const BUSY_TIMEOUT_MS = 5_000;

/** The tables in the file `path`, `:memory:` for none; made with mode 0600 by whoever owns the folder. */
export function openSqliteTables(path: string): TableStore {
  const database = new DatabaseSync(path, { timeout: BUSY_TIMEOUT_MS });
  database.exec(
    // Copies of nodes' logs are on the disk when they are cosigned, and a nonce when its request is answered.
    'PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA secure_delete = ON; PRAGMA foreign_keys = ON;',
  );
  return {
    database: new Kysely<Tables>({ dialect: new TransactionalDialect({ database: adapted(database) }) }),
    dialect: 'sqlite',
  };
}

/** SQLite changes its schema within transactions; the dialect's own adapter does not use it, and would leave half a step behind. */
class TransactionalAdapter extends SqliteAdapter {
  override get supportsTransactionalDdl(): boolean {
    return true;
  }
}

class TransactionalDialect extends SqliteDialect {
  override createAdapter(): DialectAdapter {
    return new TransactionalAdapter();
  }
}

/** `database` as Kysely's dialect takes it. */
function adapted(database: DatabaseSync): SqliteDatabase {
  return {
    close: () => database.close(),
    prepare(text) {
      const statement = database.prepare(text);
      const isReader = statement.columns().length > 0;
      const values = (parameters: readonly unknown[]): SQLInputValue[] => parameters as SQLInputValue[];
      return {
        reader: isReader,
        all: (parameters) => statement.all(...values(parameters)),
        run(parameters) {
          const { changes, lastInsertRowid } = statement.run(...values(parameters));
          return { changes, lastInsertRowid };
        },
        iterate: (parameters) => statement.iterate(...values(parameters)) as IterableIterator<unknown>,
      };
    },
  };
}
