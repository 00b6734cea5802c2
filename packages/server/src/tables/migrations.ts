/** How the tables came to be, step by step. A step is never edited once it was released. */
import { type Kysely, type RawBuilder, sql } from 'kysely';
import { type Migration, type MigrationProvider, Migrator } from 'kysely/migration';
import { describeFault, Fault } from '@writ/core';
import type { Dialect, TableStore } from './store.ts';

/**
 * Brings the tables of `database` to the newest step, all of them or none. Throws `log.version` for tables newer than this program and `io.failed` where a step fails:
 * then nothing is served (a server over half a schema answers wrongly).
 */
export async function migrate({ database, dialect, schema }: TableStore): Promise<void> {
  const migrator = new Migrator({
    db: database,
    provider: providerOf(dialect),
    allowUnorderedMigrations: false,
    // Without it the tables of any other schema count as these.
    ...(schema === undefined ? {} : { migrationTableSchema: schema }),
  });
  const { error } = await migrator.migrateToLatest();
  if (error === undefined) return;
  const isNewer = error instanceof Error && /corrupted migrations|missing/.test(error.message);
  throw new Fault(
    isNewer ? 'log.version' : 'io.failed',
    isNewer
      ? 'the tables of the control plane were made by a newer version'
      : `the tables of the control plane cannot be made: ${describeFault(error)}`,
    isNewer ? { hint: 'start that version, or restore a backup that this one made' } : {},
    { cause: error },
  );
}

function providerOf(dialect: Dialect): MigrationProvider {
  return { getMigrations: () => Promise.resolve(steps(dialect)) };
}

