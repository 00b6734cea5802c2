/** The state beside a log in PostgreSQL as its rows say it, for who has no key: whoever wrote them. */
import type { ReplayedState } from '../../verify/index.ts';
import { type StateTableName, stateTable } from '../../store/index.ts';
import type { SqlConnection } from '../sql-database.ts';
import { StateChanges, type StateRow, StateRows } from '../state/index.ts';
import { readUnsealed, type Statements } from '../stored/index.ts';

/** The rows, in memory, and what Writ cannot have written, by table. Must run within one snapshot. */
export async function replayedRows(
  connection: SqlConnection,
  statements: Statements,
): Promise<{ readonly state: ReplayedState; readonly faults: Awaited<ReturnType<typeof readUnsealed>> }> {
  const rows = new StateChanges(new StateRows());
  const faults = await readUnsealed(connection, statements.state, (name, row) => rows.put(name, row));
  const head = (await connection.query(statements.readHead)).rows[0];
  return {
    faults,
    state: {
      killEpoch: () => Number(head?.['kill_epoch'] ?? 0),
      rows: (table) => named(table, rows.all(table)),
      count: (table) => rows.count(table),
      consumedAt(key) {
        const row = rows.get('consumed', [key]);
        return row === undefined ? undefined : Number(row[1]);
      },
    },
  };
}

function* named(
  table: StateTableName,
  rows: Iterable<StateRow>,
): Generator<Readonly<Record<string, unknown>>> {
  const { columns } = stateTable(table);
  for (const row of rows) yield Object.fromEntries(columns.map((column, at) => [column, row[at]]));
}
