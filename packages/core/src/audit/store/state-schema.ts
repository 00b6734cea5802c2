/** The tables of the state: their columns in order, and which of them are the key. */

/** Name of one of {@link STATE_TABLES}. */
export type StateTableName =
  | 'boots'
  | 'opens'
  | 'unresolved'
  | 'consumed'
  | 'policies'
  | 'kills'
  | 'holds'
  | 'answers'
  | 'pins'
  | 'sessions'
  | 'limits'
  | 'reservations'
  | 'records';

/** One table. The last column, `seal`, is not among the columns: it is made of them. */
export interface StateTable {
  readonly name: StateTableName;
  /** The first ones are the primary key. */
  readonly columns: readonly string[];
  readonly keyColumns: number;
}

/** All of them, in the order in which their totals are sealed. */
export const STATE_TABLES: readonly StateTable[] = [
  { name: 'boots', columns: ['boot', 'node', 'counter', 'previous'], keyColumns: 1 },
  { name: 'opens', columns: ['idx', 'boot', 'digest'], keyColumns: 1 },
  { name: 'unresolved', columns: ['digest', 'idx'], keyColumns: 1 },
  { name: 'consumed', columns: ['key', 'idx'], keyColumns: 1 },
  { name: 'policies', columns: ['scope', 'epoch', 'hash'], keyColumns: 1 },
  { name: 'kills', columns: ['scope', 'id', 'reason'], keyColumns: 2 },
  {
    name: 'holds',
    columns: ['idx', 'digest', 'policy_hash', 'forbids', 'requesters', 'created', 'expires', 'status'],
    keyColumns: 1,
  },
  { name: 'answers', columns: ['hold', 'key_id', 'answer', 'details', 'idx'], keyColumns: 2 },
  {
    name: 'pins',
    columns: ['server', 'tool', 'hash', 'status', 'definition', 'accepted_hash', 'accepted_definition'],
    keyColumns: 2,
  },
  { name: 'sessions', columns: ['session', 'labels', 'version'], keyColumns: 1 },
  { name: 'limits', columns: ['key', 'used', 'at', 'ends'], keyColumns: 1 },
  { name: 'reservations', columns: ['idx', 'key', 'terms', 'amount', 'at'], keyColumns: 2 },
  { name: 'records', columns: ['collection', 'key', 'value', 'idx'], keyColumns: 2 },
];

/** The names alone. */
export const STATE_TABLE_NAMES: readonly StateTableName[] = STATE_TABLES.map(({ name }) => name);

/** Tables that earlier schemas did not have, newest first: a state sealed then is sealed without them, and they are empty. */
const ADDED: readonly (readonly StateTableName[])[] = [['records'], ['limits', 'reservations']];

/** The names of each earlier schema, newest first. */
export const EARLIER_STATE_TABLE_NAMES: readonly (readonly StateTableName[])[] = ADDED.map((_, at) => {
  const missing = new Set(ADDED.slice(0, at + 1).flat());
  return STATE_TABLE_NAMES.filter((name) => !missing.has(name));
});

/** The table of that name. */
export function stateTable(name: StateTableName): StateTable {
  // Every name is of one of them.
  return STATE_TABLES.find((table) => table.name === name) as StateTable;
}
