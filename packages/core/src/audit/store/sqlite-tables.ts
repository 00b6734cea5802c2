/** The state tables in `writ.db`. */
import type { SQLInputValue, SQLOutputValue } from 'node:sqlite';
import type {
  HeldForbid,
  Hold,
  HoldAnswer,
  KillScope,
  LimitUse,
  Pin,
  PinStanding,
} from '../../model/index.ts';
import type { StateBox, StateSealer } from '../seal/index.ts';
import { type ListStatement, type LogDatabase, type LogStatement, prepareList } from './log-database.ts';
import { SealedRows } from './sealed-rows.ts';
import { answerPlace, holdPlace, killPlace } from './sealed-places.ts';
import { SqlitePeople, SqliteRecordReads } from './sqlite-people.ts';
import type { ActivePolicy, StateTables, StoredReservation } from './tables.ts';

type Row = Record<string, SQLOutputValue>;
type List = readonly SQLOutputValue[];

/** The writing half, bound to one connection. Reads of epochs are kept for one transaction: {@link begin} at its start. */
export class SqliteTables implements StateTables {
  /** Rows with their seals; public for the connection, which seals their totals. */
  readonly rows: SealedRows;
  readonly people: SqlitePeople;
  readonly #list: (sql: string, ...values: SQLInputValue[]) => List | undefined;
  readonly #run: (sql: string, ...values: SQLInputValue[]) => void;
  readonly #reads: SqliteStateReads;
  readonly #box: StateBox;
  readonly #policies = new Map<string, ActivePolicy | undefined>();
  /** Not a number before the first transaction: no condition on it holds. */
  #killEpoch: number = Number.NaN;

  constructor(database: LogDatabase, sealer: StateSealer, box: StateBox) {
    const statements = preparedBy((sql) => database.prepare(sql));
    const lists = preparedBy((sql) => prepareList(database, sql));
    this.#list = (sql, ...values) => lists(sql).get(...values);
    this.#run = (sql, ...values) => void statements(sql).run(...values);
    this.#reads = new SqliteStateReads(database, box);
    this.#box = box;
    this.rows = new SealedRows(database, sealer);
    this.people = new SqlitePeople(database, this.rows, box);
  }

