/** Records and erasure in `writ.db`. */
import type { SQLOutputValue } from 'node:sqlite';
import { canonicalJson, type JsonValue } from '../../kernel/index.ts';
import type { RecordCollection, StateRecord } from '../../model/index.ts';
import type { StateBox, StoredBody } from '../seal/index.ts';
import type { LogDatabase, LogStatement } from './log-database.ts';
import { OpenedRecords, type SealedRecord } from './opened-records.ts';
import type { SealedRows } from './sealed-rows.ts';
import { answerPlace, holdPlace, recordPlace } from './sealed-places.ts';
import type { PeopleTables } from './tables.ts';

type Row = Record<string, SQLOutputValue>;

/** Reads of records, on any connection. */
export class SqliteRecordReads {
  readonly #one: LogStatement;
  readonly #all: LogStatement;
  readonly #opened: OpenedRecords;

  constructor(database: LogDatabase, box: StateBox) {
    this.#one = database.prepare('SELECT key, value, idx FROM records WHERE collection = ? AND key = ?');
    this.#all = database.prepare('SELECT key, value, idx FROM records WHERE collection = ? ORDER BY key');
    this.#opened = new OpenedRecords(box);
  }

  record(collection: RecordCollection, key: string): StateRecord | undefined {
    const row = this.#one.get(collection, key);
    return this.#opened.open(collection, key, row === undefined ? undefined : sealedRecord(row));
  }

  records(collection: RecordCollection): readonly StateRecord[] {
    return this.#opened.openAll(collection, this.#all.all(collection).map(sealedRecord));
  }
}

function sealedRecord(row: Row): SealedRecord {
  return { key: String(row['key']), value: row['value'] as Uint8Array, index: Number(row['idx']) };
}

/** The bytes of a record's row. */
export function closeRecord(
  box: StateBox,
  collection: RecordCollection,
  key: string,
  value: JsonValue,
): Uint8Array {
  return box.close(recordPlace(collection, key), [canonicalJson(value)]);
}

/** The writing half, bound to one connection. */
export class SqlitePeople implements PeopleTables {
  readonly #rows: SealedRows;
  readonly #reads: SqliteRecordReads;
  readonly #box: StateBox;
  readonly #selectBody: LogStatement;
  readonly #updateBody: LogStatement;
  readonly #deleteConcern: LogStatement;

  constructor(database: LogDatabase, rows: SealedRows, box: StateBox) {
    this.#rows = rows;
    this.#box = box;
    this.#reads = new SqliteRecordReads(database, box);
    this.#selectBody = database.prepare('SELECT wrapped FROM bodies WHERE idx = ?');
    this.#updateBody = database.prepare(
      'UPDATE bodies SET key_id = ?, wrapped = ?, ciphertext = ? WHERE idx = ?',
    );
    this.#deleteConcern = database.prepare('DELETE FROM concerns WHERE tag = ? AND idx = ?');
  }

  record(collection: RecordCollection, key: string): StateRecord | undefined {
    return this.#reads.record(collection, key);
  }

  records(collection: RecordCollection): readonly StateRecord[] {
    return this.#reads.records(collection);
  }

  putRecord(collection: RecordCollection, key: string, value: JsonValue, index: number): void {
    this.#rows.replace('records', [collection, key, closeRecord(this.#box, collection, key, value), index]);
  }

  deleteRecord(collection: RecordCollection, key: string): void {
    this.#rows.take('records', [collection, key]);
  }

  wrapping(index: number): Uint8Array | undefined {
    const wrapped = this.#selectBody.get(index)?.['wrapped'];
    return wrapped instanceof Uint8Array ? wrapped : undefined;
  }

  destroyBody(index: number): void {
    this.#updateBody.run('', null, null, index);
  }

  replaceBody(index: number, { keyId, wrapped, ciphertext }: StoredBody): void {
    this.#updateBody.run(keyId, wrapped, ciphertext, index);
  }

  dropConcern(tag: Uint8Array, index: number): void {
    this.#deleteConcern.run(tag, index);
  }

  putRequesters(hold: number, requesters: readonly string[]): void {
    const row = this.#rows.take('holds', [hold]);
    if (row === undefined) return;
    const sealed = this.#box.close(holdPlace(hold), requesters);
    this.#rows.insert(
      'holds',
      row.map((value, at) => (at === REQUESTERS_COLUMN ? sealed : value)),
    );
  }

  forgetAnswer(hold: number, keyId: string): void {
    const row = this.#rows.take('answers', [hold, keyId]);
    if (row === undefined) return;
    const sealed = this.#box.close(answerPlace(hold, keyId), []);
    this.#rows.insert(
      'answers',
      row.map((value, at) => (at === DETAILS_COLUMN ? sealed : value)),
    );
  }
}

/** Positions of the encrypted columns in `holds` and `answers`. */
export const REQUESTERS_COLUMN = 4;
export const DETAILS_COLUMN = 3;
