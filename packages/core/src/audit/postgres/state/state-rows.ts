/** Rows of the state in memory: those that are committed, and over them those of the transaction under way. */
import { type RowValue, type StateSealer, StateTotals } from '../../seal/index.ts';
import { STATE_TABLE_NAMES, type StateTableName, stateTable } from '../../store/index.ts';

/** Values of the columns of a state table, in their order. */
export type StateRow = readonly RowValue[];

/** What became of one row: its values, or nothing where it was removed. */
export interface RowChange {
  readonly name: StateTableName;
  /** JSON of the key's values. */
  readonly key: string;
  readonly row: StateRow | undefined;
}

/** Rows, wherever they are. */
export interface RowSource {
  get(name: StateTableName, key: readonly RowValue[]): StateRow | undefined;
  /** The rows whose {@link GROUPED_BY} column has `value`, in no order. */
  group(name: keyof typeof GROUPED_BY, value: RowValue): readonly StateRow[];
  all(name: StateTableName): Iterable<StateRow>;
  count(name: StateTableName): number;
}

/** Column by which rows are also found. */
export const GROUPED_BY = { answers: 0, reservations: 0, holds: 1 } as const;

/** The rows of one table. Grows with them. */
class RowTable {
  readonly rows: Map<string, StateRow> = new Map();
  readonly #column: number | undefined;
  readonly #groups = new Map<RowValue, Set<string>>();

  constructor(name: StateTableName) {
    this.#column = (GROUPED_BY as Partial<Record<StateTableName, number>>)[name];
  }

