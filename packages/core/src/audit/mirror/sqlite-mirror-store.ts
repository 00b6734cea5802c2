/** The state of a mirror in `mirror.db`, Node's own SQLite. */
import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describeFault, Fault, isFault } from '../../kernel/index.ts';
import { createFolder } from '../store/index.ts';
import {
  type EnrolledLog,
  type EvidenceKind,
  MAX_EVIDENCE,
  type MirrorChange,
  type MirrorPosition,
  type MirrorStore,
} from './mirror-store.ts';

/** Name of the database in the data folder of a mirror. */
export const MIRROR_DATABASE_FILE = 'mirror.db';
/** "WRTM": says whose file it is (sqlite.org/pragma.html#pragma_application_id). */
const APPLICATION_ID = 0x5752_544d;
/** Longest wait for another process's transaction, in milliseconds. */
const BUSY_TIMEOUT_MS = 5_000;
const SCHEMA = `
  CREATE TABLE logs (
    origin TEXT PRIMARY KEY, enrolled_at INTEGER NOT NULL, retired_at INTEGER,
    revision INTEGER NOT NULL DEFAULT 0, pending TEXT NOT NULL DEFAULT '[]', next INTEGER NOT NULL DEFAULT 0,
    edge BLOB NOT NULL DEFAULT x'', cosigned TEXT, time_floor INTEGER NOT NULL DEFAULT 0,
    witnessed_size INTEGER NOT NULL DEFAULT 0
  ) STRICT;
  CREATE TABLE log_keys (
    origin TEXT NOT NULL, key TEXT NOT NULL, PRIMARY KEY (origin, key)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE producers (
    origin TEXT NOT NULL, boot TEXT NOT NULL, counter INTEGER NOT NULL, idx INTEGER NOT NULL,
    PRIMARY KEY (origin, boot)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE evidence (
    origin TEXT NOT NULL, kind TEXT NOT NULL, message TEXT NOT NULL, held TEXT NOT NULL, offered TEXT NOT NULL,
    time INTEGER NOT NULL, UNIQUE (origin, kind, message, offered)
  ) STRICT;
  PRAGMA application_id = ${APPLICATION_ID};
`;

/** A store, and how to let go of it. */
export interface SqliteMirrorStore extends MirrorStore {
  /** Idempotent. */
  close(): void;
}

/** Opens the state in data folder `path`, made where it is missing. Throws `log.unavailable`, and `log.version` for another file in its place. */
export function openMirrorStore(path: string): SqliteMirrorStore {
  const database = available(() => openDatabase(path));
  const { logOf, positionOf } = readers(database);
  const answer = <Value>(work: () => Value): Promise<Value> =>
    new Promise((resolve) => resolve(available(work)));
  return {
    logs: () =>
      answer(() =>
        database
          .prepare('SELECT origin FROM logs ORDER BY origin')
          .all()
          .flatMap(({ origin }) => logOf(String(origin)) ?? []),
      ),
    log: (origin) => answer(() => logOf(origin)),
    enrol: (origin, key, time) =>
      answer(() =>
        together(database, () => {
          const upsert =
            'INSERT INTO logs (origin, enrolled_at) VALUES (?, ?) ON CONFLICT (origin) DO UPDATE SET retired_at = NULL';
          database.prepare(upsert).run(origin, time);
          database.prepare('INSERT OR IGNORE INTO log_keys VALUES (?, ?)').run(origin, key);
        }),
      ),
    retire: (origin, time) =>
      answer(() => {
        const update = 'UPDATE logs SET retired_at = ? WHERE origin = ? AND retired_at IS NULL';
        database.prepare(update).run(time, origin);
      }),
    position: (origin) => answer(() => positionOf(origin)),
    producer: (origin, boot) =>
      answer(() => {
        const row = database
          .prepare('SELECT counter, idx FROM producers WHERE origin = ? AND boot = ?')
          .get(origin, boot);
        return row === undefined ? undefined : { counter: Number(row['counter']), index: Number(row['idx']) };
      }),
    advance: (origin, revision, change) =>
      answer(() =>
        together(database, () => advance(database, origin, { ...positionOf(origin), ...change }, revision)),
      ),
    keepEvidence: (origin, { kind, message, held, offered, time }) =>
      answer(() => {
        const insert = `INSERT OR IGNORE INTO evidence SELECT ?, ?, ?, ?, ?, ?
          WHERE (SELECT count(*) FROM evidence WHERE origin = ? AND kind = ?) < ${MAX_EVIDENCE}`;
        database.prepare(insert).run(origin, kind, message, held, offered, time, origin, kind);
      }),
    evidence: (origin) =>
      answer(() =>
        database
          .prepare('SELECT * FROM evidence WHERE origin = ? ORDER BY rowid')
          .all(origin)
          .map((row) => ({
            kind: String(row['kind']) as EvidenceKind,
            time: Number(row['time']),
            message: String(row['message']),
            held: String(row['held']),
            offered: String(row['offered']),
          })),
      ),
    close() {
      if (database.isOpen) database.close();
    },
  };
}

