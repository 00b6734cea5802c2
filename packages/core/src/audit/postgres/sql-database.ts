/** Port: a PostgreSQL server. This room opens no socket; who does implements it (`@writ/postgres`). */

/** A parameter. A `Uint8Array` is a `bytea`, an array one of the element type that the statement casts it to. */
export type SqlValue = string | number | Uint8Array | null | readonly (string | number)[];

/** A row by column names. `bigint` columns come as numbers, `bytea` as bytes. */
export type SqlRow = Readonly<Record<string, string | number | boolean | Uint8Array | null>>;

/** What a statement did. */
export interface SqlResult {
  readonly rows: readonly SqlRow[];
  /** Rows that an INSERT, UPDATE or DELETE concerned. */
  readonly changed: number;
}

/** One session with the server. Statements run one after another. Failures are thrown as the server or the socket says them. */
export interface SqlConnection {
  /** Runs one statement with parameters. */
  query(text: string, values?: readonly SqlValue[]): Promise<SqlResult>;
  /** Runs statements that are separated by semicolons and have no parameters; answers the result of each. */
  script(text: string): Promise<readonly SqlResult[]>;
  /** Calls `run` with the payload of every notification by another session on a channel that this one listens to. */
  onNotification(run: (payload: string) => void): void;
  /** Calls `run` once when the session has ended, whoever ended it. */
  onEnd(run: () => void): void;
  /** Ends the session; the server rolls back what is open. Idempotent, never rejects. */
  close(): Promise<void>;
}

/** A server, as often as it is asked. */
export interface SqlDatabase {
  /** A new session. Bounded in time. */
  connect(): Promise<SqlConnection>;
  /**
   * Runs one reading statement on a session of its own and blocks this thread until the answer is there: readers of a log are synchronous.
   * Throws `log.unavailable` past a deadline.
   */
  readNow(text: string, values?: readonly SqlValue[]): readonly SqlRow[];
}