  set(key: string, row: StateRow): void {
    this.delete(key);
    this.rows.set(key, row);
    if (this.#column === undefined) return;
    const value = row[this.#column] as RowValue;
    const group = this.#groups.get(value);
    if (group === undefined) this.#groups.set(value, new Set([key]));
    else group.add(key);
  }

  delete(key: string): void {
    const row = this.rows.get(key);
    if (row === undefined) return;
    this.rows.delete(key);
    if (this.#column === undefined) return;
    const value = row[this.#column] as RowValue;
    const group = this.#groups.get(value);
    group?.delete(key);
    if (group?.size === 0) this.#groups.delete(value);
  }

  keysOf(value: RowValue): Iterable<string> {
    return this.#groups.get(value) ?? [];
  }
}

/** The committed rows and their totals. They change by whole batches alone. */
export class StateRows implements RowSource {
  totals: StateTotals = new StateTotals();
  #tables = tables();

  get(name: StateTableName, key: readonly RowValue[]): StateRow | undefined {
    return this.table(name).rows.get(keyText(key));
  }

  group(name: keyof typeof GROUPED_BY, value: RowValue): readonly StateRow[] {
    const table = this.table(name);
    return [...table.keysOf(value)].map((key) => table.rows.get(key) as StateRow);
  }

  all(name: StateTableName): Iterable<StateRow> {
    return this.table(name).rows.values();
  }

  count(name: StateTableName): number {
    return this.table(name).rows.size;
  }

  /** Takes over the rows of `other`, which is not used any more. */
  replace(other: StateRows): void {
    this.#tables = other.#tables;
    this.totals = other.totals;
  }

  table(name: StateTableName): RowTable {
    return this.#tables.get(name) as RowTable;
  }
}

/** What one transaction changes, over the committed rows; reads see it. {@link commit} or {@link clear} ends it. */
export class StateChanges implements RowSource {
  readonly #base: StateRows;
  #put = tables();
  readonly #dropped = new Map<string, { readonly name: StateTableName; readonly key: string }>();
  /** Rows that a table has more than the committed one. */
  readonly #added = new Map<StateTableName, number>();

  constructor(base: StateRows) {
    this.#base = base;
  }

  get(name: StateTableName, key: readonly RowValue[]): StateRow | undefined {
    return this.#read(name, keyText(key));
  }

  group(name: keyof typeof GROUPED_BY, value: RowValue): readonly StateRow[] {
    const own = this.#table(name);
    const rows = [...own.keysOf(value)].map((key) => own.rows.get(key) as StateRow);
    for (const key of this.#base.table(name).keysOf(value)) {
      if (this.#isOver(name, key)) continue;
      rows.push(this.#base.table(name).rows.get(key) as StateRow);
    }
    return rows;
  }

  *all(name: StateTableName): Iterable<StateRow> {
    for (const [key, row] of this.#base.table(name).rows) if (!this.#isOver(name, key)) yield row;
    yield* this.#table(name).rows.values();
  }

  count(name: StateTableName): number {
    return this.#base.count(name) + (this.#added.get(name) ?? 0);
  }

  /** Puts a row in the place of the one with its key, if any. */
  put(name: StateTableName, values: StateRow): void {
    const row = values.map(asStored);
    const key = keyText(row.slice(0, stateTable(name).keyColumns));
    if (this.#read(name, key) === undefined) this.#count(name, 1);
    this.#dropped.delete(`${name}${key}`);
    this.#table(name).set(key, row);
  }

  /** Removes the row with this key and answers its values. */
  take(name: StateTableName, values: readonly RowValue[]): StateRow | undefined {
    const key = keyText(values);
    const row = this.#read(name, key);
    this.follow({ name, key, row: undefined });
    return row;
  }

  /** Takes over what another process changed. */
  follow({ name, key, row }: RowChange): void {
    if (row !== undefined) {
      this.put(name, row);
      return;
    }
    if (this.#read(name, key) !== undefined) this.#count(name, -1);
    this.#table(name).delete(key);
    if (this.#base.table(name).rows.has(key)) this.#dropped.set(`${name}${key}`, { name, key });
  }

  /** What differs from the committed rows. */
  *changes(): Iterable<RowChange> {
    for (const { name, key } of this.#dropped.values()) yield { name, key, row: undefined };
    for (const [name, { rows }] of this.#put) for (const [key, row] of rows) yield { name, key, row };
  }

  /** The totals that these changes lead to. */
  totals(sealer: StateSealer): StateTotals {
    const totals = StateTotals.fromBytes(STATE_TABLE_NAMES, this.#base.totals.toBytes(STATE_TABLE_NAMES));
    for (const { name, key, row } of this.changes()) {
      const before = this.#base.table(name).rows.get(key);
      if (before !== undefined) totals.remove(name, sealer.row(name, before));
      if (row !== undefined) totals.add(name, sealer.row(name, row));
    }
    return totals;
  }

  /** Makes the changes those of the committed rows, whose totals are then `totals`. */
  commit(totals: StateTotals): void {
    for (const { name, key, row } of this.changes()) {
      if (row === undefined) this.#base.table(name).delete(key);
      else this.#base.table(name).set(key, row);
    }
    this.#base.totals = totals;
    this.clear();
  }

  clear(): void {
    this.#put = tables();
    this.#dropped.clear();
    this.#added.clear();
  }

  #count(name: StateTableName, step: number): void {
    this.#added.set(name, (this.#added.get(name) ?? 0) + step);
  }

  #read(name: StateTableName, key: string): StateRow | undefined {
    const own = this.#table(name).rows.get(key);
    if (own !== undefined || this.#dropped.has(`${name}${key}`)) return own;
    return this.#base.table(name).rows.get(key);
  }

  #isOver(name: StateTableName, key: string): boolean {
    return this.#table(name).rows.has(key) || this.#dropped.has(`${name}${key}`);
  }

  #table(name: StateTableName): RowTable {
    return this.#put.get(name) as RowTable;
  }
}

/** The text by which a row is found; a lone surrogate, which no text column holds, counts as U+FFFD. */
export function keyText(key: readonly RowValue[]): string {
  return JSON.stringify(key.map(asStored));
}

function asStored(value: RowValue): RowValue {
  return typeof value === 'string' ? value.toWellFormed() : value;
}

function tables(): Map<StateTableName, RowTable> {
  return new Map(STATE_TABLE_NAMES.map((name) => [name, new RowTable(name)]));
}
