/** Reads the table `state` whole and compares it with what was sealed: every row, every count (decisions/0007). */
import { equalBytes, Fault, isFault } from '../../../kernel/index.ts';
import { type StateSealer, StateTotals, TAG_BYTES } from '../../seal/index.ts';
import { STATE_TABLE_NAMES, type StateTableName, stateTable } from '../../store/index.ts';
import { keyHash, parseRow, parseTableName } from './row-text.ts';
import type { SqlConnection, SqlRow } from '../sql-database.ts';
import type { StateRow } from '../state/index.ts';

/** Rows read at once. */
const PAGE_ROWS = 10_000;

/** How to read. */
export interface ReadStateOptions {
  /** `Statements.state`. */
  readonly statement: string;
  readonly sealer: StateSealer;
  /** What was sealed with the head of the same moment. */
  readonly totals: StateTotals;
  /** Told each row that carries a right seal. */
  readonly take?: (name: StateTableName, row: StateRow) => void;
}

/** What is wrong with the rows, `log.corrupt` with the `table` and, where it can be told, the `key`; the first fault of each table. Must run within one snapshot. */
export async function readState(
  connection: SqlConnection,
  { statement, sealer, totals, take }: ReadStateOptions,
): Promise<readonly Fault[]> {
  const found = new StateTotals();
  const faults = new Map<string, Fault>();
  for await (const stored of storedRows(connection, statement)) {
    try {
      const { name, row, rowHash } = openRow(stored, sealer);
      found.add(name, rowHash);
      take?.(name, row);
    } catch (fault) {
      if (!isFault(fault, 'log.corrupt')) throw fault;
      const table = String(fault.data['table']);
      if (!faults.has(table)) faults.set(table, fault);
    }
  }
  for (const name of STATE_TABLE_NAMES) {
    if (!faults.has(name) && !found.hasSameRows(totals, name))
      faults.set(name, different(name, found, totals));
  }
  return [...faults.values()];
}

/** Rows of `statement`, `Statements.state`, in the order of name and key. */
async function* storedRows(connection: SqlConnection, statement: string): AsyncGenerator<SqlRow> {
  let after: readonly [string, Uint8Array] = ['', new Uint8Array()];
  for (;;) {
    const { rows } = await connection.query(statement, [...after, PAGE_ROWS]);
    yield* rows;
    const last = rows.at(-1);
    if (last === undefined || rows.length < PAGE_ROWS) return;
    after = [String(last['name']), last['key'] as Uint8Array];
  }
}

/**
 * Reads the rows without the key that sealed them: what is told is what they say, whoever wrote them. Answers what Writ cannot have written, as {@link readState} does.
 * Must run within one snapshot.
 */
export async function readUnsealed(
  connection: SqlConnection,
  statement: string,
  take: (name: StateTableName, row: StateRow) => void,
): Promise<readonly Fault[]> {
  const faults = new Map<string, Fault>();
  for await (const stored of storedRows(connection, statement)) {
    try {
      const name = parseTableName(stored['name']);
      const row = parseRow(name, String(stored['row']));
      const key = JSON.stringify(row.slice(0, stateTable(name).keyColumns));
      if (!equalBytes(stored['key'] as Uint8Array, keyHash(key))) throw editedRow(name, row);
      take(name, row);
    } catch (fault) {
      if (!isFault(fault, 'log.corrupt')) throw fault;
      const table = String(fault.data['table']);
      if (!faults.has(table)) faults.set(table, fault);
    }
  }
  return [...faults.values()];
}

function openRow(
  stored: SqlRow,
  sealer: StateSealer,
): { readonly name: StateTableName; readonly row: StateRow; readonly rowHash: Buffer } {
  const name = parseTableName(stored['name']);
  const row = parseRow(name, String(stored['row']));
  const rowHash = sealer.row(name, row);
  const key = JSON.stringify(row.slice(0, stateTable(name).keyColumns));
  const isSealed = equalBytes(stored['seal'] as Uint8Array, rowHash.subarray(0, TAG_BYTES));
  if (isSealed && equalBytes(stored['key'] as Uint8Array, keyHash(key))) return { name, row, rowHash };
  throw editedRow(name, row);
}

function editedRow(name: StateTableName, row: StateRow): Fault {
  const shown = row
    .slice(0, stateTable(name).keyColumns)
    .map((value) => String(value).slice(0, 120))
    .join('/');
  return new Fault(
    'log.corrupt',
    `the row \`${shown}\` of the table \`${name}\` was edited, or not written by Writ`,
    { table: name, key: shown },
  );
}

function different(name: StateTableName, found: StateTotals, sealed: StateTotals): Fault {
  const [held, written] = [found.count(name), sealed.count(name)];
  const change =
    held === written
      ? 'a row of an earlier time stands in place of a present one'
      : `rows were ${held < written ? 'removed' : 'added'}`;
  return new Fault(
    'log.corrupt',
    `the table \`${name}\` holds ${held} rows where ${written} were written: ${change}`,
    { table: name },
  );
}
