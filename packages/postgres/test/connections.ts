/** Sessions that behave as a test says. */
import type { SqlConnection } from '@writ/core/postgres';

/** A session that is told nothing. */
export function withoutNotifications(connection: SqlConnection): SqlConnection {
  return delegate(connection, { onNotification: () => {} });
}

/** A session that does what `connection` does, with `changes`. */
export function delegate(connection: SqlConnection, changes: Partial<SqlConnection>): SqlConnection {
  return {
    query: (text, values) => connection.query(text, values),
    script: (text) => connection.script(text),
    onNotification: (run) => connection.onNotification(run),
    onEnd: (run) => connection.onEnd(run),
    close: () => connection.close(),
    ...changes,
  };
}