function openDatabase(path: string): DatabaseSync {
  createFolder(path);
  const file = join(path, MIRROR_DATABASE_FILE);
  closeSync(openSync(file, 'a', 0o600));
  const database = new DatabaseSync(file, { timeout: BUSY_TIMEOUT_MS });
  try {
    // INVARIANT: what was committed is on the disk; a cosignature says so.
    database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL');
    together(database, () => {
      const tables = Number(database.prepare('SELECT count(*) AS n FROM sqlite_schema').get()?.['n']);
      if (tables === 0) database.exec(SCHEMA);
    });
    const id = Number(database.prepare('PRAGMA application_id').get()?.['application_id']);
    if (id !== APPLICATION_ID) throw new Fault('log.version', `\`${file}\` is not the state of a mirror`);
    return database;
  } catch (fault) {
    database.close();
    throw fault;
  }
}

function readers(database: DatabaseSync): {
  readonly logOf: (origin: string) => EnrolledLog | undefined;
  readonly positionOf: (origin: string) => MirrorPosition;
} {
  const selectLog = database.prepare('SELECT * FROM logs WHERE origin = ?');
  const selectKeys = database.prepare('SELECT key FROM log_keys WHERE origin = ?');
  return {
    logOf(origin) {
      const row = selectLog.get(origin);
      if (row === undefined) return undefined;
      const keys = selectKeys.all(origin).map(({ key }) => String(key));
      const log = { origin, keys, enrolledAt: Number(row['enrolled_at']) };
      return row['retired_at'] === null ? log : { ...log, retiredAt: Number(row['retired_at']) };
    },
    positionOf(origin) {
      const row = selectLog.get(origin);
      if (row === undefined) throw new Fault('log.missing', `the log \`${origin}\` is not mirrored`);
      return {
        revision: Number(row['revision']),
        pending: JSON.parse(String(row['pending'])) as readonly string[],
        next: Number(row['next']),
        edge: row['edge'] as Uint8Array,
        timeFloor: Number(row['time_floor']),
        witnessedSize: Number(row['witnessed_size']),
        ...(row['cosigned'] === null ? {} : { cosigned: String(row['cosigned']) }),
      };
    },
  };
}

function advance(
  database: DatabaseSync,
  origin: string,
  next: MirrorPosition & MirrorChange,
  revision: number,
): void {
  const { changes } = database
    .prepare(
      `UPDATE logs SET revision = ?, pending = ?, next = ?, edge = ?, cosigned = ?, time_floor = ?, witnessed_size = ?
        WHERE origin = ? AND revision = ?`,
    )
    .run(
      revision + 1,
      JSON.stringify(next.pending),
      next.next,
      next.edge,
      next.cosigned ?? null,
      next.timeFloor,
      next.witnessedSize,
      origin,
      revision,
    );
  if (changes !== 1) throw new Fault('log.conflict', `another process changed the copy of \`${origin}\``);
  const put = database.prepare('INSERT OR REPLACE INTO producers VALUES (?, ?, ?, ?)');
  for (const [boot, { counter, index }] of next.producers ?? []) put.run(origin, boot, counter, index);
}

function together(database: DatabaseSync, work: () => void): void {
  database.exec('BEGIN IMMEDIATE');
  try {
    work();
    database.exec('COMMIT');
  } catch (fault) {
    if (database.isTransaction) database.exec('ROLLBACK');
    throw fault;
  }
}

function available<Value>(work: () => Value): Value {
  try {
    return work();
  } catch (cause) {
    if (isFault(cause)) throw cause;
    throw new Fault(
      'log.unavailable',
      `the state of the mirror is out of reach: ${describeFault(cause)}`,
      {},
      { cause },
    );
  }
}