function steps(dialect: Dialect): Record<string, Migration> {
  const bytes = dialect === 'postgres' ? sql`bytea` : sql`blob`;
  return {
    '0001_first': {
      async up(db: Kysely<unknown>) {
        const { schema } = db;
        await schema
          .createTable('sessions')
          .addColumn('id', 'text', (column) => column.primaryKey())
          .addColumn('token_hash', 'text', (column) => column.notNull().unique())
          .addColumn('organisation', 'text', (column) => column.notNull())
          .addColumn('person', 'text', (column) => column.notNull())
          .addColumn('method', 'text', (column) => column.notNull())
          .addColumn('created', 'bigint', (column) => column.notNull())
          .addColumn('last_used', 'bigint', (column) => column.notNull())
          .addColumn('expires', 'bigint', (column) => column.notNull())
          .addColumn('entry', 'bigint', (column) => column.notNull())
          .execute();
        await schema.createIndex('sessions_expires').on('sessions').column('expires').execute();
        await schema
          .createTable('ceremonies')
          .addColumn('id', 'text', (column) => column.primaryKey())
          .addColumn('kind', 'text', (column) => column.notNull())
          .addColumn('data', 'text', (column) => column.notNull())
          .addColumn('expires', 'bigint', (column) => column.notNull())
          .execute();
        await schema.createIndex('ceremonies_expires').on('ceremonies').column('expires').execute();
        await schema
          .createTable('passkey_counters')
          .addColumn('id', 'text', (column) => column.primaryKey())
          .addColumn('counter', 'bigint', (column) => column.notNull())
          .addColumn('last_used', 'bigint', (column) => column.notNull())
          .execute();
        await schema
          .createIndex('sessions_person')
          .on('sessions')
          .columns(['organisation', 'person'])
          .execute();
        await schema
          .createTable('idempotency')
          .addColumn('id', 'text', (column) => column.primaryKey())
          .addColumn('request_hash', 'text', (column) => column.notNull())
          .addColumn('status', 'integer', (column) => column.notNull())
          .addColumn('headers', 'text', (column) => column.notNull())
          .addColumn('body', 'text', (column) => column.notNull())
          .addColumn('expires', 'bigint', (column) => column.notNull())
          .execute();
        await schema.createIndex('idempotency_expires').on('idempotency').column('expires').execute();
        await schema
          .createTable('blobs')
          .addColumn('hash', 'text', (column) => column.notNull())
          .addColumn('organisation', 'text', (column) => column.notNull())
          .addColumn('bytes', bytes, (column) => column.notNull())
          .addColumn('created', 'bigint', (column) => column.notNull())
          .addPrimaryKeyConstraint('blobs_key', ['organisation', 'hash'])
          .execute();
        await schema
          .createTable('seen_nonces')
          .addColumn('id', 'text', (column) => column.primaryKey())
          .addColumn('expires', 'bigint', (column) => column.notNull())
          .execute();
        await schema.createIndex('seen_nonces_expires').on('seen_nonces').column('expires').execute();
        await schema
          .createTable('heartbeats')
          .addColumn('node', 'text', (column) => column.primaryKey())
          .addColumn('organisation', 'text', (column) => column.notNull())
          .addColumn('at', 'bigint', (column) => column.notNull())
          .addColumn('status', 'text', (column) => column.notNull())
          .execute();
        await schema
          .createTable('receipts')
          .addColumn('id', 'text', (column) => column.notNull())
          .addColumn('organisation', 'text', (column) => column.notNull())
          .addColumn('node', 'text', (column) => column.notNull())
          .addColumn('origin', 'text', (column) => column.notNull())
          .addColumn('idx', 'bigint', (column) => column.notNull())
          .addColumn('kind', 'text', (column) => column.notNull())
          .addColumn('verdict', 'text')
          .addColumn('outcome', 'text')
          .addColumn('code', 'text')
          .addColumn('method', 'text')
          .addColumn('policy_hash', 'text')
          .addColumn('policies', 'text')
          .addColumn('decision_of', 'bigint')
          .addColumn('took_us', 'bigint')
          .addColumn('gives', 'text')
          .addColumn('cost_micros', 'bigint')
          .addColumn('time', 'bigint', (column) => column.notNull())
          .addPrimaryKeyConstraint('receipts_key', ['organisation', 'id', 'origin'])
          .addUniqueConstraint('receipts_place', ['origin', 'idx'])
          .execute();
        await schema
          .createIndex('receipts_verdict')
          .on('receipts')
          .columns(['organisation', 'verdict', 'id'])
          .execute();
        await schema
          .createIndex('receipts_node')
          .on('receipts')
          .columns(['organisation', 'node', 'id'])
          .execute();
        await schema
          .createIndex('receipts_kind')
          .on('receipts')
          .columns(['organisation', 'kind', 'id'])
          .execute();
        await schema
          .createIndex('receipts_node_verdict')
          .on('receipts')
          .columns(['organisation', 'node', 'verdict', 'id'])
          .execute();
        await schema
          .createIndex('receipts_node_kind')
          .on('receipts')
          .columns(['organisation', 'node', 'kind', 'id'])
          .execute();
        await createFactTables(db);
        await createActivityTables(db);
        await createMirrorTables(db, bytes);
        await createDeviceTables(db);
        await schema
          .createTable('stop_effects')
          .addColumn('organisation', 'text', (column) => column.notNull())
          .addColumn('stop', 'text', (column) => column.notNull())
          .addColumn('node', 'text', (column) => column.notNull())
          .addColumn('at', 'bigint', (column) => column.notNull())
          .addColumn('ms', 'bigint', (column) => column.notNull())
          .addPrimaryKeyConstraint('stop_effects_key', ['organisation', 'stop', 'node'])
          .execute();
        await schema
          .createTable('deliveries')
          .addColumn('id', 'text', (column) => column.primaryKey())
          .addColumn('organisation', 'text', (column) => column.notNull())
          .addColumn('channel', 'text', (column) => column.notNull())
          .addColumn('event', 'bigint', (column) => column.notNull())
          .addColumn('attempts', 'integer', (column) => column.notNull())
          .addColumn('next_at', 'bigint', (column) => column.notNull())
          .addColumn('status', 'text', (column) => column.notNull())
          .addColumn('last_error', 'text')
          .addUniqueConstraint('deliveries_once', ['channel', 'event'])
          .execute();
        await schema
          .createTable('cursors')
          .addColumn('name', 'text', (column) => column.primaryKey())
          .addColumn('position', 'bigint', (column) => column.notNull())
          .execute();
        await schema.createIndex('deliveries_due').on('deliveries').columns(['status', 'next_at']).execute();
      },
    },
  };
}

