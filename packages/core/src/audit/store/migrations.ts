/** The schema of `writ.db`, step by step. A step, once released, is never edited. */

/** One step. `version` is what `PRAGMA user_version` says after it. */
export interface Migration {
  readonly version: number;
  readonly sql: string;
}

/** `PRAGMA application_id` of a Writ database: `WRIT` in ASCII. */
export const APPLICATION_ID = 0x57524954;

/**
 * What is proven lies in `entries`, `nodes`, `head` and `checkpoints`; the rest is state that changes in the same transaction.
 * Every row of the state carries `seal`, and `head.state` seals all of them (decisions/0007).
 * `nodes` keeps the roots of complete subtrees of 256 leaves and more, so that no start has to hash the whole log.
 */
export const MIGRATIONS: readonly Migration[] = [
  {
    version: 1,
    sql: `
CREATE TABLE head (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  origin TEXT NOT NULL,
  size INTEGER NOT NULL,
  root BLOB NOT NULL,
  frontier BLOB NOT NULL,
  time_floor INTEGER NOT NULL,
  witnessed_size INTEGER NOT NULL,
  kill_epoch INTEGER NOT NULL,
  state BLOB NOT NULL
) STRICT;
CREATE TABLE entries (idx INTEGER PRIMARY KEY, leaf BLOB NOT NULL, bytes BLOB NOT NULL) STRICT;
CREATE TABLE nodes (level INTEGER NOT NULL, idx INTEGER NOT NULL, hash BLOB NOT NULL, PRIMARY KEY (level, idx)) STRICT, WITHOUT ROWID;
CREATE TABLE checkpoints (size INTEGER PRIMARY KEY, note TEXT NOT NULL) STRICT;
CREATE TABLE bodies (idx INTEGER PRIMARY KEY, key_id TEXT NOT NULL, wrapped BLOB, ciphertext BLOB) STRICT;
CREATE TABLE concerns (tag BLOB NOT NULL, idx INTEGER NOT NULL, PRIMARY KEY (tag, idx)) STRICT, WITHOUT ROWID;
CREATE TABLE boots (boot TEXT PRIMARY KEY, node TEXT NOT NULL, counter INTEGER NOT NULL, previous INTEGER NOT NULL, seal BLOB NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE opens (idx INTEGER PRIMARY KEY, boot TEXT NOT NULL, digest TEXT NOT NULL, seal BLOB NOT NULL) STRICT;
CREATE TABLE unresolved (digest TEXT PRIMARY KEY, idx INTEGER NOT NULL, seal BLOB NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE consumed (key TEXT PRIMARY KEY, idx INTEGER NOT NULL, seal BLOB NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE policies (scope TEXT PRIMARY KEY, epoch INTEGER NOT NULL, hash TEXT NOT NULL, seal BLOB NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE kills (scope TEXT NOT NULL, id TEXT NOT NULL, reason BLOB NOT NULL, seal BLOB NOT NULL, PRIMARY KEY (scope, id)) STRICT, WITHOUT ROWID;
CREATE TABLE holds (
  idx INTEGER PRIMARY KEY,
  digest TEXT NOT NULL,
  policy_hash TEXT NOT NULL,
  forbids TEXT NOT NULL,
  requesters BLOB NOT NULL,
  created INTEGER NOT NULL,
  expires INTEGER NOT NULL,
  status TEXT NOT NULL CHECK (status IN ('waiting', 'denied', 'used', 'withdrawn')),
  seal BLOB NOT NULL
) STRICT;
CREATE INDEX holds_by_digest ON holds (digest, idx);
CREATE TABLE answers (
  hold INTEGER NOT NULL,
  key_id TEXT NOT NULL,
  answer TEXT NOT NULL CHECK (answer IN ('approve', 'deny')),
  details BLOB NOT NULL,
  idx INTEGER NOT NULL,
  seal BLOB NOT NULL,
  PRIMARY KEY (hold, key_id)
) STRICT, WITHOUT ROWID;
CREATE TABLE pins (
  server TEXT NOT NULL,
  tool TEXT NOT NULL,
  hash TEXT NOT NULL,
  status TEXT NOT NULL CHECK (status IN ('accepted', 'quarantined')),
  definition TEXT NOT NULL,
  accepted_hash TEXT,
  accepted_definition TEXT,
  seal BLOB NOT NULL,
  PRIMARY KEY (server, tool)
) STRICT, WITHOUT ROWID;
CREATE TABLE sessions (session TEXT PRIMARY KEY, labels TEXT NOT NULL, version INTEGER NOT NULL, seal BLOB NOT NULL) STRICT, WITHOUT ROWID;
`,
  },
  {
    version: 2,
    sql: `
CREATE TABLE limits (key TEXT PRIMARY KEY, used INTEGER NOT NULL, at INTEGER NOT NULL, ends INTEGER NOT NULL, seal BLOB NOT NULL) STRICT, WITHOUT ROWID;
CREATE INDEX limits_by_end ON limits (ends);
CREATE TABLE reservations (
  idx INTEGER NOT NULL,
  key TEXT NOT NULL,
  terms TEXT NOT NULL,
  amount INTEGER NOT NULL,
  at INTEGER NOT NULL,
  seal BLOB NOT NULL,
  PRIMARY KEY (idx, key)
) STRICT, WITHOUT ROWID;
`,
  },
  {
    // Of tenants, decisions/0015: rows of all of them, in the order in which they come, so that a batch of many logs writes few pages.
    version: 3,
    sql: `
CREATE TABLE tenants (log INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL UNIQUE, origin TEXT NOT NULL UNIQUE) STRICT;
CREATE TABLE tenant_head (
  log INTEGER PRIMARY KEY,
  id INTEGER NOT NULL CHECK (id = 1),
  origin TEXT NOT NULL,
  size INTEGER NOT NULL,
  root BLOB NOT NULL,
  frontier BLOB NOT NULL,
  time_floor INTEGER NOT NULL,
  witnessed_size INTEGER NOT NULL,
  kill_epoch INTEGER NOT NULL,
  state BLOB NOT NULL
) STRICT;
CREATE TABLE tenant_entries (log INTEGER NOT NULL, idx INTEGER NOT NULL, leaf BLOB NOT NULL, bytes BLOB NOT NULL) STRICT;
CREATE UNIQUE INDEX tenant_entries_by_idx ON tenant_entries (log, idx);
CREATE TABLE tenant_nodes (log INTEGER NOT NULL, level INTEGER NOT NULL, idx INTEGER NOT NULL, hash BLOB NOT NULL, PRIMARY KEY (log, level, idx)) STRICT, WITHOUT ROWID;
CREATE TABLE tenant_checkpoints (log INTEGER NOT NULL, size INTEGER NOT NULL, note TEXT NOT NULL, PRIMARY KEY (log, size)) STRICT, WITHOUT ROWID;
CREATE TABLE tenant_bodies (log INTEGER NOT NULL, idx INTEGER NOT NULL, key_id TEXT NOT NULL, wrapped BLOB, ciphertext BLOB) STRICT;
CREATE UNIQUE INDEX tenant_bodies_by_idx ON tenant_bodies (log, idx);
CREATE TABLE tenant_concerns (log INTEGER NOT NULL, tag BLOB NOT NULL, idx INTEGER NOT NULL, PRIMARY KEY (log, tag, idx)) STRICT, WITHOUT ROWID;
CREATE TABLE tenant_boots (log INTEGER NOT NULL, boot TEXT NOT NULL, node TEXT NOT NULL, counter INTEGER NOT NULL, previous INTEGER NOT NULL, seal BLOB NOT NULL, PRIMARY KEY (log, boot)) STRICT, WITHOUT ROWID;
CREATE TABLE tenant_opens (log INTEGER NOT NULL, idx INTEGER NOT NULL, boot TEXT NOT NULL, digest TEXT NOT NULL, seal BLOB NOT NULL, PRIMARY KEY (log, idx)) STRICT, WITHOUT ROWID;
CREATE TABLE tenant_unresolved (log INTEGER NOT NULL, digest TEXT NOT NULL, idx INTEGER NOT NULL, seal BLOB NOT NULL, PRIMARY KEY (log, digest)) STRICT, WITHOUT ROWID;
CREATE TABLE tenant_consumed (log INTEGER NOT NULL, key TEXT NOT NULL, idx INTEGER NOT NULL, seal BLOB NOT NULL, PRIMARY KEY (log, key)) STRICT, WITHOUT ROWID;
CREATE TABLE tenant_policies (log INTEGER NOT NULL, scope TEXT NOT NULL, epoch INTEGER NOT NULL, hash TEXT NOT NULL, seal BLOB NOT NULL, PRIMARY KEY (log, scope)) STRICT, WITHOUT ROWID;
CREATE TABLE tenant_kills (log INTEGER NOT NULL, scope TEXT NOT NULL, id TEXT NOT NULL, reason BLOB NOT NULL, seal BLOB NOT NULL, PRIMARY KEY (log, scope, id)) STRICT, WITHOUT ROWID;
CREATE TABLE tenant_holds (
  log INTEGER NOT NULL,
  idx INTEGER NOT NULL,
  digest TEXT NOT NULL,
  policy_hash TEXT NOT NULL,
  forbids TEXT NOT NULL,
  requesters BLOB NOT NULL,
  created INTEGER NOT NULL,
  expires INTEGER NOT NULL,
  status TEXT NOT NULL CHECK (status IN ('waiting', 'denied', 'used', 'withdrawn')),
  seal BLOB NOT NULL,
  PRIMARY KEY (log, idx)
) STRICT;
CREATE INDEX tenant_holds_by_digest ON tenant_holds (log, digest, idx);
CREATE TABLE tenant_answers (
  log INTEGER NOT NULL,
  hold INTEGER NOT NULL,
  key_id TEXT NOT NULL,
  answer TEXT NOT NULL CHECK (answer IN ('approve', 'deny')),
  details BLOB NOT NULL,
  idx INTEGER NOT NULL,
  seal BLOB NOT NULL,
  PRIMARY KEY (log, hold, key_id)
) STRICT, WITHOUT ROWID;
CREATE TABLE tenant_pins (
  log INTEGER NOT NULL,
  server TEXT NOT NULL,
  tool TEXT NOT NULL,
  hash TEXT NOT NULL,
  status TEXT NOT NULL CHECK (status IN ('accepted', 'quarantined')),
  definition TEXT NOT NULL,
  accepted_hash TEXT,
  accepted_definition TEXT,
  seal BLOB NOT NULL,
  PRIMARY KEY (log, server, tool)
) STRICT, WITHOUT ROWID;
CREATE TABLE tenant_sessions (log INTEGER NOT NULL, session TEXT NOT NULL, labels TEXT NOT NULL, version INTEGER NOT NULL, seal BLOB NOT NULL, PRIMARY KEY (log, session)) STRICT, WITHOUT ROWID;
CREATE TABLE tenant_limits (log INTEGER NOT NULL, key TEXT NOT NULL, used INTEGER NOT NULL, at INTEGER NOT NULL, ends INTEGER NOT NULL, seal BLOB NOT NULL, PRIMARY KEY (log, key)) STRICT, WITHOUT ROWID;
CREATE INDEX tenant_limits_by_end ON tenant_limits (log, ends);
CREATE TABLE tenant_reservations (
  log INTEGER NOT NULL,
  idx INTEGER NOT NULL,
  key TEXT NOT NULL,
  terms TEXT NOT NULL,
  amount INTEGER NOT NULL,
  at INTEGER NOT NULL,
  seal BLOB NOT NULL,
  PRIMARY KEY (log, idx, key)
) STRICT, WITHOUT ROWID;
`,
  },
  {
    version: 4,
    sql: `
CREATE TABLE records (collection TEXT NOT NULL, key TEXT NOT NULL, value BLOB NOT NULL, idx INTEGER NOT NULL, seal BLOB NOT NULL, PRIMARY KEY (collection, key)) STRICT, WITHOUT ROWID;
CREATE TABLE tenant_records (log INTEGER NOT NULL, collection TEXT NOT NULL, key TEXT NOT NULL, value BLOB NOT NULL, idx INTEGER NOT NULL, seal BLOB NOT NULL, PRIMARY KEY (log, collection, key)) STRICT, WITHOUT ROWID;
`,
  },
];
