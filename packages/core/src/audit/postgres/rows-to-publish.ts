/** The rows of a log in PostgreSQL, as a publisher reads them: on a session of its own, opened when there is something to publish. */
import { describeFault, Fault } from '../../kernel/index.ts';
import type { PublishedSource } from '../publish/index.ts';
import type { SqlConnection, SqlDatabase, SqlRow, SqlValue } from './sql-database.ts';
import type { Statements } from './stored/index.ts';

/** The rows, and the end of the session. */
export interface RowsToPublish extends PublishedSource {
  /** Idempotent. */
  close(): Promise<void>;
}

/** What `database` holds of the log that `statements` are about. Only what is committed is seen, and that is on the disk. Throws `log.unavailable`. */
export function rowsToPublish(database: SqlDatabase, statements: Statements): RowsToPublish {
  let session: Promise<SqlConnection> | undefined;
  const drop = async (): Promise<void> => {
    const former = session;
    session = undefined;
    await former?.then((connection) => connection.close()).catch(() => {});
  };
  const read = async (text: string, values: readonly SqlValue[] = []): Promise<readonly SqlRow[]> => {
    try {
      const connection = await (session ??= database.connect());
      return (await connection.query(text, values)).rows;
    } catch (cause) {
      await drop();
      const message = `the log cannot be read to be published: ${describeFault(cause)}`;
      throw new Fault('log.unavailable', message, {}, { cause });
    }
  };
  return {
    async checkpoint() {
      const note = (await read(statements.newestNote))[0]?.['note'];
      return typeof note === 'string' ? note : undefined;
    },
    nodes: async (level, first, count) =>
      (await read(statements.nodeTile, [level, first, first + count])).map(
        (row) => row['hash'] as Uint8Array,
      ),
    entries: async (first, count) =>
      (await read(statements.window, [first, first + count])).map((row) => ({
        bytes: row['bytes'] as Uint8Array,
        leaf: row['leaf'] as Uint8Array,
      })),
    close: drop,
  };
}