/** What receipts are found by besides, and what nodes disclosed of them. */
async function createFactTables({ schema }: Kysely<unknown>): Promise<void> {
  await schema
    .createIndex('receipts_decision')
    .on('receipts')
    .columns(['origin', 'decision_of'])
    .where(sql.ref('decision_of'), 'is not', null)
    .execute();
  await schema
    .createTable('receipt_policies')
    .addColumn('organisation', 'text', (column) => column.notNull())
    .addColumn('policy', 'text', (column) => column.notNull())
    .addColumn('receipt', 'text', (column) => column.notNull())
    .addColumn('origin', 'text', (column) => column.notNull())
    .addPrimaryKeyConstraint('receipt_policies_key', ['organisation', 'policy', 'receipt', 'origin'])
    .execute();
  await schema
    .createTable('facts')
    .addColumn('organisation', 'text', (column) => column.notNull())
    .addColumn('origin', 'text', (column) => column.notNull())
    .addColumn('idx', 'bigint', (column) => column.notNull())
    .addColumn('receipt', 'text', (column) => column.notNull())
    .addColumn('agent', 'text')
    .addColumn('person', 'text')
    .addColumn('session', 'text')
    .addColumn('tool', 'text')
    .addColumn('verdict', 'text')
    .addColumn('labels', 'text')
    .addColumn('fields', 'text', (column) => column.notNull())
    .addColumn('salts', 'text', (column) => column.notNull())
    .addColumn('at', 'bigint', (column) => column.notNull())
    .addPrimaryKeyConstraint('facts_key', ['organisation', 'origin', 'idx'])
    .execute();
  for (const name of ['agent', 'person', 'session', 'tool'])
    await schema
      .createIndex(`facts_${name}`)
      .on('facts')
      .columns(['organisation', name, 'receipt'])
      .where(sql.ref(name), 'is not', null)
      .execute();
  for (const name of ['agent', 'person', 'tool'])
    await schema
      .createIndex(`facts_${name}_verdict`)
      .on('facts')
      .columns(['organisation', name, 'verdict', 'receipt'])
      .where(sql.ref('verdict'), 'is not', null)
      .execute();
  await schema.createIndex('facts_at').on('facts').column('at').execute();
  await schema
    .createTable('fact_logs')
    .addColumn('origin', 'text', (column) => column.primaryKey())
    .addColumn('revision', 'bigint', (column) => column.notNull())
    .addColumn('next', 'bigint', (column) => column.notNull())
    .addColumn('erased', 'text', (column) => column.notNull())
    .execute();
  await schema
    .createTable('arrivals')
    .addColumn('organisation', 'text', (column) => column.notNull())
    .addColumn('place', 'bigint', (column) => column.notNull())
    .addColumn('origin', 'text', (column) => column.notNull())
    .addColumn('kind', 'text', (column) => column.notNull())
    .addColumn('start', 'bigint', (column) => column.notNull())
    .addColumn('until', 'bigint', (column) => column.notNull())
    .addColumn('at', 'bigint', (column) => column.notNull())
    .addPrimaryKeyConstraint('arrivals_key', ['organisation', 'place'])
    .execute();
  await schema.createIndex('arrivals_at').on('arrivals').column('at').execute();
  await schema
    .createTable('arrival_heads')
    .addColumn('organisation', 'text', (column) => column.primaryKey())
    .addColumn('place', 'bigint', (column) => column.notNull())
    .execute();
  await schema
    .createTable('tool_pins')
    .addColumn('organisation', 'text', (column) => column.notNull())
    .addColumn('origin', 'text', (column) => column.notNull())
    .addColumn('idx', 'bigint', (column) => column.notNull())
    .addColumn('receipt', 'text', (column) => column.notNull())
    .addColumn('node', 'text', (column) => column.notNull())
    .addColumn('tool', 'text', (column) => column.notNull())
    .addColumn('status', 'text', (column) => column.notNull())
    .addColumn('cause', 'text', (column) => column.notNull())
    .addColumn('definition_hash', 'text', (column) => column.notNull())
    .addColumn('previous_hash', 'text')
    .addColumn('findings', 'text', (column) => column.notNull())
    .addColumn('definition', 'text')
    .addColumn('time', 'bigint', (column) => column.notNull())
    .addPrimaryKeyConstraint('tool_pins_key', ['organisation', 'origin', 'idx'])
    .execute();
  await schema
    .createIndex('tool_pins_tool')
    .on('tool_pins')
    .columns(['organisation', 'tool', 'time'])
    .execute();
  await schema
    .createTable('looks')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('organisation', 'text', (column) => column.notNull())
    .addColumn('node', 'text', (column) => column.notNull())
    .addColumn('origin', 'text', (column) => column.notNull())
    .addColumn('idx', 'bigint', (column) => column.notNull())
    .addColumn('fields', 'text', (column) => column.notNull())
    .addColumn('asked_by', 'text', (column) => column.notNull())
    .addColumn('status', 'text', (column) => column.notNull())
    .addColumn('answer', 'text')
    .addColumn('expires', 'bigint', (column) => column.notNull())
    .execute();
  await schema.createIndex('looks_expires').on('looks').column('expires').execute();
  await schema.createIndex('looks_node').on('looks').columns(['organisation', 'node', 'status']).execute();
}

