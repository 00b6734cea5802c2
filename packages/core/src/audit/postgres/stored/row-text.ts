/** Rows of the state as text: JSON, because no text of it holds what PostgreSQL refuses (NUL, lone surrogates). */
import { Fault, fromHex } from '../../../kernel/index.ts';
import { sha256 } from '../../../kernel/crypto/index.ts';
import type { RowValue } from '../../seal/index.ts';
import { STATE_TABLE_NAMES, type StateTableName, stateTable } from '../../store/index.ts';
import type { RowChange, StateRow } from '../state/index.ts';

/** The text of `row`; bytes are an object with their hexadecimal digits. */
export function printRow(row: StateRow): string {
  return JSON.stringify(row.map((value) => (value instanceof Uint8Array ? { hex: hexOf(value) } : value)));
}

/** The row that {@link printRow} wrote for the table `name`. Throws `log.corrupt`. */
export function parseRow(name: StateTableName, text: string): StateRow {
  const values = parseArray(text);
  if (values.length !== stateTable(name).columns.length) throw malformed(name);
  return values.map((value): RowValue => {
    if (value === null || typeof value === 'string' || typeof value === 'number') return value;
    const hex: unknown = typeof value === 'object' && 'hex' in value ? value.hex : undefined;
    if (typeof hex !== 'string' || !/^(?:[0-9a-f]{2})*$/.test(hex)) throw malformed(name);
    return fromHex(hex);
  });
}

/** The table that `name` names. Throws `log.corrupt`. */
export function parseTableName(name: unknown): StateTableName {
  const found = STATE_TABLE_NAMES.find((one) => one === name);
  if (found !== undefined) return found;
  throw new Fault('log.corrupt', `the state has rows of a table \`${String(name).slice(0, 80)}\``, {
    table: 'state',
  });
}

/** What the column `key` holds for the key `key`: short whatever the key, so that an index takes it. */
export function keyHash(key: string): Uint8Array {
  return sha256(key);
}

/** The changes in the column `rows` of `changes`, as {@link printChanges} wrote them. Throws `log.corrupt`. */
export function parseChanges(text: string): readonly RowChange[] {
  return parseArray(text).map((change) => {
    const [table, , , key, row] = Array.isArray(change) ? (change as readonly unknown[]) : [];
    const name = parseTableName(table);
    if (typeof key !== 'string' || (typeof row !== 'string' && row !== null)) throw malformed(name);
    return { name, key, row: row === null ? undefined : parseRow(name, row) };
  });
}

/** A change with the seal of its new row. */
export interface SealedChange extends RowChange {
  readonly seal: Uint8Array;
}

/** Changes as one JSON text: name, hash of the key and seal for the table `state`, key, row. */
export function printChanges(changes: Iterable<SealedChange>): string {
  const list: (readonly (string | null)[])[] = [];
  for (const { name, key, row, seal } of changes)
    list.push([name, hexOf(keyHash(key)), hexOf(seal), key, row === undefined ? null : printRow(row)]);
  return JSON.stringify(list);
}

function hexOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('hex');
}

function parseArray(text: string): readonly unknown[] {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    value = undefined;
  }
  if (Array.isArray(value)) return value as readonly unknown[];
  throw new Fault('log.corrupt', 'a row of the state is not what Writ writes', { table: 'state' });
}

function malformed(name: StateTableName): Fault {
  return new Fault('log.corrupt', `a row of the table \`${name}\` is not what Writ writes`, { table: name });
}
