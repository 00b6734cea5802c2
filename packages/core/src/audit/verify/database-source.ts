/** The rows of `writ.db`, read for verification as if they were published: bundles from the entries, tiles from the stored hashes. */
import { utf8 } from '../../kernel/index.ts';
import { encodeBundle, encodeTile, type LogSource, TILE_HEIGHT, TILE_WIDTH } from '../../proof/index.ts';
import type { LogDatabase } from '../store/index.ts';

/** The log in `database`, up to its newest signed checkpoint. Nothing it answers is trusted. */
export function databaseSource(database: LogDatabase): LogSource {
  const selectNote = database.prepare('SELECT note FROM checkpoints ORDER BY size DESC LIMIT 1');
  const selectEntries = database.prepare('SELECT bytes FROM entries WHERE idx >= ? AND idx < ? ORDER BY idx');
  const selectLeaves = database.prepare(
    'SELECT leaf AS hash FROM entries WHERE idx >= ? AND idx < ? ORDER BY idx',
  );
  const selectNodes = database.prepare(
    'SELECT hash FROM nodes WHERE level = ? AND idx >= ? AND idx < ? ORDER BY idx',
  );
  const selectCount = database.prepare('SELECT count(*) AS count FROM entries');
  return {
    readCheckpoint() {
      const note = selectNote.get()?.['note'];
      return note === undefined ? undefined : utf8(String(note));
    },
    readBundle({ index, width }) {
      const first = index * TILE_WIDTH;
      const rows = selectEntries.all(first, first + width);
      return rows.length === 0 ? undefined : encodeBundle(rows.map((row) => row['bytes'] as Uint8Array));
    },
    readTile({ level, index, width }) {
      const first = index * TILE_WIDTH;
      const rows =
        level === 0
          ? selectLeaves.all(first, first + width)
          : selectNodes.all(level * TILE_HEIGHT, first, first + width);
      return rows.length === width ? encodeTile(rows.map((row) => row['hash'] as Uint8Array)) : undefined;
    },
    countEntries: () => Number(selectCount.get()?.['count']),
  };
}
