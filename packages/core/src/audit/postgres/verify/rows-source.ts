/** The rows of a log in PostgreSQL, read for verification as if they were published: bundles from the entries, tiles from the stored hashes. */
import { utf8 } from '../../../kernel/index.ts';
import { encodeBundle, encodeTile, type LogSource, TILE_HEIGHT, TILE_WIDTH } from '../../../proof/index.ts';
import type { SqlConnection } from '../sql-database.ts';
import type { Statements } from '../stored/index.ts';

/** The log that `connection` sees, up to its newest signed checkpoint. Nothing it answers is trusted. */
export function rowsSource(connection: SqlConnection, statements: Statements): LogSource {
  return {
    async readCheckpoint() {
      const note = (await connection.query(statements.newestNote)).rows[0]?.['note'];
      return typeof note === 'string' ? utf8(note) : undefined;
    },
    async readBundle({ index, width }) {
      const first = index * TILE_WIDTH;
      const { rows } = await connection.query(statements.bundle, [first, first + width]);
      return rows.length === 0 ? undefined : encodeBundle(rows.map((row) => row['bytes'] as Uint8Array));
    },
    async readTile({ level, index, width }) {
      const first = index * TILE_WIDTH;
      const { rows } =
        level === 0
          ? await connection.query(statements.leafTile, [first, first + width])
          : await connection.query(statements.nodeTile, [level * TILE_HEIGHT, first, first + width]);
      return rows.length === width ? encodeTile(rows.map((row) => row['hash'] as Uint8Array)) : undefined;
    },
    async countEntries() {
      return Number((await connection.query(statements.countEntries)).rows[0]?.['count']);
    },
  };
}
