/** One log as a database of its own: what reads and writes it cannot tell whether others lie beside it. */
import type { SQLInputValue, SQLOutputValue, StatementResultingChanges, StatementSync } from 'node:sqlite';
import { scopeStatement } from './scope-statement.ts';

/** A prepared statement, as far as logs use one. */
export interface LogStatement {
  get(...values: SQLInputValue[]): Record<string, SQLOutputValue> | undefined;
  all(...values: SQLInputValue[]): Record<string, SQLOutputValue>[];
  run(...values: SQLInputValue[]): StatementResultingChanges;
  iterate(...values: SQLInputValue[]): IterableIterator<Record<string, SQLOutputValue>>;
  setReadBigInts(enabled: boolean): void;
  setReturnArrays(enabled: boolean): void;
}

/** A prepared statement that answers with the values of a row in the order of its columns. */
export interface ListStatement {
  get(...values: SQLInputValue[]): readonly SQLOutputValue[] | undefined;
}

/** The database of one log: a connection to `writ.db` for the one that lies alone, {@link tenantDatabase} for a tenant's. */
export interface LogDatabase {
  prepare(sql: string): LogStatement;
  exec(sql: string): void;
  /** Number of the tenant's log; absent where it is the data folder's own. */
  readonly log?: number;
}

/** Prepares statements of one connection. */
export interface Preparing {
  prepare(sql: string): StatementSync;
}

/** `sql` for whoever asks often: a row as a list costs a third of one as an object, which is made name by name. */
export function prepareList(database: Pick<LogDatabase, 'prepare'>, sql: string): ListStatement {
  const statement = database.prepare(sql);
  statement.setReturnArrays(true);
  return statement as unknown as ListStatement;
}

/** Statements of one connection by their text, each prepared once, whichever tenant asks: their number does not grow with tenants. */
export function sharedStatements(database: Preparing): Preparing {
  const statements = new Map<string, StatementSync>();
  return {
    prepare(sql) {
      let statement = statements.get(sql);
      if (statement === undefined) {
        statement = database.prepare(sql);
        statements.set(sql, statement);
      }
      return statement;
    },
  };
}

/**
 * The log number `log` of a database with tenants. INVARIANT: every statement that goes through it reads and writes rows of that log alone; one that cannot be
 * confined throws. `connection` may share statements between tenants.
 */
export function tenantDatabase(connection: Preparing, log: number): LogDatabase {
  return {
    log,
    prepare: (sql) => new TenantStatement(connection, scopeStatement(sql), log),
    exec(sql) {
      if (!TRANSACTION.has(sql)) throw new Error(`not for one log of several: ${sql}`);
      connection.prepare(sql).run();
    },
  };
}

const TRANSACTION: ReadonlySet<string> = new Set(['BEGIN', 'COMMIT', 'ROLLBACK']);

class TenantStatement implements LogStatement {
  readonly #connection: Preparing;
  readonly #sql: string;
  readonly #named: { readonly log: number };
  #statement: StatementSync;

  constructor(connection: Preparing, sql: string, log: number) {
    this.#connection = connection;
    this.#sql = sql;
    this.#named = { log };
    this.#statement = this.#prepared(sql);
  }

  get(...values: SQLInputValue[]): Record<string, SQLOutputValue> | undefined {
    return this.#statement.get(this.#named, ...values);
  }

  all(...values: SQLInputValue[]): Record<string, SQLOutputValue>[] {
    return this.#statement.all(this.#named, ...values);
  }

  run(...values: SQLInputValue[]): StatementResultingChanges {
    return this.#statement.run(this.#named, ...values);
  }

  iterate(...values: SQLInputValue[]): IterableIterator<Record<string, SQLOutputValue>> {
    return this.#statement.iterate(this.#named, ...values);
  }

  setReadBigInts(enabled: boolean): void {
    this.#statement.setReadBigInts(enabled);
  }

  /** INVARIANT: by a text of its own, so that whoever shares the other still gets objects. */
  setReturnArrays(enabled: boolean): void {
    this.#statement = this.#prepared(enabled ? `${this.#sql} -- as lists` : this.#sql);
    this.#statement.setReturnArrays(enabled);
  }

  #prepared(sql: string): StatementSync {
    const statement = this.#connection.prepare(sql);
    // Of the statements that name no table, such as a pragma, none has a number to bind.
    statement.setAllowUnknownNamedParameters(true);
    return statement;
  }
}