/** Decisions, counted by spans of time. */
async function createActivityTables({ schema }: Kysely<unknown>): Promise<void> {
  let table = schema
    .createTable('activity')
    .addColumn('organisation', 'text', (column) => column.notNull())
    .addColumn('grouping', 'text', (column) => column.notNull())
    .addColumn('span', 'bigint', (column) => column.notNull())
    .addColumn('at', 'bigint', (column) => column.notNull())
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('times', 'text', (column) => column.notNull());
  for (const count of ['allow', 'modify', 'step_up', 'defer', 'deny', 'timed', 'costed', 'cost_micros'])
    table = table.addColumn(count, 'bigint', (column) => column.notNull());
  await table
    .addPrimaryKeyConstraint('activity_key', ['organisation', 'grouping', 'span', 'at', 'name'])
    .execute();
  // One agent or tool over time, without those beside it.
  await schema
    .createIndex('activity_name')
    .on('activity')
    .columns(['organisation', 'grouping', 'span', 'name', 'at'])
    .execute();
  await schema
    .createTable('activity_minutes')
    .addColumn('organisation', 'text', (column) => column.notNull())
    .addColumn('minute', 'bigint', (column) => column.notNull())
    .addColumn('cells', 'text', (column) => column.notNull())
    .addPrimaryKeyConstraint('activity_minutes_key', ['organisation', 'minute'])
    .execute();
  await schema
    .createTable('activity_marks')
    .addColumn('organisation', 'text', (column) => column.notNull())
    .addColumn('minute', 'bigint', (column) => column.notNull())
    .addColumn('revision', 'bigint', (column) => column.notNull())
    .addColumn('since', 'bigint', (column) => column.notNull())
    .addPrimaryKeyConstraint('activity_marks_key', ['organisation', 'minute'])
    .execute();
  await schema
    .createTable('activity_heads')
    .addColumn('organisation', 'text', (column) => column.primaryKey())
    .addColumn('revision', 'bigint', (column) => column.notNull())
    .execute();
}

