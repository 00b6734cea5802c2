/** Which tenants a data folder holds, and the numbers under which their rows stand. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describeFault, Fault } from '../../kernel/index.ts';
import { type LogDatabase, tenantDatabase } from './log-database.ts';
import { BUSY_TIMEOUT_MS, DATABASE_FILE } from './open-database.ts';
import { requireFile } from './regular-file.ts';

/** Folder of what tenants have outside the database, within a data folder: each has a folder of its name in it. */
export const TENANTS_FOLDER = 'tenants';
/** Names the log of a data folder that is no tenant's, where one must be named. */
export const OWN_LOG = 'default';
/** Longest name, in characters; a file name holds four times as many. */
const MAX_NAME = 63;
/** Lower case alone, so that no two names are one folder on a file system that does not tell cases apart. */
const NAME = /^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$/;
/** Names that some file systems or we ourselves keep for something else. */
const RESERVED = /^(?:default|con|prn|aux|nul|com[0-9]|lpt[0-9])$/;

/** A tenant as the data folder knows it. */
export interface Tenant {
  readonly name: string;
  readonly origin: string;
}

/** `name`, where a tenant may be called so. Throws `config.invalid`. */
export function requireTenantName(name: string): string {
  if (isTenantName(name)) return name;
  const shown = name.slice(0, MAX_NAME + 1);
  throw new Fault('config.invalid', `\`${shown}\` is no name of a tenant`, {
    hint: `at most ${MAX_NAME} of a-z, 0-9 and inner hyphens, and not a reserved name such as \`${OWN_LOG}\``,
  });
}

function isTenantName(name: string): boolean {
  return name.length <= MAX_NAME && NAME.test(name) && !RESERVED.test(name);
}

/** Where a log keeps its files: the data folder itself, or the folder of tenant `name` in it. Throws `config.invalid`. */
export function logFolder(path: string, name?: string): string {
  return name === undefined ? path : join(path, TENANTS_FOLDER, requireTenantName(name));
}

/** The tenants of a database, by name. */
export function listTenants(database: Pick<DatabaseSync, 'prepare'>): readonly Tenant[] {
  const rows = database.prepare('SELECT name, origin FROM tenants ORDER BY name').all();
  return rows.map((row) => ({ name: String(row['name']), origin: String(row['origin']) }));
}

/** The tenants of the data folder at `path`, by name; none where it has no database, or one of before there were any. Throws `log.unavailable`. */
export function tenantsOf(path: string): readonly Tenant[] {
  const file = join(path, DATABASE_FILE);
  if (!existsSync(file)) return [];
  try {
    requireFile(file);
    const database = new DatabaseSync(file, { readOnly: true, timeout: BUSY_TIMEOUT_MS });
    try {
      const known = database.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'tenants'").get();
      return known === undefined ? [] : listTenants(database);
    } finally {
      database.close();
    }
  } catch (cause) {
    if (cause instanceof Fault) throw cause;
    throw new Fault('log.unavailable', `the log does not open: ${describeFault(cause)}`, { file }, { cause });
  }
}

/** Throws `config.invalid` where the data folder holds tenants: what was asked for would leave them out. */
export function requireOneLog(
  path: string,
  hint = 'name one with `--tenant`, or `--tenant default` for the log that is no tenant’s',
): void {
  const tenants = tenantsOf(path);
  if (tenants.length === 0) return;
  throw new Fault(
    'config.invalid',
    `the data folder \`${path}\` holds the logs of ${tenants.length} tenants`,
    {
      hint,
    },
  );
}

/** Whether there are any. */
export function hasTenants(database: Pick<DatabaseSync, 'prepare'>): boolean {
  return database.prepare('SELECT 1 FROM tenants LIMIT 1').get() !== undefined;
}

/** The log of tenant `name`, or the data folder's own. Throws `log.missing` for a tenant that is not there, `config.invalid`. */
export function logDatabase(database: DatabaseSync, name?: string): LogDatabase {
  if (name === undefined) return database;
  const found = database.prepare('SELECT log FROM tenants WHERE name = ?').get(requireTenantName(name));
  if (found === undefined)
    throw new Fault('log.missing', `the data folder has no tenant \`${name}\``, {
      hint: '`writ log tenants` lists those it has',
    });
  return tenantDatabase(database, Number(found['log']));
}

/**
 * The number of the log of tenant `name`, given to it where it is new. INVARIANT: no origin has two logs here; two histories would be signed under it. Throws
 * `log.conflict` where the tenant has another origin, or another log has this one; `config.invalid`.
 */
export function registerTenant(database: DatabaseSync, { name, origin }: Tenant): number {
  requireTenantName(name);
  const known = numberOf(database, { name, origin });
  if (known !== undefined) return known;
  database.exec('BEGIN IMMEDIATE');
  try {
    // Another process may have been first.
    let log = numberOf(database, { name, origin });
    if (log === undefined) {
      requireOrigin(database, origin);
      const added = database.prepare('INSERT INTO tenants (name, origin) VALUES (?, ?)').run(name, origin);
      log = Number(added.lastInsertRowid);
    }
    database.exec('COMMIT');
    return log;
  } catch (fault) {
    if (database.isTransaction) database.exec('ROLLBACK');
    throw fault;
  }
}

/** {@link registerTenant} for those of `tenants` that are new and may be, in one transaction: what is wrong with one is told where it is opened. */
export function registerTenants(database: DatabaseSync, tenants: readonly Tenant[]): void {
  database.exec('BEGIN IMMEDIATE');
  try {
    const add = database.prepare('INSERT OR IGNORE INTO tenants (name, origin) VALUES (?, ?)');
    const isOwn = database.prepare('SELECT 1 FROM head WHERE origin = ?');
    for (const { name, origin } of tenants)
      if (isTenantName(name) && isOwn.get(origin) === undefined) add.run(name, origin);
    database.exec('COMMIT');
  } catch (fault) {
    if (database.isTransaction) database.exec('ROLLBACK');
    throw fault;
  }
}

/** Throws `log.conflict` where a tenant has the origin of the data folder's own log. */
export function requireOwnOrigin(database: DatabaseSync, origin: string): void {
  const tenant = database.prepare('SELECT name FROM tenants WHERE origin = ?').get(origin)?.['name'];
  if (tenant !== undefined) throw taken(origin, `tenant \`${String(tenant)}\``);
}

function numberOf(database: DatabaseSync, { name, origin }: Tenant): number | undefined {
  const row = database.prepare('SELECT log, origin FROM tenants WHERE name = ?').get(name);
  if (row === undefined) return undefined;
  if (row['origin'] === origin) return Number(row['log']);
  throw new Fault(
    'log.conflict',
    `the tenant \`${name}\` has the log \`${String(row['origin'])}\`, expected \`${origin}\``,
  );
}

function requireOrigin(database: DatabaseSync, origin: string): void {
  requireOwnOrigin(database, origin);
  const own = database.prepare('SELECT 1 FROM head WHERE origin = ?').get(origin);
  if (own !== undefined) throw taken(origin, "the data folder's own log");
}

function taken(origin: string, by: string): Fault {
  return new Fault('log.conflict', `the origin \`${origin}\` is that of ${by}`, {
    hint: 'give each log an origin of its own',
  });
}
