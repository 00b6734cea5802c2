/** The state tables in `writ.db`. */
import type { DatabaseSync, SQLInputValue, SQLOutputValue } from 'node:sqlite';
import type { HeldForbid, Hold, HoldAnswer, Pin } from '../../model/index.ts';
import type { ActivePolicy, StateTables } from './tables.ts';

type Row = Record<string, SQLOutputValue>;
const FORGET = Symbol('not yet read');

/** The writing half, bound to one connection. Reads of epochs are kept for one transaction: {@link forget} at its start. */
export class SqliteTables implements StateTables {
  readonly #get: (sql: string, ...values: SQLInputValue[]) => Row | undefined;
  readonly #run: (sql: string, ...values: SQLInputValue[]) => void;
  readonly #reads: SqliteStateReads;
  readonly #policies = new Map<string, ActivePolicy | undefined>();
  #killEpoch: number | typeof FORGET = FORGET;

  constructor(database: DatabaseSync) {
    const statements = preparedBy(database);
    this.#get = (sql, ...values) => statements(sql).get(...values);
    this.#run = (sql, ...values) => void statements(sql).run(...values);
    this.#reads = new SqliteStateReads(database);
  }

  /** Forgets what was read in an earlier transaction: another process may have written since. */
  forget(): void {
    this.#killEpoch = FORGET;
    this.#policies.clear();
  }

  killEpoch(): number {
    if (this.#killEpoch === FORGET)
      this.#killEpoch = Number(this.#get('SELECT kill_epoch FROM head')?.['kill_epoch'] ?? 0);
    return this.#killEpoch;
  }

  setKillEpoch(epoch: number): void {
    this.#killEpoch = epoch;
    this.#run('UPDATE head SET kill_epoch = ?', epoch);
  }

  hasKill(scope: string, id: string): boolean {
    return this.#get('SELECT 1 FROM kills WHERE scope = ? AND id = ?', scope, id) !== undefined;
  }

  putKill(scope: string, id: string, reason: string): void {
    this.#run('INSERT OR REPLACE INTO kills (scope, id, reason) VALUES (?, ?, ?)', scope, id, reason);
  }

  deleteKill(scope: string, id: string): void {
    this.#run('DELETE FROM kills WHERE scope = ? AND id = ?', scope, id);
  }

  policy(scope: string): ActivePolicy | undefined {
    if (!this.#policies.has(scope)) this.#policies.set(scope, this.#reads.policy(scope));
    return this.#policies.get(scope);
  }

  putPolicy(scope: string, policy: ActivePolicy): void {
    this.#policies.set(scope, policy);
    this.#run(
      'INSERT OR REPLACE INTO policies (scope, epoch, hash) VALUES (?, ?, ?)',
      scope,
      policy.epoch,
      policy.policyHash,
    );
  }

  isConsumed(key: string): boolean {
    return this.#get('SELECT 1 FROM consumed WHERE key = ?', key) !== undefined;
  }

  consume(key: string, index: number): void {
    this.#run('INSERT INTO consumed (key, idx) VALUES (?, ?)', key, index);
  }

  openDigest(index: number): string | undefined {
    const row = this.#get('SELECT digest FROM opens WHERE idx = ?', index);
    return row === undefined ? undefined : String(row['digest']);
  }

  putOpen(index: number, boot: string, digest: string): void {
    this.#run('INSERT INTO opens (idx, boot, digest) VALUES (?, ?, ?)', index, boot, digest);
  }

  deleteOpen(index: number): void {
    this.#run('DELETE FROM opens WHERE idx = ?', index);
  }

  putUnresolved(digest: string, index: number): void {
    this.#run('INSERT OR REPLACE INTO unresolved (digest, idx) VALUES (?, ?)', digest, index);
  }

  deleteUnresolved(digest: string): void {
    this.#run('DELETE FROM unresolved WHERE digest = ?', digest);
  }

  hold(index: number): Hold | undefined {
    return this.#reads.hold(index);
  }

  putHold(hold: Omit<Hold, 'answers' | 'status'>): void {
    this.#run(
      `INSERT INTO holds (idx, digest, policy_hash, forbids, requesters, created, expires, status) VALUES (?, ?, ?, ?, ?, ?, ?, 'waiting')`,
      hold.index,
      hold.digest,
      hold.policyHash,
      JSON.stringify(hold.forbids),
      JSON.stringify(hold.requesters),
      hold.created,
      hold.expires,
    );
  }

  setHoldStatus(index: number, status: Hold['status']): void {
    this.#run('UPDATE holds SET status = ? WHERE idx = ?', status, index);
  }

  putAnswer(hold: number, answer: HoldAnswer): void {
    this.#run(
      'INSERT INTO answers (hold, key_id, answer, approver, statement, signature, idx) VALUES (?, ?, ?, ?, ?, ?, ?)',
      hold,
      answer.keyId,
      answer.answer,
      answer.approver,
      answer.statement,
      answer.signature,
      answer.index,
    );
  }

  pin(server: string, tool: string): Pin | undefined {
    return this.#reads.pin(server, tool);
  }

  putPin(pin: Pin): void {
    this.#run(
      'INSERT OR REPLACE INTO pins (server, tool, hash, status, definition, accepted_hash, accepted_definition) VALUES (?, ?, ?, ?, ?, ?, ?)',
      pin.server,
      pin.tool,
      pin.definitionHash,
      pin.status,
      JSON.stringify(pin.definition),
      pin.accepted?.definitionHash ?? null,
      pin.accepted === undefined ? null : JSON.stringify(pin.accepted.definition),
    );
  }

  labels(session: string): { readonly labels: readonly string[]; readonly version: number } {
    return this.#reads.labels(session);
  }

  putLabels(session: string, labels: readonly string[], version: number): void {
    this.#run(
      'INSERT OR REPLACE INTO sessions (session, labels, version) VALUES (?, ?, ?)',
      session,
      JSON.stringify(labels),
      version,
    );
  }
}