/** Copies of the logs of nodes. */
async function createMirrorTables({ schema }: Kysely<unknown>, bytes: RawBuilder<unknown>): Promise<void> {
  await schema
    .createTable('mirror_logs')
    .addColumn('origin', 'text', (column) => column.primaryKey())
    .addColumn('enrolled_at', 'bigint', (column) => column.notNull())
    .addColumn('retired_at', 'bigint')
    .addColumn('revision', 'bigint', (column) => column.notNull())
    .addColumn('pending', 'text', (column) => column.notNull())
    .addColumn('next', 'bigint', (column) => column.notNull())
    .addColumn('edge', bytes, (column) => column.notNull())
    .addColumn('cosigned', 'text')
    .addColumn('time_floor', 'bigint', (column) => column.notNull())
    .addColumn('witnessed_size', 'bigint', (column) => column.notNull())
    .addColumn('indexed', 'bigint', (column) => column.notNull())
    .execute();
  await schema
    .createTable('mirror_keys')
    .addColumn('origin', 'text', (column) => column.notNull())
    .addColumn('key', 'text', (column) => column.notNull())
    .addPrimaryKeyConstraint('mirror_keys_key', ['origin', 'key'])
    .execute();
  await schema
    .createTable('mirror_producers')
    .addColumn('origin', 'text', (column) => column.notNull())
    .addColumn('boot', 'text', (column) => column.notNull())
    .addColumn('counter', 'bigint', (column) => column.notNull())
    .addColumn('idx', 'bigint', (column) => column.notNull())
    .addPrimaryKeyConstraint('mirror_producers_key', ['origin', 'boot'])
    .execute();
  await schema
    .createTable('mirror_evidence')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('origin', 'text', (column) => column.notNull())
    .addColumn('kind', 'text', (column) => column.notNull())
    .addColumn('message', 'text', (column) => column.notNull())
    .addColumn('held', 'text', (column) => column.notNull())
    .addColumn('offered', 'text', (column) => column.notNull())
    .addColumn('time', 'bigint', (column) => column.notNull())
    .addColumn('place', 'integer', (column) => column.notNull())
    .execute();
  await schema
    .createIndex('mirror_evidence_origin')
    .on('mirror_evidence')
    .columns(['origin', 'kind'])
    .execute();
  await schema
    .createTable('mirror_files')
    .addColumn('origin', 'text', (column) => column.notNull())
    .addColumn('path', 'text', (column) => column.notNull())
    .addColumn('bytes', bytes, (column) => column.notNull())
    .addPrimaryKeyConstraint('mirror_files_key', ['origin', 'path'])
    .execute();
}

/** Commands that ask to act for somebody, and what may happen only so often. */
async function createDeviceTables({ schema }: Kysely<unknown>): Promise<void> {
  await schema
    .createTable('device_logins')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('device_hash', 'text', (column) => column.notNull().unique())
    .addColumn('user_hash', 'text', (column) => column.notNull().unique())
    .addColumn('host', 'text', (column) => column.notNull())
    .addColumn('address', 'text')
    .addColumn('roles', 'text', (column) => column.notNull())
    .addColumn('days', 'integer', (column) => column.notNull())
    .addColumn('status', 'text', (column) => column.notNull())
    .addColumn('organisation', 'text')
    .addColumn('person', 'text')
    .addColumn('created', 'bigint', (column) => column.notNull())
    .addColumn('expires', 'bigint', (column) => column.notNull())
    .addColumn('interval_ms', 'bigint', (column) => column.notNull())
    .addColumn('asked_at', 'bigint', (column) => column.notNull())
    .execute();
  await schema.createIndex('device_logins_expires').on('device_logins').column('expires').execute();
  await schema
    .createTable('throttles')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('counted', 'bigint', (column) => column.notNull())
    .addColumn('expires', 'bigint', (column) => column.notNull())
    .execute();
  await schema.createIndex('throttles_expires').on('throttles').column('expires').execute();
}
