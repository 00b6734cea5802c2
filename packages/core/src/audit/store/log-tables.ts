/** The tables of one log, and how those of tenants are named. */
import { STATE_TABLE_NAMES, type StateTableName } from './state-schema.ts';

/** Tables of the log itself; what is proven lies in them. */
const PROVEN_TABLES = ['head', 'entries', 'nodes', 'checkpoints', 'bodies', 'concerns'] as const;

/** Name of a table of a log. */
export type LogTableName = StateTableName | (typeof PROVEN_TABLES)[number];

/** All tables of a log. */
export const LOG_TABLES: readonly LogTableName[] = [...PROVEN_TABLES, ...STATE_TABLE_NAMES];

/** What the table that tenants share is called, before the name of the log's own. */
export const TENANT_PREFIX = 'tenant_';
