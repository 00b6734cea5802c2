/** The rows of `writ.db`, as a publisher reads them. */
import type { LogDatabase } from '../store/index.ts';
import type { PublishedSource, StoredEntry } from './published-source.ts';

/** The log in `writ.db`, which answers at once. */
export interface SqliteSource extends PublishedSource {
  checkpoint(): string | undefined;
}

/** The log that the reading connection `database` sees. `sync` forces it to the disk; absent where each commit does. */
export function sqliteSource(database: LogDatabase, sync?: () => Promise<void>): SqliteSource {
  const selectCheckpoint = database.prepare('SELECT note FROM checkpoints ORDER BY size DESC LIMIT 1');
  const selectNodes = database.prepare(
    'SELECT hash FROM nodes WHERE level = ? AND idx >= ? AND idx < ? ORDER BY idx',
  );
  const selectEntries = database.prepare(
    'SELECT leaf, bytes FROM entries WHERE idx >= ? AND idx < ? ORDER BY idx',
  );
  return {
    checkpoint() {
      const note = selectCheckpoint.get()?.['note'];
      return note === undefined ? undefined : String(note);
    },
    nodes: (level, first, count) =>
      selectNodes.all(level, first, first + count).map((row) => row['hash'] as Uint8Array),
    entries: (first, count) => selectEntries.all(first, first + count) as unknown as readonly StoredEntry[],
    ...(sync === undefined ? {} : { sync }),
  };
}