/** Reads of the state tables, shared by the sequencer and by readers on a connection of their own. */
export class SqliteStateReads {
  readonly #all: (sql: string, ...values: SQLInputValue[]) => Row[];
  readonly #get: (sql: string, ...values: SQLInputValue[]) => Row | undefined;

  constructor(database: DatabaseSync) {
    const statements = preparedBy(database);
    this.#all = (sql, ...values) => statements(sql).all(...values);
    this.#get = (sql, ...values) => statements(sql).get(...values);
  }

  head(): { readonly killEpoch: number; readonly timeFloor: number; readonly size: number } {
    const row = this.#get('SELECT kill_epoch, time_floor, size FROM head');
    return {
      killEpoch: Number(row?.['kill_epoch'] ?? 0),
      timeFloor: Number(row?.['time_floor'] ?? 0),
      size: Number(row?.['size'] ?? 0),
    };
  }

  policy(scope: string): ActivePolicy | undefined {
    const row = this.#get('SELECT epoch, hash FROM policies WHERE scope = ?', scope);
    return row === undefined ? undefined : { epoch: Number(row['epoch']), policyHash: String(row['hash']) };
  }

  kills(): Row[] {
    return this.#all('SELECT scope, id, reason FROM kills ORDER BY scope, id');
  }

  hold(index: number): Hold | undefined {
    const row = this.#get('SELECT * FROM holds WHERE idx = ?', index);
    return row === undefined ? undefined : this.#holdOf(row);
  }

  holds(): readonly Hold[] {
    return this.#all('SELECT * FROM holds ORDER BY idx').map((row) => this.#holdOf(row));
  }

  holdFor(digest: string, timeFloor: number): Hold | undefined {
    const row = this.#get(
      `SELECT * FROM holds WHERE digest = ? AND status IN ('waiting', 'denied') AND expires >= ? ORDER BY idx DESC LIMIT 1`,
      digest,
      timeFloor,
    );
    return row === undefined ? undefined : this.#holdOf(row);
  }

  pin(server: string, tool: string): Pin | undefined {
    const row = this.#get('SELECT * FROM pins WHERE server = ? AND tool = ?', server, tool);
    return row === undefined ? undefined : pinOf(row);
  }

  pins(server?: string): readonly Pin[] {
    const rows =
      server === undefined
        ? this.#all('SELECT * FROM pins ORDER BY server, tool')
        : this.#all('SELECT * FROM pins WHERE server = ? ORDER BY tool', server);
    return rows.map(pinOf);
  }

  labels(session: string): { readonly labels: readonly string[]; readonly version: number } {
    const row = this.#get('SELECT labels, version FROM sessions WHERE session = ?', session);
    if (row === undefined) return { labels: [], version: 0 };
    return { labels: JSON.parse(String(row['labels'])) as string[], version: Number(row['version']) };
  }

  isUnresolved(digest: string): boolean {
    return this.#get('SELECT 1 FROM unresolved WHERE digest = ?', digest) !== undefined;
  }

  dataVersion(): number {
    return Number(this.#get('PRAGMA data_version')?.['data_version']);
  }

  #holdOf(row: Row): Hold {
    const index = Number(row['idx']);
    const answers = this.#all('SELECT * FROM answers WHERE hold = ? ORDER BY idx', index);
    return {
      index,
      digest: String(row['digest']),
      policyHash: String(row['policy_hash']),
      forbids: JSON.parse(String(row['forbids'])) as HeldForbid[],
      requesters: JSON.parse(String(row['requesters'])) as string[],
      created: Number(row['created']),
      expires: Number(row['expires']),
      status: row['status'] as Hold['status'],
      answers: answers.map((answer) => ({
        answer: answer['answer'] as HoldAnswer['answer'],
        keyId: String(answer['key_id']),
        approver: String(answer['approver']),
        statement: String(answer['statement']),
        signature: String(answer['signature']),
        index: Number(answer['idx']),
      })),
    };
  }
}

function pinOf(row: Row): Pin {
  const pin = {
    server: String(row['server']),
    tool: String(row['tool']),
    definitionHash: String(row['hash']),
    status: row['status'] as Pin['status'],
    definition: JSON.parse(String(row['definition'])) as Pin['definition'],
  };
  if (row['accepted_hash'] === null) return pin;
  const definition = JSON.parse(String(row['accepted_definition'])) as Pin['definition'];
  return { ...pin, accepted: { definitionHash: String(row['accepted_hash']), definition } };
}

/** Prepares each text once per connection. */
function preparedBy(database: DatabaseSync): (sql: string) => ReturnType<DatabaseSync['prepare']> {
  const statements = new Map<string, ReturnType<DatabaseSync['prepare']>>();
  return (sql) => {
    let statement = statements.get(sql);
    if (statement === undefined) {
      statement = database.prepare(sql);
      statements.set(sql, statement);
    }
    return statement;
  };
}