  /** Forgets what was read in an earlier transaction: another process may have written since. `killEpoch` is what the head says in this one. */
  begin(killEpoch: number): void {
    this.#killEpoch = killEpoch;
    if (this.#policies.size > 0) this.#policies.clear();
  }

  killEpoch(): number {
    return this.#killEpoch;
  }

  setKillEpoch(epoch: number): void {
    this.#killEpoch = epoch;
    this.#run('UPDATE head SET kill_epoch = ?', epoch);
  }

  hasKill(scope: string, id: string): boolean {
    return this.#list('SELECT 1 FROM kills WHERE scope = ? AND id = ?', scope, id) !== undefined;
  }

  putKill(scope: string, id: string, reason: string): void {
    this.rows.replace('kills', [scope, id, this.#box.close(killPlace(scope, id), [reason])]);
  }

  deleteKill(scope: string, id: string): void {
    this.rows.take('kills', [scope, id]);
  }

  policy(scope: string): ActivePolicy | undefined {
    if (!this.#policies.has(scope)) this.#policies.set(scope, this.#reads.policy(scope));
    return this.#policies.get(scope);
  }

  putPolicy(scope: string, policy: ActivePolicy): void {
    this.#policies.set(scope, policy);
    this.rows.replace('policies', [scope, policy.epoch, policy.policyHash]);
  }

  isConsumed(key: string): boolean {
    return this.#list('SELECT 1 FROM consumed WHERE key = ?', key) !== undefined;
  }

  consume(key: string, index: number): void {
    this.rows.insert('consumed', [key, index]);
  }

  openDigest(index: number): string | undefined {
    const row = this.#list('SELECT digest FROM opens WHERE idx = ?', index);
    return row === undefined ? undefined : String(row[0]);
  }

  putOpen(index: number, boot: string, digest: string): void {
    this.rows.insert('opens', [index, boot, digest]);
  }

  deleteOpen(index: number): string | undefined {
    const [, , digest] = this.rows.take('opens', [index]) ?? [];
    return typeof digest === 'string' ? digest : undefined;
  }

  putUnresolved(digest: string, index: number): void {
    this.rows.replace('unresolved', [digest, index]);
  }

  deleteUnresolved(digest: string): void {
    this.rows.take('unresolved', [digest]);
  }

  hold(index: number): Hold | undefined {
    return this.#reads.hold(index);
  }

  putHold(hold: Omit<Hold, 'answers' | 'status'>): void {
    this.rows.insert('holds', [
      hold.index,
      hold.digest,
      hold.policyHash,
      JSON.stringify(hold.forbids),
      this.#box.close(holdPlace(hold.index), hold.requesters),
      hold.created,
      hold.expires,
      'waiting',
    ]);
  }

  setHoldStatus(index: number, status: Hold['status']): void {
    const values = this.rows.take('holds', [index]);
    if (values !== undefined) this.rows.insert('holds', [...values.slice(0, -1), status]);
  }

  putAnswer(hold: number, answer: HoldAnswer): void {
    const { approver, statement, signature } = answer;
    this.rows.insert('answers', [
      hold,
      answer.keyId,
      answer.answer,
      this.#box.close(answerPlace(hold, answer.keyId), [approver, statement, signature]),
      answer.index,
    ]);
  }

  pin(server: string, tool: string): Pin | undefined {
    return this.#reads.pin(server, tool);
  }

  putPin(pin: Pin): void {
    this.rows.replace('pins', [
      pin.server,
      pin.tool,
      pin.definitionHash,
      pin.status,
      JSON.stringify(pin.definition),
      pin.accepted?.definitionHash ?? null,
      pin.accepted === undefined ? null : JSON.stringify(pin.accepted.definition),
    ]);
  }

  labels(session: string): { readonly labels: readonly string[]; readonly version: number } {
    return this.#reads.labels(session);
  }

  putLabels(session: string, labels: readonly string[], version: number): void {
    this.rows.replace('sessions', [session, JSON.stringify(labels), version]);
  }

  limitUse(key: string): LimitUse | undefined {
    return this.#reads.limitUse(key);
  }

  putLimit(key: string, { used, at }: LimitUse, end: number): void {
    this.rows.replace('limits', [key, used, at, end]);
  }

  deleteLimit(key: string): void {
    this.rows.take('limits', [key]);
  }

  limitCount(): number {
    return this.rows.totals.count('limits');
  }

  endedLimits(now: number, most: number): readonly string[] {
    return this.#reads.endedLimits(now, most);
  }

  hasReservations(): boolean {
    return this.rows.totals.count('reservations') > 0;
  }

  reservations(index: number): readonly StoredReservation[] {
    return this.#reads.reservations(index);
  }

  putReservation(index: number, { key, measure, account, amount, at }: StoredReservation): void {
    this.rows.insert('reservations', [index, key, JSON.stringify({ measure, account }), amount, at]);
  }

  deleteReservation(index: number, key: string): void {
    this.rows.take('reservations', [index, key]);
  }
}

/** Reads of the state tables, shared by the sequencer and by readers on a connection of their own. */
export class SqliteStateReads {
  readonly people: SqliteRecordReads;
  readonly #all: (sql: string, ...values: SQLInputValue[]) => Row[];
  readonly #get: (sql: string, ...values: SQLInputValue[]) => Row | undefined;
  readonly #list: (sql: string, ...values: SQLInputValue[]) => List | undefined;
  readonly #box: StateBox;

  constructor(database: LogDatabase, box: StateBox) {
    this.#box = box;
    this.people = new SqliteRecordReads(database, box);
    const statements = preparedBy((sql) => database.prepare(sql));
    const lists = preparedBy((sql) => prepareList(database, sql));
    this.#all = (sql, ...values) => statements(sql).all(...values);
    this.#get = (sql, ...values) => statements(sql).get(...values);
    this.#list = (sql, ...values) => lists(sql).get(...values);
  }

  head(): { readonly killEpoch: number; readonly timeFloor: number; readonly size: number } {
    const [killEpoch, timeFloor, size] = this.#list('SELECT kill_epoch, time_floor, size FROM head') ?? [];
    return { killEpoch: Number(killEpoch ?? 0), timeFloor: Number(timeFloor ?? 0), size: Number(size ?? 0) };
  }

  policy(scope: string): ActivePolicy | undefined {
    const row = this.#list('SELECT epoch, hash FROM policies WHERE scope = ?', scope);
    return row === undefined ? undefined : { epoch: Number(row[0]), policyHash: String(row[1]) };
  }

  kills(): readonly { readonly scope: KillScope; readonly id: string; readonly reason: string }[] {
    return this.#all('SELECT scope, id, reason FROM kills ORDER BY scope, id').map((row) => {
      const [scope, id] = [row['scope'] as KillScope, String(row['id'])];
      const [reason = ''] = this.#box.open(killPlace(scope, id), row['reason'] as Uint8Array);
      return { scope, id, reason };
    });
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

  pinStanding(server: string, tool: string): PinStanding | undefined {
    const row = this.#list('SELECT status, hash FROM pins WHERE server = ? AND tool = ?', server, tool);
    if (row === undefined) return undefined;
    return { status: row[0] as Pin['status'], definitionHash: String(row[1]) };
  }

  pins(server?: string): readonly Pin[] {
    const rows =
      server === undefined
        ? this.#all('SELECT * FROM pins ORDER BY server, tool')
        : this.#all('SELECT * FROM pins WHERE server = ? ORDER BY tool', server);
    return rows.map(pinOf);
  }

  labels(session: string): { readonly labels: readonly string[]; readonly version: number } {
    const row = this.#list('SELECT labels, version FROM sessions WHERE session = ?', session);
    if (row === undefined) return { labels: [], version: 0 };
    return { labels: JSON.parse(String(row[0])) as string[], version: Number(row[1]) };
  }

  limitUse(key: string): LimitUse | undefined {
    const row = this.#list('SELECT used, at FROM limits WHERE key = ?', key);
    return row === undefined ? undefined : { used: Number(row[0]), at: Number(row[1]) };
  }

  endedLimits(now: number, most: number): readonly string[] {
    return this.#all('SELECT key FROM limits WHERE ends <= ? LIMIT ?', now, most).map((row) =>
      String(row['key']),
    );
  }

  reservations(index: number): readonly StoredReservation[] {
    return this.#all('SELECT key, terms, amount, at FROM reservations WHERE idx = ?', index).map((row) => ({
      key: String(row['key']),
      ...(JSON.parse(String(row['terms'])) as Pick<StoredReservation, 'measure' | 'account'>),
      amount: Number(row['amount']),
      at: Number(row['at']),
    }));
  }

  hasUnresolved(): boolean {
    return this.#list('SELECT 1 FROM unresolved LIMIT 1') !== undefined;
  }

  hasHolds(): boolean {
    return this.#list('SELECT 1 FROM holds LIMIT 1') !== undefined;
  }

  isUnresolved(digest: string): boolean {
    return this.#list('SELECT 1 FROM unresolved WHERE digest = ?', digest) !== undefined;
  }

  dataVersion(): number {
    return Number(this.#list('PRAGMA data_version')?.[0]);
  }

  #holdOf(row: Row): Hold {
    const index = Number(row['idx']);
    const answers = this.#all('SELECT * FROM answers WHERE hold = ? ORDER BY idx', index);
    return {
      index,
      digest: String(row['digest']),
      policyHash: String(row['policy_hash']),
      forbids: JSON.parse(String(row['forbids'])) as HeldForbid[],
      requesters: this.#box.open(holdPlace(index), row['requesters'] as Uint8Array),
      created: Number(row['created']),
      expires: Number(row['expires']),
      status: row['status'] as Hold['status'],
      answers: answers.map((answer) => this.#answerOf(index, answer)),
    };
  }

  #answerOf(hold: number, row: Row): HoldAnswer {
    const keyId = String(row['key_id']);
    const details = this.#box.open(answerPlace(hold, keyId), row['details'] as Uint8Array);
    const [approver = '', statement = '', signature = ''] = details;
    return {
      answer: row['answer'] as HoldAnswer['answer'],
      keyId,
      approver,
      statement,
      signature,
      index: Number(row['idx']),
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
function preparedBy<Statement extends LogStatement | ListStatement>(
  prepare: (sql: string) => Statement,
): (sql: string) => Statement {
  const statements = new Map<string, Statement>();
  return (sql) => {
    let statement = statements.get(sql);
    if (statement === undefined) {
      statement = prepare(sql);
      statements.set(sql, statement);
    }
    return statement;
  };
}
